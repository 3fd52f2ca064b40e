"""Large batches: group by group the rows are those of one call, and days lie together."""

from datetime import date

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from fire_risk_assets.core.features.groups import by_cells, by_days
from fire_risk_assets_tests.core.features.weather_stream import KEY, Store, observation, weather

CELLS = ("b", "a", "d", "c", "e")
ORDER = [(name, "ascending") for name in (*KEY, "known_at")]


def observations(*, cell_by_cell):
    rows = [
        observation(day, cell=cell, temp=10.0 + day + place, rain=float(day % 3))
        for place, cell in enumerate(CELLS)
        for day in range(9)
    ]
    return weather(rows if cell_by_cell else sorted(rows, key=lambda row: row["observed_at"]))


@pytest.mark.parametrize("cell_by_cell", [True, False], ids=["cell by cell", "day by day"])
@pytest.mark.parametrize("groups", [2, 3, 9])
def test_groups_of_cells_owe_the_rows_that_all_cells_owe_at_once(groups, cell_by_cell):
    new = observations(cell_by_cell=cell_by_cell)
    cells = pc.unique(new["cell_id"])
    parts = [part["new"] for part in by_cells({"new": new}, cells, groups=groups)]
    assert len(parts) == groups
    held = [set(part["cell_id"].to_pylist()) for part in parts]
    assert sorted(cell for each in held for cell in each) == sorted(CELLS)
    made = [Store().take(part) for part in parts if part.num_rows]
    assert pa.concat_tables(made).sort_by(ORDER) == Store().take(new).sort_by(ORDER)


def test_rows_of_other_cells_belong_to_no_group():
    new = observations(cell_by_cell=False)
    parts = [part["past"] for part in by_cells({"past": new}, pa.array(["e", "a"]), groups=2)]
    assert [set(part["cell_id"].to_pylist()) for part in parts] == [{"e"}, {"a"}]
    assert [part.num_rows for part in parts] == [9, 9]


def test_ranges_of_days_lie_one_after_the_other_whatever_part_they_come_from():
    parts = [observations(cell_by_cell=False).filter(pc.field("cell_id") == c) for c in CELLS]
    # Five rows a day: two days a range.
    stored = by_days(parts, at_most=10)
    days = [at.date() for at in stored["observed_at"].to_pylist()]
    ranges = [sorted(set(days[start : start + 10])) for start in range(0, len(days), 10)]
    first = date(2024, 3, 20)
    assert [(day - first).days for found in ranges for day in found] == list(range(9))
    assert stored.sort_by(ORDER) == pa.concat_tables(parts).sort_by(ORDER)


def test_a_day_larger_than_a_range_is_a_range():
    parts = [observations(cell_by_cell=False).filter(pc.field("cell_id") == c) for c in CELLS]
    days = by_days(parts, at_most=1)["observed_at"].to_pylist()
    assert days == sorted(days)


def test_of_no_rows_there_is_a_table_of_none():
    none = observations(cell_by_cell=True).slice(0, 0)
    assert by_days([none], at_most=10) == none
