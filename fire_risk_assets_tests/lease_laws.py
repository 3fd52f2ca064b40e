"""What every lease keeps, whatever holds it; rooms of an adapter run these laws on theirs."""

import subprocess
import sys
import threading
from contextlib import contextmanager

import pytest

from fire_risk_assets.errors import StoreBusy


@contextmanager
def holder(code, *arguments, told=""):
    """A process that holds the lease until a line is written to it, or it is killed.

    Args:
        code: Of the process: prints `held`, and waits for a line.
        arguments: Its arguments.
        told: Written to it first.
    """
    child = subprocess.Popen(
        [sys.executable, "-c", code, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        child.stdin.write(told)
        child.stdin.flush()
        assert child.stdout.readline() == "held\n"
        yield child
    finally:
        child.kill()
        child.communicate()


def taken(lease, name, **asked):
    with lease.hold(name, **asked):
        return True


class LeaseLaws:
    """Of a fixture `lease`, patient for 30 s, and `elsewhere`: the name held by another process."""

    def test_a_second_holder_gets_the_lease_as_soon_as_the_first_lets_go(self, lease, elsewhere):
        outcome = []
        with elsewhere("tiny") as child:
            waiting = threading.Thread(target=lambda: outcome.append(taken(lease, "tiny")))
            waiting.start()
            waiting.join(0.3)
            assert outcome == []
            child.communicate("let go\n")
            waiting.join(30)
        assert outcome == [True]

    def test_a_killed_holder_frees_the_lease(self, lease, elsewhere):
        with elsewhere("tiny") as child:
            child.kill()
            child.wait()
            assert taken(lease, "tiny", patience_s=5.0)

    def test_an_error_inside_frees_the_lease_and_goes_through(self, lease, caplog):
        with pytest.raises(KeyError), lease.hold("tiny"):
            raise KeyError
        assert taken(lease, "tiny", patience_s=0.0)
        assert caplog.records == []

    def test_threads_of_one_process_exclude_each_other_too(self, lease):
        refused = []

        def second():
            with pytest.raises(StoreBusy):
                taken(lease, "tiny", patience_s=0.0)
            refused.append(True)

        with lease.hold("tiny"):
            other = threading.Thread(target=second)
            other.start()
            other.join()
        assert refused == [True]
