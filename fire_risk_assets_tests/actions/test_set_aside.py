"""What was set aside, by file and line; and what no replay brings in."""

from dataclasses import replace

import pyarrow as pa
import pytest

from fire_risk_assets.actions.set_aside import batch_set_aside, batches_set_aside
from fire_risk_assets.core.border.set_aside import repair_form
from fire_risk_assets.core.tables.observed import BATCHES, WEATHER
from fire_risk_assets.errors import RequestRefused, UsageError
from fire_risk_assets_tests.actions.offering import (
    BAD_FILE,
    HEADER,
    REPAIRED,
    UCI_FILE,
    WEATHER_FILE,
    Home,
)


def test_the_list_has_a_line_a_file_and_none_a_replay(home):
    home.replay(REPAIRED)
    home.take("cell_id,latitude,longitude,zone\n7-4,95,0,\n", "cells.csv")
    home.take(WEATHER_FILE.replace("140", "40"), "good.csv")
    home.take("nonsense\n1\n", "refused.csv")
    found = batches_set_aside(home.store)
    told = [(b.batch_seq, b.kind, len(b.rows), len(b.open_rows)) for b in found]
    assert told == [(1, "weather", 2, 1), (3, "cells", 1, 1)]


def test_what_is_no_batch_with_rows_set_aside_is_told_from_one(home):
    home.replay(REPAIRED)
    home.take(WEATHER_FILE.replace("140", "40"), "good.csv")
    for batch, said in ((9, "newest is 3"), (3, "set no row aside"), (2, "belongs to batch 1")):
        with pytest.raises(UsageError, match=said):
            home.replay(REPAIRED, batch)


def test_a_row_of_a_uci_table_is_not_replayed_alone(tmp_path):
    home = Home(tmp_path)
    home.take(UCI_FILE)
    assert [row.line for row in batch_set_aside(1, home.store).rows] == [4]
    with pytest.raises(RequestRefused, match="dated by all of its rows") as refused:
        home.replay("line," + UCI_FILE.splitlines()[0] + "\n")
    assert "reports file" in refused.value.remedy


def test_a_batch_older_than_its_header_has_a_form_without_cells(tmp_path):
    home, added = Home(tmp_path), ("columns", "replayed")
    home.take(BAD_FILE)
    (batch,) = home.batches()
    old = replace(BATCHES, columns=tuple(c for c in BATCHES.columns if c.name not in added))
    (tmp_path / "lake" / "batches").rename(tmp_path / "put aside")
    home.store.append(old, pa.Table.from_pylist([batch], schema=old.schema))
    found = batch_set_aside(1, home.store)
    assert (found.columns, home.lines_open()) == (None, [3, 5])
    assert repair_form(found) == f"line,{HEADER}3,,,,,,\n5,,,,,,\n"
    home.replay(REPAIRED)
    assert (home.lines_open(), len(home.visible(WEATHER))) == ([5], 3)
