import json
import subprocess
import sys

import pytest

from fire_risk_assets_tests.homes import (
    EARLY,
    FIRST,
    copy_home,
    make_tiny_home,
    open_world,
    tiny_settings,
)


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
    **settings,
):
    """What a child is asked to do; one that `stops` waits at the point of `crash` for SIGCONT."""
    return {
        "home": str(home),
        "as_of": as_of.isoformat(),
        "crash": crash,
        "cycle_id": cycle_id,
        "kill_at_rename": kill_at_rename,
        "walk": walk,
        "promote": promote,
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


@pytest.fixture(scope="session")
def children():
    running = Children()
    yield running
    running.stop()


@pytest.fixture(scope="session")
def empty_ledger_home(tmp_path_factory):
    home = tmp_path_factory.mktemp("faults") / "empty"
    make_tiny_home(home)
    return home


@pytest.fixture(scope="session")
def baseline_home(tmp_path_factory, empty_ledger_home, children):
    """A home where the baseline serves, so that the next candidate is promoted over it."""
    home = copy_home(empty_ledger_home, tmp_path_factory.mktemp("faults") / "baseline")
    assert children.cycle(home, EARLY, windows={"min_rows": 5000}) == 0
    return home


@pytest.fixture
def home(baseline_home, tmp_path):
    """A home of the test's own; modules that start from another one say so."""
    return copy_home(baseline_home, tmp_path / "home")


@pytest.fixture
def settings(home):
    return tiny_settings(home)


@pytest.fixture
def world(settings):
    return open_world(settings)
