"""A write, a link or a flush fails with EIO, or writes less than it says: told, then completed."""

import pytest

from fire_risk_assets_tests.faults.aftermath import acknowledged, require_promoted
from fire_risk_assets_tests.homes import SECOND

pytestmark = pytest.mark.slow
LEDGER = "lake/registry_status"


def failing(home, calls, *, only=None, when="1+", how="error=EIO"):
    """What strace is given to let calls fail: all on one path, or the N-th of each thread."""
    where = ["-P", home / only] if only else []
    trace = ["-e", f"trace={calls}", "-e", f"inject={calls}:{how}:when={when}"]
    return ["-o", "/dev/null", *where, *trace]


def next_entry(home, table):
    """The file delta-rs will write the next entry of a log to, before it links it."""
    newest = max((home / table / "_delta_log").glob("*.json"))
    return f"{table}/_delta_log/{int(newest.stem) + 1:020d}.json#1"


FAULTS = {
    "F24-write-of-the-log": (
        lambda home: failing(home, "write", only=next_entry(home, LEDGER)),
        "Table registry_status: the disk fails (",
        1,
    ),
    "F24-first-link": (
        lambda home: failing(home, "linkat", when="1"),
        "Table adjudication_scores: the disk fails (",
        1,
    ),
    "F24-flush-of-the-ledger": (
        lambda home: failing(home, "fsync", only=f"{LEDGER}/_delta_log"),
        "Table registry_status: the disk fails (",
        2,
    ),
    "F24-flush-of-a-reference": (
        lambda home: failing(home, "fsync", when="1"),
        "json cannot be written: the disk fails (Input/output error)",
        1,
    ),
    "F24-short-upload": (
        lambda home: failing(home, "sendfile", when="11", how="retval=100"),
        "stored as",
        1,
    ),
    "F24-write-of-the-registry": (
        lambda home: failing(home, "pwrite64", only="mlflow/mlflow.db", when="30+"),
        "MLflow, logging the candidate model: disk I/O error",
        1,
    ),
}


LONGER = ("F24-first-link", "F24-flush-of-a-reference")


@pytest.mark.parametrize(
    "fault",
    [pytest.param(fault, marks=pytest.mark.soak) if fault in LONGER else fault for fault in FAULTS],
)
def test_where_the_disk_fails_the_cycle_says_so_and_the_next_start_completes_it(
    children, home, settings, fault
):
    begin, named, rows_on_record = FAULTS[fault]
    before = acknowledged(settings)
    told = children.told(home, SECOND, strace=begin(home))
    assert named in told["error"]
    assert "\n" not in told["error"]
    assert "look at the disk" in told["remedy"].lower()
    rows = acknowledged(settings)
    assert rows[: len(before)] == before
    assert len(rows) == rows_on_record
    assert children.cycle(home, SECOND) == 0
    require_promoted(settings, rows)
