"""The kernel of scoring: the same rows however they are cut, and nothing that is no score."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pyarrow as pa
import pytest
from sklearn.dummy import DummyRegressor
from sklearn.pipeline import Pipeline

from fire_risk_assets.core import fitting
from fire_risk_assets.core.digest import content_digest
from fire_risk_assets.core.models import resolve_model
from fire_risk_assets.core.rows import labelled_rows
from fire_risk_assets.core.scoring import kernel
from fire_risk_assets.core.scoring.batch import Stamp
from fire_risk_assets.core.scoring.days import end_of
from fire_risk_assets.core.scoring.kernel import (
    inputs_of,
    newest_in_order,
    scored_in_order,
    whole_days,
)
from fire_risk_assets.core.tables.predictions import PREDICTIONS
from fire_risk_assets.errors import FeatureUnknown, InvalidScores
from fire_risk_assets_tests.core.labelled_park import NOON, daily_rows, park
from fire_risk_assets_tests.tiny import TINY

pytestmark = pytest.mark.slow

THEN = datetime(2026, 1, 1, tzinfo=UTC)
STAMP = Stamp(
    model_name="tiny",
    model_version=3,
    event_id="e",
    artifact_sha256="s",
    batch_id="b",
    as_known=THEN,
    predicted_at=THEN + timedelta(hours=1),
)


def constant(value):
    regressor = DummyRegressor(strategy="constant", constant=value)
    return Pipeline([("model", regressor.fit([[0.0, 0.0]], [0.0]))])


def scored(rows, *, pipeline=None, spec=TINY, stamp=STAMP):
    pipeline = pipeline or constant(2.0)
    inputs = inputs_of(spec, pipeline)
    if "batch_seq" not in rows.column_names:
        rows = rows.append_column("batch_seq", pa.array(np.ones(rows.num_rows, np.int64)))
    ordered = newest_in_order(rows, inputs)
    return scored_in_order(spec, pipeline, ordered, inputs=inputs, stamp=stamp)


@pytest.fixture(scope="module")
def summer():
    return park(start=date(2025, 3, 1), until=date(2025, 8, 1), cells=12)


@pytest.mark.parametrize("name", ["burned_area", "fire_occurrence"])
def test_predictions_are_bit_equal_however_the_days_are_cut(name, summer, monkeypatch):
    features, reports = summer
    spec = resolve_model(name)
    as_of = datetime(2025, 8, 2, tzinfo=UTC)
    rows = labelled_rows(spec, features=features, reports=reports, as_of=as_of).frame
    for pipeline in (
        fitting.fit(spec, rows, spec.default_params, 0),
        fitting.fit_baseline(spec, rows),
    ):
        whole = scored(features, pipeline=pipeline, spec=spec)
        assert whole.num_rows == features.num_rows
        day = features["observed_at"].cast(pa.date32()).to_numpy()
        some = [
            scored(features.filter(pa.array(day == each)), pipeline=pipeline, spec=spec)
            for each in np.unique(day)
        ]
        monkeypatch.setattr(kernel, "ROWS_AT_ONCE", 7)
        shuffled = features.take(np.random.default_rng(1).permutation(features.num_rows))
        parts = scored(shuffled, pipeline=pipeline, spec=spec)
        monkeypatch.undo()
        assert pa.concat_tables(some).equals(whole)
        assert parts.equals(whole)


def test_every_row_carries_the_stamp_and_the_digest_of_its_own_day():
    rows = daily_rows(days=3)
    found = scored(rows)
    assert found.schema == PREDICTIONS.schema
    first = found.to_pylist()[0]
    told = ("cell_id", "prediction", "model_version", "batch_id")
    assert [first[name] for name in told] == ["1-1", 2.0, 3, "b"]
    assert (first["as_known"], first["known_at"]) == (THEN, THEN + timedelta(hours=1))
    columns = ("cell_id", "observed_at", *TINY.features)
    for place in range(3):
        at = NOON + timedelta(days=place)
        mine = rows.filter(pa.array([each == at for each in rows["observed_at"].to_pylist()]))
        assert set(found["features_digest"].to_pylist()[2 * place : 2 * place + 2]) == {
            content_digest(mine, columns=columns, key=kernel.KEY)
        }


def test_a_row_of_a_replayed_past_counts_as_known_when_its_day_was_over():
    stamp = replace(STAMP, as_known=None, replayed=True)
    ends = [end_of(each.date()) for each in scored(daily_rows(days=2))["observed_at"].to_pylist()]
    found = scored(daily_rows(days=2), stamp=stamp)
    assert found["as_known"].to_pylist() == found["known_at"].to_pylist() == ends


@pytest.mark.parametrize("value", [-1.0, np.nan, np.inf])
def test_a_prediction_that_is_no_score_is_refused_and_names_a_row(value):
    class Broken:
        def predict(self, frame):
            found = np.ones(len(frame))
            found[3] = value
            return found

    with pytest.raises(InvalidScores, match=r"predicts .* for cell 1-2 at 2026-06-02 12:00 UTC"):
        scored(daily_rows(days=3), pipeline=Broken())


def test_a_version_is_given_what_it_was_fitted_on_and_a_column_nobody_has_is_named():
    older = constant(1.0)
    older.steps[0][1].feature_names_in_ = np.array(["fwi", "rain_mm"], dtype=object)
    assert inputs_of(TINY, older) == ("fwi", "rain_mm")
    older.steps[0][1].feature_names_in_ = np.array(["fwi", "soil"], dtype=object)
    with pytest.raises(FeatureUnknown, match="from soil, which the features table"):
        inputs_of(TINY, older)


def test_of_each_key_the_newest_row_counts_whatever_order_they_come_in():
    rows = daily_rows(days=2)
    newer = rows.set_column(
        rows.schema.get_field_index("fwi"), "fwi", pa.array([9.0] * rows.num_rows)
    )
    seq = pa.array([2] * rows.num_rows + [1] * rows.num_rows)
    both = pa.concat_tables([newer, rows]).append_column("batch_seq", seq)
    found = newest_in_order(both, ("fwi",))
    assert found["fwi"].to_pylist() == [9.0] * 4
    assert found.select(kernel.KEY).to_pylist() == [
        {"cell_id": cell, "observed_at": NOON + timedelta(days=day)}
        for day in range(2)
        for cell in ("1-1", "1-2")
    ]


def test_days_are_never_cut_in_two():
    day_us, counts = 86_400_000_000, (3, 1, 7, 2, 2)
    at = [day * day_us for day, count in enumerate(counts) for _ in range(count)]
    rows = pa.table({"observed_at": pa.array(at, pa.timestamp("us", tz="UTC"))})
    for size in (1, 2, 5, 100):
        parts = list(whole_days(iter(rows.to_batches(max_chunksize=size)), at_least=4))
        assert pa.concat_tables(parts).equals(rows)
        days = [set(part["observed_at"].to_pylist()) for part in parts]
        assert sum(map(len, days)) == len(set().union(*days)) == len(counts)
        assert len(parts) > 1 or size == 100
