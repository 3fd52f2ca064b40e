"""simulate: canonical files of a park, the same for the same question, whole or not there."""

import csv
import hashlib
from datetime import date

import pytest

from fire_risk_assets.cli.park import facts_of, park_from, park_of
from fire_risk_assets.core.owed_cycles import owed_cycles
from fire_risk_assets.settings.sections import Simulate
from fire_risk_assets_tests.cli.ledger_homes import make_home
from fire_risk_assets_tests.ledgers import event, first, ledger_of

SHORT = ("--from", "2026-08-20", "--until", "2026-09-28")
TODAY = date(2026, 11, 23)


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    from fire_risk_assets.adapters.park_files import write_park

    folder = tmp_path_factory.mktemp("park")
    park = park_of(Simulate(), TODAY, start=date(2026, 8, 20), bad_rows=True)
    return folder, write_park(park, folder)


def test_files_lie_as_a_landing_folder_expects_them(written):
    folder, files = written
    assert {path.parent.name for path in folder.rglob("*.csv")} == {"weather", "reports", "cells"}
    for kind, found in files.items():
        with found["path"].open() as stream:
            rows = list(csv.DictReader(stream))
        assert len(rows) == found["rows"], kind
    assert list(folder.rglob(".*")) == []


def test_instants_are_iso_8601_in_utc(written):
    with written[1]["weather"]["path"].open() as stream:
        row = next(csv.DictReader(stream))
    assert row["observed_at"] == "2026-08-20T12:00:00Z"
    assert row["known_at"] == "2026-08-20T18:00:00Z"


def test_every_row_of_a_park_passes_the_border_but_the_planted_ones(written, cli, tmp_path):
    home = make_home(tmp_path / "home", simulate=None)
    for kind in ("cells", "weather", "reports"):
        found = written[1][kind]
        ended = cli("ingest", found["path"], "--kind", kind, "--home", home, "--json")
        assert ended.code == 0
        report = ended.document
        assert report["read"] == found["rows"] == report["accepted"] + report["quarantined"]
        assert (report["quarantined"] > 0) == (kind != "cells")
        assert sum(report["reasons"].values()) == report["quarantined"]


def test_the_same_question_gives_the_same_bytes(cli, tmp_path):
    digests = []
    for name in ("a", "b"):
        ended = cli("simulate", "--out", tmp_path / name, "--seed", 3, *SHORT, "--json")
        assert ended.code == 0
        files = sorted((tmp_path / name).rglob("*.csv"))
        digests.append([(p.name, hashlib.sha256(p.read_bytes()).hexdigest()) for p in files])
    assert digests[0] == digests[1]
    assert ended.document["drift_from"] == "2026-05-01"


def test_other_settings_go_to_other_files_because_names_may_not_be_reused(cli, tmp_path):
    cli("simulate", "--out", tmp_path / "x", *SHORT)
    cli("simulate", "--out", tmp_path / "x", *SHORT, "--drift-strength", "0")
    assert len(list((tmp_path / "x" / "reports").iterdir())) == 2


def test_the_default_park_ends_late_in_september_with_a_change_in_its_last_year():
    park = park_of(Simulate(), TODAY)
    assert (park.start, park.until) == (date(2023, 9, 28), date(2026, 9, 28))
    assert (park.drift_from, park.drift_strength) == (date(2026, 5, 1), 0.5)


def test_a_park_is_read_back_from_the_facts_of_its_home():
    park = park_of(Simulate(), TODAY)
    assert park_from(facts_of(park)) == park


def test_three_years_before_a_leap_day_is_the_28th():
    assert park_of(Simulate(until=date(2024, 2, 29)), TODAY).start == date(2021, 2, 28)


def test_all_models_of_a_day_come_before_the_next_day():
    days = (date(2026, 9, 21), date(2026, 9, 28))
    owed = owed_cycles(days, ("a", "b"), {})
    assert [(each.day.day, each.model_name) for each in owed] == [
        (21, "a"),
        (21, "b"),
        (28, "a"),
        (28, "b"),
    ]


def test_decided_and_overtaken_cycles_are_not_owed():
    from fire_risk_assets.core.instants import parse_instant

    rows = ledger_of(
        first(cycle_id="2026-08-03"),
        event(cycle_id="2026-08-17", as_of=parse_instant("2026-08-17")),
    )
    days = (date(2026, 8, 3), date(2026, 8, 10), date(2026, 8, 17), date(2026, 8, 24))
    owed = owed_cycles(days, ("burned_area",), {"burned_area": rows})
    assert [each.day for each in owed] == [date(2026, 8, 24)]
