from datetime import timedelta
from itertools import pairwise

import pyarrow.compute as pc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fire_risk_assets.core.features.columns import CONTENT
from fire_risk_assets_tests.core.features.weather_stream import (
    HOUR,
    KEY,
    NOON,
    Store,
    as_known,
    features_of,
    observation,
    weather,
)

pytestmark = pytest.mark.slow

DELAY_HOURS = (1, 1, 1, 30, 24 * 5, 24 * 20)


@st.composite
def streams(draw):
    """Observations with gaps, corrections, late ones, observed codes; distinct `known_at`."""
    day, rows = 0, []
    for index in range(draw(st.integers(2, 10))):
        day += draw(st.sampled_from([0, 0, 1, 1, 1, 2, 4, 6, 28, 50]))
        back = draw(st.sampled_from([0, 0, 0, 1, 2, 5]))
        delay = draw(st.sampled_from(DELAY_HOURS))
        rows.append(
            observation(
                max(day - back, 0),
                cell=draw(st.sampled_from(["7-4", "1-1"])),
                minute=draw(st.sampled_from([0, 0, 0, 30])),
                known=24 * day + delay + index / 64,
                codes=draw(st.sampled_from([None, None, None, (91.0, 80.0, 400.0, 9.0)])),
                temp=float(draw(st.integers(-5, 38))),
                rain=draw(st.sampled_from([0.0, 0.0, 0.4, 7.0, 60.0])),
            )
        )
    return sorted(rows, key=lambda row: row["known_at"])


def content(rows):
    return rows.sort_by([(name, "ascending") for name in KEY]).select([*KEY, *CONTENT]).to_pylist()


def emitted(store):
    order = [(name, "ascending") for name in (*KEY, "known_at")]
    return store.features.drop_columns("batch_seq").sort_by(order)


@settings(max_examples=25, deadline=None)
@given(rows=streams(), data=st.data())
def test_it_does_not_matter_how_observations_are_batched(rows, data):
    cuts = data.draw(st.sets(st.integers(1, len(rows) - 1)))
    edges = [0, *sorted(cuts), len(rows)]
    whole, parts = Store(), Store()
    whole.take(weather(data.draw(st.permutations(rows))))
    for start, stop in pairwise(edges):
        parts.take(weather(rows[start:stop]))
    assert emitted(parts).equals(emitted(whole))


@settings(max_examples=15, deadline=None)
@given(rows=streams(), data=st.data())
def test_features_as_known_at_any_time_are_those_of_the_weather_as_known_then(rows, data):
    instant = data.draw(st.sampled_from([row["known_at"] for row in rows]))
    store = Store()
    store.take(weather(rows))
    known = as_known(store.weather, instant)
    known = weather(row | {"known_at": instant} for row in known.to_pylist())
    afresh = Store().take(known)
    assert content(as_known(store.features, instant)) == content(afresh)


@settings(max_examples=15, deadline=None)
@given(rows=streams(), data=st.data())
def test_no_feature_row_depends_on_a_later_observation(rows, data):
    until = data.draw(st.sampled_from([row["observed_at"] for row in rows]))
    whole = features_of(rows).filter(pc.field("observed_at") <= until)
    part = features_of([row for row in rows if row["observed_at"] <= until])
    assert whole.equals(part)


@settings(max_examples=15, deadline=None)
@given(rows=streams(), data=st.data())
def test_in_whatever_order_batches_come_the_newest_features_are_those_of_the_newest_weather(
    rows, data
):
    shuffled = data.draw(st.permutations(rows))
    store = Store()
    for row in shuffled:
        store.take(weather([row]))
    end = max(row["known_at"] for row in rows)
    assert content(as_known(store.features, end)) == content(as_known(features_of_all(rows), end))


def features_of_all(rows):
    store = Store()
    store.take(weather(rows))
    return store.features


def test_a_correction_emits_the_changed_rows_with_its_own_known_at_and_no_others():
    days = [observation(day, temp=15.0 + day % 7, rain=30.0 * (day == 20)) for day in range(60)]
    store = Store()
    store.take(weather(days))
    made = store.take(weather([days[4] | {"rain_mm": 0.1, "known_at": NOON + 1500 * HOUR}]))
    changed = [row["observed_at"] for row in made.to_pylist()]
    assert changed == [NOON + timedelta(days=day) for day in range(4, 34)]
    assert pc.unique(made["known_at"]).to_pylist() == [NOON + 1500 * HOUR]


def test_a_repeated_observation_changes_nothing():
    store = Store()
    store.take(weather([observation(day) for day in range(5)]))
    assert store.take(weather([observation(2, known=500)])).num_rows == 0


def test_a_day_without_features_before_the_batch_is_refused():
    from fire_risk_assets.errors import FeaturesOwed

    store = Store()
    store.take(weather([observation(0)]))
    store.features = store.features.slice(0, 0)
    with pytest.raises(FeaturesOwed, match="1 earlier observation,"):
        store.take(weather([observation(1)]))
