"""Leases between processes: one holder, the others wait for a while, the dead hold nothing."""

import subprocess
import sys
import threading
import time
from contextlib import contextmanager

import pytest

from fire_risk_assets.adapters.file_lease import FileLease
from fire_risk_assets.errors import HomeUnusable, InvalidName, StoreBusy

pytestmark = pytest.mark.slow

HOLDS = """
import sys, time
from pathlib import Path
from fire_risk_assets.adapters.file_lease import FileLease
with FileLease(Path(sys.argv[1])).hold(sys.argv[2]):
    print("held", flush=True)
    sys.stdin.readline()
"""


@contextmanager
def holder(folder, name):
    """A process that holds the lease until a line is written to it, or it is killed."""
    child = subprocess.Popen(
        [sys.executable, "-c", HOLDS, str(folder), name],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert child.stdout.readline() == "held\n"
        yield child
    finally:
        child.kill()
        child.communicate()


def taken(lease, name, **asked):
    with lease.hold(name, **asked):
        return True


def test_a_second_holder_waits_as_long_as_it_was_told_and_is_then_refused(tmp_path):
    lease = FileLease(tmp_path, patience_s=60.0)
    with holder(tmp_path, "tiny"):
        began = time.monotonic()
        with pytest.raises(StoreBusy, match="'tiny' has been held by another process") as told:
            taken(lease, "tiny", patience_s=0.4)
        assert time.monotonic() - began >= 0.4
        assert not told.value.permanent
        with pytest.raises(StoreBusy):
            taken(FileLease(tmp_path, patience_s=0.0), "tiny")
        assert taken(lease, "other", patience_s=0.0)


def test_a_second_holder_gets_the_lease_as_soon_as_the_first_lets_go(tmp_path):
    lease = FileLease(tmp_path, patience_s=30.0)
    outcome = []
    with holder(tmp_path, "tiny") as child:
        waiting = threading.Thread(target=lambda: outcome.append(taken(lease, "tiny")))
        waiting.start()
        waiting.join(0.3)
        assert outcome == []
        child.communicate("let go\n")
        waiting.join(30)
    assert outcome == [True]


def test_a_killed_holder_frees_the_lease(tmp_path):
    with holder(tmp_path, "tiny") as child:
        child.kill()
        child.wait()
        assert taken(FileLease(tmp_path), "tiny", patience_s=5.0)


def test_an_error_inside_frees_the_lease_and_goes_through(tmp_path):
    lease = FileLease(tmp_path)
    with pytest.raises(KeyError), lease.hold("tiny"):
        raise KeyError
    assert taken(lease, "tiny", patience_s=0.0)


def test_threads_of_one_process_exclude_each_other_too(tmp_path):
    lease = FileLease(tmp_path)
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


def test_a_lease_that_cannot_lie_where_it_should_is_a_fact_of_the_home(tmp_path):
    (tmp_path / "locks").write_text("a file in its place")
    with pytest.raises(HomeUnusable, match=r"tiny\.lock"):
        taken(FileLease(tmp_path / "locks"), "tiny")
    (tmp_path / "tiny.lock").mkdir()
    with pytest.raises(HomeUnusable, match=r"tiny\.lock is a folder") as told:
        taken(FileLease(tmp_path), "tiny")
    assert "Move the folder away" in told.value.remedy
    with pytest.raises(InvalidName):
        taken(FileLease(tmp_path), "../tiny")
