"""Folders, disks and databases that refuse: named as what they are, with exit code 3."""

import os
import sqlite3
from pathlib import Path

import pytest

from fire_risk_assets import errors
from fire_risk_assets.cli.exit_codes import CODES, exit_code, fact_behind
from fire_risk_assets_tests.cli.asking import sentences

SHORT = ("--from", "2026-09-01", "--until", "2026-09-03")


@pytest.mark.skipif(os.path.realpath("/proc") != "/proc", reason="needs a folder nobody writes to")
def test_a_read_only_folder_ends_in_three(cli):
    ended = cli("simulate", "--out", "/proc/nothing", *SHORT)
    assert ended.code == 3
    assert "cannot be written" in sentences(ended)[0]
    assert cli("run", "--home", "/proc/nothing").code == 3


@pytest.mark.skipif(not Path("/sys/kernel").is_dir(), reason="needs a folder nobody writes to")
@pytest.mark.parametrize("arguments", [("run",), ("ingest", __file__)], ids=lambda each: each[0])
def test_a_read_only_home_is_called_so_and_the_remedy_says_what_still_works(cli, arguments):
    ended = cli(*arguments, "--home", "/sys/none", "--json")
    assert ended.code == 3
    assert ended.document["error"].startswith("The home /sys/none is read-only for this user")
    assert all(word in ended.document["remedy"] for word in ("chmod", "--home", "only read"))


def test_a_folder_that_cannot_be_made_ends_in_three_and_leaves_nothing(cli, tmp_path):
    (tmp_path / "file").write_text("mine")
    ended = cli("simulate", "--out", tmp_path / "file" / "x", *SHORT)
    assert ended.code == 3
    assert len(sentences(ended)) == 1
    assert (tmp_path / "file").read_text() == "mine"


def test_a_full_disk_ends_in_three_however_deep_it_was_met():
    # /dev/full answers every write with ENOSPC.
    with pytest.raises(OSError, match="No space left") as full:
        Path("/dev/full").write_bytes(b"x")
    wrapped = RuntimeError("a step failed")
    assert fact_behind(wrapped) is None
    wrapped.__cause__ = full.value
    fact = fact_behind(wrapped)
    assert isinstance(fact, errors.StorageFull)
    assert exit_code(fact) == 3


@pytest.mark.parametrize("hold", ["locked", "foreign"])
def test_a_locked_or_foreign_database_is_named_as_such(tmp_path, hold):
    path = tmp_path / "some.db"
    if hold == "foreign":
        path.write_bytes(b"this is no database" * 100)
    keeper = sqlite3.connect(path, timeout=0)
    if hold == "locked":
        keeper.execute("CREATE TABLE t (a)")
        keeper.commit()
        keeper.execute("BEGIN EXCLUSIVE")
    asker = sqlite3.connect(path, timeout=0)
    with pytest.raises(sqlite3.DatabaseError) as cause:
        asker.execute("SELECT * FROM t")
    fact = fact_behind(cause.value)
    expected = errors.StoreBusy if hold == "locked" else errors.StoreBroken
    assert isinstance(fact, expected)
    assert exit_code(fact) == 3
    keeper.close()
    asker.close()


def test_every_fact_has_an_exit_code_between_one_and_three():
    facts = [
        each
        for each in vars(errors).values()
        if isinstance(each, type) and issubclass(each, errors.FireRiskError)
    ]
    assert len(facts) > 20
    for fact in facts:
        made = fact("code", "x") if fact is errors.FileRejected else fact("x")
        assert exit_code(made) in (1, 2, 3)
    assert set(CODES) <= set(facts)
