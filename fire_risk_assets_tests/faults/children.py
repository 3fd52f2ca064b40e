"""Cycles in processes that may be killed, stopped or raced."""

import json
import subprocess
import sys

from fire_risk_assets_tests.homes import FIRST


def request(
    home,
    as_of=FIRST,
    *,
    crash=None,
    cycle_id=None,
    kill_at_rename=0,
    walk=("tiny",),
    promote=None,
    stops=False,
    strace=(),
    minds_modes=False,
    told=None,
    **settings,
):
    """What a child is asked to do.

    Args:
        walk: Models it runs a cycle of, one after the other.
        stops: Whether it waits at the point of `crash` for SIGCONT, instead of dying there.
        strace: What strace is given, under which the child runs then.
        minds_modes: Whether a child of root is refused what the modes of files refuse.
        told: File that takes the error, as JSON, when a cycle ends in one of ours.
    """
    return {
        "home": str(home),
        "as_of": as_of.isoformat(),
        "crash": crash,
        "cycle_id": cycle_id,
        "kill_at_rename": kill_at_rename,
        "walk": walk,
        "promote": promote,
        "strace": [str(each) for each in strace],
        "minds_modes": minds_modes,
        "told": told and str(told),
        "stops": stops,
        "settings": settings,
    }


class Children:
    """Starts cycles in processes that may be killed."""

    def __init__(self):
        self.server = subprocess.Popen(
            [sys.executable, "-m", "fire_risk_assets_tests.faults.child_server"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def cycle(self, home, as_of=FIRST, **asked):
        """Run a cycle in a child; returns its exit status, negative for a signal."""
        (status,) = self.at_once(request(home, as_of, **asked))
        return status

    def told(self, home, as_of=FIRST, **asked):
        """Run a cycle that must end in an error of ours; returns its class, words and remedy."""
        words = home.with_name(f"{home.name}.told.json")
        assert self.cycle(home, as_of, told=words, **asked) != 0
        said = json.loads(words.read_text())
        words.unlink()
        return said

    def at_once(self, *requests):
        """Run cycles at the same time, each in a child; returns their exit statuses."""
        self.start(*requests)
        return self.statuses()

    def start(self, *requests):
        """Start cycles and come back at once; `statuses` waits for them."""
        self.server.stdin.write(json.dumps(requests) + "\n")
        self.server.stdin.flush()

    def statuses(self):
        """Wait for what was started; returns its exit statuses."""
        statuses = json.loads(self.server.stdout.readline())
        return [-(status & 0x7F) if status & 0x7F else status >> 8 for status in statuses]

    def stop(self):
        """End the server."""
        self.server.stdin.close()
        self.server.wait()
        self.server.stdout.close()
