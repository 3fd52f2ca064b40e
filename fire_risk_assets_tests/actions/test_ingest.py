"""Ingestion as stories on real tables: once, twice, killed in between, corrected, refused."""

import json
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from fire_risk_assets.actions.batches import newest_batch, refusals_since
from fire_risk_assets.actions.ingest import BorderSettings
from fire_risk_assets.adapters.file_lease import FileLease
from fire_risk_assets.core.as_known import as_known_at
from fire_risk_assets.core.tables.observed import BATCHES, CELLS, QUARANTINE, REPORTS, WEATHER
from fire_risk_assets.errors import InvalidSetting, StoreBusy, UsageError
from fire_risk_assets_tests.actions.offering import (
    NOW,
    POINTS,
    REPORTS_FILE,
    UCI_FILE,
    WEATHER_FILE,
    DiesAt,
    Home,
    Killed,
)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


def test_good_rows_go_in_bad_rows_are_set_aside_and_the_batch_says_so(home):
    report = home.take(WEATHER_FILE)
    assert (report.read, report.accepted, report.quarantined, report.duplicates) == (3, 2, 1, 0)
    assert report.reasons == {"rh_pct_out_of_range": 1}
    assert [row["cell_id"] for row in home.visible(WEATHER)] == ["7-4", "7-6"]
    assert {row["known_at"] for row in home.visible(WEATHER)} == {NOW}
    (aside,) = home.visible(QUARANTINE)
    assert (aside["line"], aside["file_sha256"]) == (3, report.file_sha256)
    (batch,) = home.batches()
    assert (batch["batch_seq"], batch["tables"], batch["read"]) == (1, "weather_observations", 3)


def test_the_kind_is_found_by_the_header_and_held_to_when_named(home):
    assert home.take(REPORTS_FILE).tables == "fire_reports"
    refused = home.take(WEATHER_FILE, "b.csv", kind="reports")
    assert refused.rejection_code == "missing_column"
    assert home.take(UCI_FILE, "c.csv", format="canonical").rejection_code == "unknown_column"
    with pytest.raises(UsageError):
        home.take(UCI_FILE, "c.csv", kind="weather", format="uci")
    with pytest.raises(InvalidSetting):
        home.take(WEATHER_FILE, "d.csv", known_at="tomorrow")


def test_one_uci_row_counts_once_though_it_feeds_three_tables(home):
    report = home.take(UCI_FILE)
    assert (report.read, report.accepted, report.quarantined) == (3, 2, 1)
    assert report.reasons == {"y_off_grid": 1}
    counts = [len(home.visible(table)) for table in (WEATHER, REPORTS, CELLS, QUARANTINE)]
    assert counts == [1, 2, 81, 1]
    assert len(home.batches()) == 1
    known = [row["known_at"] - row["started_at"] for row in home.visible(REPORTS)]
    assert known == [timedelta(0)] * 2


def test_uci_cells_never_replace_cells_somebody_described(home):
    home.take("cell_id,latitude,longitude,zone\n1-1,41.9,-6.7,mine\n", "cells.csv")
    home.take(UCI_FILE)
    cells = home.visible(CELLS)
    assert (len(cells), cells[0]["zone"]) == (81, "mine")


@pytest.mark.parametrize("text", [WEATHER_FILE, UCI_FILE], ids=["weather", "uci"])
@pytest.mark.parametrize("point", POINTS)
def test_killed_anywhere_and_tried_again_a_file_is_there_once(home, point, text):
    with pytest.raises(Killed):
        home.take(text, crash=DiesAt(point))
    if point != "INGEST_RECORD:after":
        assert home.visible(WEATHER) == home.visible(REPORTS) == home.visible(QUARANTINE) == []
    report = home.take(text, now=NOW + timedelta(hours=1))
    assert (report.read, report.accepted) == (3, 2)
    expected = [2, 0, 1] if text is WEATHER_FILE else [1, 2, 1]
    assert [len(home.visible(table)) for table in (WEATHER, REPORTS, QUARANTINE)] == expected
    assert [batch["batch_seq"] for batch in home.batches()] == [1]
    again = home.take(text, now=NOW + timedelta(hours=2))
    assert (report.known_from, report.known_until) == (again.known_from, again.known_until)
    named = json.loads(home.batches()[0]["delta_versions"])
    fed = (WEATHER, REPORTS, CELLS, QUARANTINE)
    assert set(named) == {table.name for table in fed if home.store.read(table).num_rows}


def test_rows_that_became_good_between_two_tries_are_not_lost(home):
    tomorrow = WEATHER_FILE + "7-7,2026-09-28T12:00:00Z,19.5,40,7,0\n"
    with pytest.raises(Killed):
        home.take(tomorrow, crash=DiesAt("INGEST_DATA:after"))
    report = home.take(tomorrow, now=NOW + timedelta(days=1))
    assert report.accepted == len(home.visible(WEATHER)) == 3


