import json
import subprocess
import sys

import pytest

from fire_risk_assets_tests.cli import conftest as command_line
from fire_risk_assets_tests.homes import (
    EARLY,
    FIRST,
    TINY,
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


cli = command_line.cli


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


@pytest.fixture
def shell(cli, home, tmp_path):
    """`fire-risk` on the home, with the one tiny model."""
    (tmp_path / "tiny.toml").write_text(f'models = ["{TINY}"]\n[training]\ntrials = 0\n')
    return lambda *arguments: cli(*arguments, "--home", home, "--config", tmp_path / "tiny.toml")
