"""Where no home is made, and what a home that replays its past refuses."""

import subprocess
import sys

import pytest

from fire_risk_assets.adapters.home_document import require_unused
from fire_risk_assets_tests.cli.ledger_homes import make_home
from fire_risk_assets_tests.faults.modes import PLAINLY


def test_no_home_is_planted_among_other_things(cli, tmp_path):
    folder = tmp_path / "thesis"
    folder.mkdir()
    (folder / "chapter.md").write_text("Introduction")
    (tmp_path / "day.csv").write_text("cell_id,latitude,longitude,zone\nz-1,41.9,-6.8,north\n")
    ended = cli("ingest", tmp_path / "day.csv", "--home", folder)
    assert ended.code == 3
    assert "holds other things (chapter.md)" in ended.err
    assert [path.name for path in folder.iterdir()] == ["chapter.md"]


def test_the_last_tick_is_refused_where_a_past_of_its_own_is_replayed(cli, tmp_path):
    home = make_home(tmp_path / "home", simulate=None)
    ended = cli("cycle", "--model", "burned_area", "--due", "--home", home)
    assert ended.code == 2
    assert "--as-of" in ended.err


def test_what_is_remembered_of_landed_files_is_part_of_a_home_and_keeps_none_from_being_made(
    tmp_path,
):
    (tmp_path / "landing_looks.json").write_text("{}")
    require_unused(tmp_path)


def test_a_home_that_lost_its_document_is_not_taken_for_a_new_one(cli, tmp_path):
    home = make_home(tmp_path / "home", simulate=None)
    report = tmp_path / "cells.csv"
    report.write_text("cell_id,latitude,longitude,zone\nz-1,41.9,-6.8,north\n")
    assert cli("ingest", report, "--home", home).code == 0
    document = (home / "home.json").read_text()
    (home / "home.json").unlink()
    for arguments in (("status",), ("run",), ("run", "--dry-run"), ("ingest", report)):
        ended = cli(*arguments, "--home", home)
        assert ended.code == 3
        assert "its home.json is missing" in ended.err
        assert "Restore home.json" in ended.err
    assert not (home / "home.json").exists()
    (home / "home.json").write_text(document)
    assert cli("status", "--home", home).code == 0


@pytest.mark.parametrize(
    ("document", "said"),
    [
        ('{"format": 2}', "a stored HomeDocument lacks clock"),
        ('{"format": 2, "clock": "system", "mood": "good"}', "has mood, which is unknown"),
        ('{"format": 2, "clock": "moon"}', "clock is 'moon'; expected one of system, replay"),
        ('{"format": "two", "clock": "system"}', "format is 'two', no number"),
        ("[]", "is [], no document"),
        ("{", "Expecting property name"),
    ],
)
def test_what_is_wrong_with_a_homes_document_is_named(cli, home, document, said):
    (home / "home.json").write_text(document)
    ended = cli("status", "--home", home)
    assert (ended.code, ended.out) == (3, "")
    assert f"{home / 'home.json'} cannot be read: " in ended.err
    assert said.lower() in ended.err.lower()
    assert ".." not in ended.err


def test_tables_that_cannot_be_seen_are_not_called_missing__f23(home):
    (home / "lake").chmod(0)
    status = [sys.executable, "-m", "fire_risk_assets.cli", "status", "--home", home]
    try:
        ended = subprocess.run([*PLAINLY, *status], capture_output=True, text=True)
    finally:
        (home / "lake").chmod(0o700)
    assert ended.returncode == 3
    assert "permission denied" in ended.stderr
    assert "Traceback" not in ended.stderr
