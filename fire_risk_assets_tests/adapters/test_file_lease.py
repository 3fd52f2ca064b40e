"""Leases between processes: one holder, the others wait for a while, the dead hold nothing."""

import time

import pytest

from fire_risk_assets.adapters.file_lease import FileLease
from fire_risk_assets.errors import HomeUnusable, InvalidName, StoreBusy
from fire_risk_assets_tests.lease_laws import LeaseLaws, holder, taken

pytestmark = pytest.mark.slow

HOLDS = """
import sys, time
from pathlib import Path
from fire_risk_assets.adapters.file_lease import FileLease
with FileLease(Path(sys.argv[1])).hold(sys.argv[2]):
    print("held", flush=True)
    sys.stdin.readline()
"""


@pytest.fixture
def lease(tmp_path):
    return FileLease(tmp_path, patience_s=30.0)


@pytest.fixture
def elsewhere(tmp_path):
    return lambda name: holder(HOLDS, str(tmp_path), name)


class TestFileLease(LeaseLaws):
    """The laws, on file locks."""


def test_a_second_holder_waits_as_long_as_it_was_told_and_is_then_refused(tmp_path, elsewhere):
    lease = FileLease(tmp_path, patience_s=60.0)
    with elsewhere("tiny"):
        began = time.monotonic()
        with pytest.raises(StoreBusy, match="'tiny' has been held by another process") as told:
            taken(lease, "tiny", patience_s=0.4)
        assert time.monotonic() - began >= 0.4
        assert not told.value.permanent
        with pytest.raises(StoreBusy):
            taken(FileLease(tmp_path, patience_s=0.0), "tiny")
        assert taken(lease, "other", patience_s=0.0)


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
