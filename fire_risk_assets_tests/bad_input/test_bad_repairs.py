"""Repaired files that are refused as a whole: nothing of them is written, nor that they came."""

import pytest

from fire_risk_assets.actions.ingest import BorderSettings
from fire_risk_assets.actions.set_aside import batch_set_aside
from fire_risk_assets.core.tables.observed import BATCHES, QUARANTINE, WEATHER
from fire_risk_assets_tests.actions.offering import WEATHER_FILE, Home

HEADER = WEATHER_FILE.splitlines()[0]
CELLS = "7-5,2026-09-01T12:00:00Z,20.5,14,7,0"
ROW = f"3,{CELLS}\n"


@pytest.fixture
def home(tmp_path):
    """Line 3 of batch 1 is set aside."""
    home = Home(tmp_path)
    home.take(WEATHER_FILE)
    return home


REFUSED = {
    "a row of a line that was accepted": ("line_unknown", f"line,{HEADER}\n2,{CELLS}\n"),
    "a row of no line there is": ("line_unknown", f"line,{HEADER}\n{ROW}99999,{CELLS}\n"),
    "one line twice": ("line_twice", f"line,{HEADER}\n{ROW}{ROW}"),
    "one line twice, written otherwise": ("line_twice", f"line,{HEADER}\n{ROW} 0{ROW}"),
    "no line": ("line_unreadable", f"line,{HEADER}\n,{CELLS}\n"),
    "a word": ("line_unreadable", f"line,{HEADER}\nthree,{CELLS}\n"),
    "a fraction": ("line_unreadable", f"line,{HEADER}\n3.0,{CELLS}\n"),
    "digits of elsewhere": ("line_unreadable", f"line,{HEADER}\n٣,{CELLS}\n"),
    "a line below zero": ("line_unreadable", f"line,{HEADER}\n-{ROW}"),
    "a number beyond all": ("line_unreadable", f"line,{HEADER}\n{'9' * 40},{CELLS}\n"),
    "a short row": ("line_unreadable", f"line,{HEADER}\n{ROW}4,7-5\n"),
    "a long row": ("line_unreadable", f"line,{HEADER}\n{ROW[:-1]},9\n"),
    "a stray quotation mark": ("line_unreadable", f'line,{HEADER}\n3,7"-"5{CELLS[3:]}\n'),
    "an unclosed quotation": ("unclosed_quote", f'line,{HEADER}\n3,"{CELLS}\n'),
    "the file itself": ("missing_column", WEATHER_FILE),
    "line twice in the header": ("duplicate_column", f"line,line,{HEADER}\n3,{ROW}"),
    "another kind of file": ("missing_column", "line,cell_id,latitude,longitude,zone\n3,7-5,,,\n"),
    "a column too many": ("unknown_column", f"line,{HEADER},mood\n{ROW[:-1]},good\n"),
    "a column too few": ("missing_column", f"line,{HEADER[:-8]}\n{ROW[:-3]}\n"),
    "semicolons": ("wrong_delimiter", f"line,{HEADER}\n{ROW}".replace(",", ";")),
    "line alone": ("no_header", "line\n3\n"),
    "a header alone": ("no_rows", f"line,{HEADER}\n"),
    "rows of which only the line is filled in": ("no_rows", f"line,{HEADER}\n3,,,,,,\n"),
    "nothing": ("empty_file", ""),
}


@pytest.mark.parametrize(("code", "text"), REFUSED.values(), ids=REFUSED)
def test_a_repaired_file_is_refused_whole(home, code, text):
    tables = (WEATHER, QUARANTINE, BATCHES)
    versions = [home.store.version(table) for table in tables]
    report = home.replay(text)
    assert (report.rejected, report.rejection_code) == (True, code)
    assert (report.file_name, report.batch_seq, report.read) == ("fix.csv", None, 0)
    assert report.rejection_reason
    assert "ingest it again" not in report.remedy
    assert [home.store.version(table) for table in tables] == versions
    assert [row.open for row in batch_set_aside(1, home.store).rows] == [True]
    assert home.replay(f"line,{HEADER}\n{ROW}").accepted == 1


@pytest.mark.parametrize("name", ["fix.parquet", "fix.xlsx"])
def test_a_repaired_file_is_text(home, name):
    assert home.replay(f"line,{HEADER}\n{ROW}", name=name).rejection_code == "unknown_format"


def test_weather_replayed_in_another_unit_is_refused_and_the_remedy_is_of_a_replay(home):
    # The season of the year before had 10 to 20 °C; 59 °F would be 15 °C.
    days = (f"2025-0{8 + n // 30}-{1 + n % 30:02d}" for n in range(60))
    season = [f"7-4,{day}T12:00:00Z,{10 + n % 11},40,7,0\n" for n, day in enumerate(days)]
    home.take(f"{HEADER}\n{''.join(season)}", "season.csv")
    hot = f"line,{HEADER}\n{ROW}".replace("20.5", "59")
    report = home.replay(hot)
    assert report.rejection_code == "unit_changed"
    assert "replay it with ingest.compare_units = false" in report.remedy
    assert home.replay(hot, settings=BorderSettings(compare_units=False)).accepted == 1