def test_a_try_with_other_options_is_not_given_the_rows_of_the_killed_one(home):
    with pytest.raises(Killed):
        home.take(WEATHER_FILE, crash=DiesAt("INGEST_RECORD:before"))
    report = home.take(WEATHER_FILE, known_at="observed+3", now=NOW + timedelta(hours=1))
    rows = home.visible(WEATHER)
    assert len(rows) == report.accepted == 2
    assert all(row["known_at"] == row["observed_at"] + timedelta(days=3) for row in rows)
    assert len(home.visible(QUARANTINE)) == report.quarantined


def test_a_correction_is_a_new_row_and_the_past_still_knows_the_old_one(home):
    home.take(REPORTS_FILE)
    later = NOW + timedelta(days=7)
    report = home.take(REPORTS_FILE.replace("0.5", "0.75"), "b.csv", now=later)
    assert (report.accepted, report.duplicates) == (2, 1)
    rows, batches = home.store.read(REPORTS), home.store.read(BATCHES)
    assert rows.num_rows == 3

    def area(as_of: datetime) -> float:
        known = as_known_at(rows, batches, key=REPORTS.key, as_of=as_of, batch_seq=2)
        return known["burned_area_ha"].to_pylist()[0]

    assert (area(NOW), area(later)) == (0.5, 0.75)


def test_a_correction_under_the_same_instant_counts_by_its_later_batch(home):
    home.take(REPORTS_FILE, known_at="observed+0")
    home.take(REPORTS_FILE.replace("0.5", "0.75"), "b.csv", known_at="observed+0")
    rows, batches = home.store.read(REPORTS), home.store.read(BATCHES)
    found = [
        as_known_at(rows, batches, key=REPORTS.key, as_of=NOW, batch_seq=seq)["burned_area_ha"][0]
        for seq in (1, 2)
    ]
    assert [value.as_py() for value in found] == [0.5, 0.75]


def test_a_refused_file_is_recorded_once_and_checked_again_each_time(home):
    bad = WEATHER_FILE.replace("rh_pct", "humidity")
    first = home.take(bad)
    again = home.take(bad, "renamed.csv")
    assert (first.rejection_code, again.rejection_code) == ("missing_column", "missing_column")
    assert (again.batch_seq, len(home.batches())) == (1, 1)
    assert first.remedy
    assert home.take(WEATHER_FILE).batch_seq == 2


def test_refusals_are_told_by_name_and_reason_once_they_are_new(home):
    assert newest_batch(home.store) == 0
    refused = home.take(WEATHER_FILE.replace("rh_pct", "humidity"), "july.csv")
    assert refusals_since(0, home.store) == [f"july.csv: {refused.rejection_reason}"]
    home.take(WEATHER_FILE)
    assert newest_batch(home.store) == 2
    assert refusals_since(1, home.store) == []


def test_an_accepted_name_may_be_used_again_where_the_settings_allow(home):
    home.take(REPORTS_FILE)
    other = REPORTS_FILE.replace("0.5", "0.75")
    assert home.take(other).rejection_code == "name_reused"
    assert home.take(other, settings=BorderSettings(reused_name="accept")).accepted == 2


def test_a_second_ingestion_waits_for_the_first(home):
    with FileLease(home.folder / "locks").hold("ingest"), pytest.raises(StoreBusy):
        home.take(WEATHER_FILE)
    assert home.store.version(BATCHES) is None


def test_batch_numbers_have_no_gaps_whatever_happens(home):
    home.take(WEATHER_FILE)
    home.take("nonsense\n1\n", "b.csv")
    home.take(REPORTS_FILE, "c.csv")
    home.take(REPORTS_FILE, "d.csv")
    assert [batch["batch_seq"] for batch in home.batches()] == [1, 2, 3]


@pytest.mark.parametrize("name", ["a.csv", "b.csv"])
def test_another_uci_table_never_rewrites_the_fires_of_the_first(home, name):
    home.take(UCI_FILE)
    before = home.visible(REPORTS)
    header, _, *rest = UCI_FILE.splitlines(keepends=True)
    report = home.take("".join([header, *rest]), name)
    assert report.rejection_code == "other_uci"
    assert "reports file" in report.remedy
    longer = home.take(UCI_FILE + "1,2,apr,mon,86.2,26.2,94.3,5.1,8.2,51,6.7,0,0\n", "c.csv")
    assert longer.rejection_code == "other_uci"
    assert home.visible(REPORTS) == before


def test_the_same_uci_table_in_another_file_adds_nothing(home):
    home.take(UCI_FILE)
    report = home.take(UCI_FILE.replace("\n", "\r\n"), "b.csv")
    assert (report.accepted, report.duplicates, report.rejected) == (2, 2, False)
    assert [len(home.visible(table)) for table in (WEATHER, REPORTS)] == [1, 2]


def test_a_file_taken_in_stays_taken_in_whatever_setting_changed_since(home):
    first = home.take(WEATHER_FILE.replace("21.5", " 21.5"))
    stricter = BorderSettings(timezone="No/Where", require_known_cells=True)
    again = home.take(WEATHER_FILE.replace("21.5", " 21.5"), settings=stricter)
    assert first.normalised == {"value_blanks": 1}
    assert again == replace(first, repeated=True, normalised=None)
    assert len(home.batches()) == 1
