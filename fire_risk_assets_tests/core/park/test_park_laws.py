"""The laws of the park: it repeats itself, it goes on, and its switches touch only their own."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fire_risk_assets.core.park.geography import geography
from fire_risk_assets.core.park.settings import ParkSettings
from fire_risk_assets.core.park.simulate import simulate, simulate_years

pytestmark = pytest.mark.slow

PARK = ParkSettings(seed=3, start=date(2023, 9, 29), until=date(2025, 9, 28))
TABLES = ("weather", "reports", "cells")


def same(one, other):
    """Equal to the bit; a NaN equals itself."""
    if one.schema != other.schema or len(one) != len(other):
        return False
    return all(
        _bits(one[name].to_numpy()).tolist() == _bits(other[name].to_numpy()).tolist()
        for name in one.column_names
    )


def _bits(column):
    return column.view(np.int64) if column.dtype.kind in "fM" else column


def known_by(table, day):
    end = pa.scalar(day + timedelta(days=1)).cast(pa.timestamp("us", "UTC"))
    return table.filter(pc.less(table["known_at"], end))


def started_before(reports, day):
    noon = pa.scalar(day).cast(pa.timestamp("us", "UTC")).as_py() + timedelta(hours=12)
    return reports.filter(pc.less(reports["started_at"], noon))


@pytest.fixture(scope="module")
def park():
    return simulate(PARK)


def test_the_same_settings_give_the_same_park(park):
    again = simulate(replace(PARK))
    assert all(same(getattr(park, name), getattr(again, name)) for name in TABLES)


def test_another_seed_gives_another_park(park):
    other = simulate(replace(PARK, seed=4))
    assert not same(park.weather, other.weather)
    assert not same(park.reports, other.reports)


@settings(max_examples=20, deadline=None)
@given(
    start=st.dates(date(2019, 12, 1), date(2020, 3, 31)),
    days=st.lists(st.integers(0, 800), min_size=2, max_size=2).map(sorted),
    switches=st.fixed_dictionaries(
        {
            "seed": st.integers(0, 2**63),
            "cells": st.sampled_from([1, 9]),
            "corrections": st.booleans(),
            "report_delays": st.booleans(),
            "bad_rows": st.booleans(),
            "drift_from": st.none() | st.just(date(2020, 6, 1)),
        }
    ),
)
def test_a_shorter_history_is_the_part_of_a_longer_one_known_by_its_end(start, days, switches):
    short_end, long_end = (start + timedelta(days=day) for day in days)
    short = simulate(ParkSettings(start=start, until=short_end, **switches))
    long = simulate(ParkSettings(start=start, until=long_end, **switches))
    assert same(short.weather, known_by(long.weather, short_end))
    assert same(short.reports, known_by(long.reports, short_end))
    assert same(short.cells, long.cells)


@pytest.mark.parametrize("until", [date(2023, 12, 31), date(2024, 2, 29), date(2025, 9, 27)])
def test_the_whole_park_goes_on_where_a_shorter_one_ended(park, until):
    short = simulate(replace(PARK, until=until))
    assert same(short.weather, known_by(park.weather, until))
    assert same(short.reports, known_by(park.reports, until))


def test_a_concept_change_touches_nothing_before_its_day_and_no_weather(park):
    day = date(2025, 5, 1)
    drifted = simulate(replace(PARK, drift_from=day, drift_strength=0.6))
    assert same(park.weather, drifted.weather)
    assert same(started_before(park.reports, day), started_before(drifted.reports, day))
    assert not same(park.reports, drifted.reports)


def test_a_concept_change_begins_on_its_very_day():
    day, place = date(2024, 5, 1), geography(seed=3, cells=9)
    plain = ParkSettings(seed=3, start=date(2024, 4, 1), until=day, cells=9)
    (before,) = simulate_years(plain, place)
    (after,) = simulate_years(replace(plain, drift_from=day, drift_strength=0.5), place)
    for truth in ("ignition_probability", "size_signal"):
        changed = (getattr(before, truth) != getattr(after, truth)).all(axis=1)
        assert before.days.days[changed][0] == np.datetime64(day)
        assert changed[int(changed.argmax()) :].all()
        untouched = ~changed
        assert (getattr(before, truth)[untouched] == getattr(after, truth)[untouched]).all()


def test_a_concept_change_of_strength_0_is_none(park):
    assert same(
        park.reports, simulate(replace(PARK, drift_from=PARK.start, drift_strength=0)).reports
    )


def test_a_concept_change_moves_fires_away_from_people(park):
    drifted = simulate(replace(PARK, drift_from=PARK.start, drift_strength=1.0))
    assert _share_near_village(drifted.reports) < 0.5 * _share_near_village(park.reports)


def _share_near_village(reports):
    near = ["3-4", "4-3", "4-4", "4-5", "5-4"]
    return pc.mean(pc.is_in(reports["cell_id"], value_set=pa.array(near)).cast("int8")).as_py()


def test_corrections_come_on_top_of_the_first_reports(park):
    plain = simulate(replace(PARK, corrections=False))
    ids = pa.array(park.reports["report_id"].to_numpy())
    first = np.sort(np.unique(ids.to_numpy(zero_copy_only=False), return_index=True)[1])
    assert len(park.reports) > len(plain.reports)
    assert same(plain.reports, park.reports.take(pa.array(first)))


def test_delays_change_when_a_fire_is_known_and_not_whether_it_burned(park):
    prompt = simulate(replace(PARK, report_delays=False, corrections=False))
    slow = simulate(replace(PARK, corrections=False))
    about = ["report_id", "cell_id", "started_at", "burned_area_ha"]
    known = prompt.reports.filter(
        pc.is_in(prompt.reports["report_id"], value_set=slow.reports["report_id"])
    )
    by_id = [("report_id", "ascending")]
    assert same(known.select(about).sort_by(by_id), slow.reports.select(about).sort_by(by_id))
    assert prompt.reports["known_at"] == prompt.reports["started_at"]
    assert 0 <= len(prompt.reports) - len(slow.reports) < 40


def test_a_smaller_park_is_a_window_on_the_whole_one(park):
    window = simulate(replace(PARK, cells=20))
    inside = pa.array(window.cells["cell_id"].to_pylist())
    assert len(inside) == 20
    for name in TABLES:
        whole = getattr(park, name)
        assert same(
            getattr(window, name), whole.filter(pc.is_in(whole["cell_id"], value_set=inside))
        )
