"""Rows: what a cell-day is labelled with, what a fire is explained by, and when."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fire_risk_assets.core.as_known import newest_per_key
from fire_risk_assets.core.models import resolve_model
from fire_risk_assets.core.rows import OBSERVATION_MAX_AGE, labelled_rows
from fire_risk_assets.core.snapshots import disjoint
from fire_risk_assets.core.windows import plan_holdout, plan_training
from fire_risk_assets.errors import KnownTooLate
from fire_risk_assets_tests.core.labelled_park import NOON, daily_rows, feature_rows, report_rows

AREA, OCCURRENCE = resolve_model("burned_area"), resolve_model("fire_occurrence")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LATER_BY = timedelta(days=200)
LATER = NOON + LATER_BY


def label(spec, features, fires, as_of=LATER):
    return labelled_rows(spec, features=features, reports=report_rows(fires), as_of=as_of)


def test_a_morning_fire_belongs_to_the_cell_day_of_the_noon_before():
    rows = label(OCCURRENCE, daily_rows(days=3), [("r", "1-1", NOON + 20 * HOUR, 1.0)]).frame
    positive = rows[rows["target"] == 1]
    assert positive[["cell_id", "observed_at"]].values.tolist() == [["1-1", NOON]]
    assert len(rows) == 6


def test_a_fire_at_noon_sharp_belongs_to_the_day_that_begins():
    fire = [("r", "1-1", NOON + DAY, 1.0)]
    rows = label(OCCURRENCE, daily_rows(days=3), fire).frame
    assert rows.loc[rows["target"] == 1, "row_time"].tolist() == [NOON + DAY]
    assert label(AREA, daily_rows(days=3), fire).frame["observed_at"].tolist() == [NOON + DAY]


def test_a_cell_day_is_negative_only_when_its_report_would_have_come():
    as_of = NOON + DAY + timedelta(days=14)
    fires = [("r", "1-1", NOON + 3 * DAY, 1.0)]
    labelled = label(OCCURRENCE, daily_rows(cells=("1-1",), days=5), fires, as_of)
    assert labelled.frame["row_time"].tolist() == [NOON, NOON + 3 * DAY]
    assert labelled.frame["target"].tolist() == [0.0, 1.0]
    assert labelled.counts.offered == 5 and labelled.counts.unlabelled == 3


def test_a_fire_enters_the_areas_a_label_lag_after_it_started_however_early_it_was_known():
    fires = [("old", "1-1", NOON, 5.0), ("new", "1-1", NOON + HOUR, 7.0)]
    labelled = label(AREA, daily_rows(days=2), fires, NOON + timedelta(days=14))
    assert labelled.frame["report_id"].tolist() == ["old"]
    assert labelled.counts.unlabelled == 1


def test_a_fire_takes_the_last_of_several_observations_of_its_day():
    hours = feature_rows([("1-1", NOON + hour * HOUR) for hour in range(0, 12, 3)])
    fires = [("a", "1-1", NOON + 4 * HOUR, 1.0), ("b", "1-1", NOON + 6 * HOUR, 1.0)]
    observed = label(AREA, hours, fires).frame.set_index("report_id")["observed_at"]
    assert observed["a"] == NOON + 3 * HOUR
    assert observed["b"] == NOON + 6 * HOUR


def test_a_fire_without_an_observation_in_reach_is_left_out_and_counted():
    fires = [
        ("before", "1-1", NOON - HOUR, 1.0),
        ("elsewhere", "9-9", NOON + HOUR, 1.0),
        ("stale", "1-1", NOON + OBSERVATION_MAX_AGE, 1.0),
        ("good", "1-1", NOON + OBSERVATION_MAX_AGE - HOUR, 1.0),
    ]
    for spec in (AREA, OCCURRENCE):
        labelled = label(spec, daily_rows(days=1), fires)
        assert labelled.counts.unobserved == 3
        assert labelled.counts.positives == 1


def test_rows_are_sorted_by_key_and_carry_what_guardrails_cut_by():
    start = datetime(2026, 12, 3, 12, tzinfo=UTC)  # a Thursday
    rows = label(OCCURRENCE, daily_rows(days=3, start=start), [], start + LATER_BY).frame
    assert rows[["cell_id", "observed_at"]].apply(tuple, axis=1).is_monotonic_increasing
    assert rows["weekend"].tolist() == [False, True, True] * 2
    assert set(rows["season"]) == {"DJF"}
    assert rows["day"].tolist()[:2] == [pd.Timestamp("2026-12-03"), pd.Timestamp("2026-12-04")]
    assert set(OCCURRENCE.features) <= set(rows.columns)
    seasons = [datetime(2026, month, 15, 12, tzinfo=UTC) for month in range(1, 13)]
    rows = label(
        OCCURRENCE, feature_rows([("1-1", at) for at in seasons]), [], start + LATER_BY
    ).frame
    assert "".join(rows["season"].str[0]) == "DDMMMJJJSSSD"


def test_nothing_to_label_is_an_empty_frame_and_no_error():
    for spec in (AREA, OCCURRENCE):
        labelled = label(spec, feature_rows([]), [])
        assert len(labelled.frame) == 0 and labelled.counts.labelled == 0
        assert set(spec.features) <= set(labelled.frame.columns)


def test_a_row_known_after_as_of_is_a_leak_and_not_quietly_used():
    reports = report_rows([("r", "1-1", NOON, 1.0)], known_at=[LATER + HOUR])
    with pytest.raises(KnownTooLate, match="reports hold a row known at"):
        labelled_rows(AREA, features=daily_rows(), reports=reports, as_of=LATER)


def test_a_missing_zone_and_a_missing_number_stay_missing():
    features = daily_rows(days=1)
    for name in ("zone", "longitude"):
        at = features.column_names.index(name)
        features = features.set_column(at, name, pa.nulls(2, features.schema.field(name).type))
    rows = label(OCCURRENCE, features, []).frame
    assert rows["zone"].tolist() == [None, None]
    assert rows["longitude"].isna().all()


def random_world(draw_seed):
    """Observations at odd hours and fires, many versions of each, and an as_of among them."""
    draw = np.random.default_rng(draw_seed)
    span = 60 * 24
    hours = np.unique(draw.integers(0, span, size=draw.integers(1, 60)))
    keys = [(str(cell), NOON + int(hour) * HOUR) for hour in hours for cell in ("1-1", "2-2")]
    keys = [key for key in keys if draw.random() < 0.8]
    keys += [key for key in keys if draw.random() < 0.3]
    known = [at + int(draw.integers(0, 200)) * HOUR for _, at in keys]
    features = feature_rows(keys, seed=draw_seed, known_at=known)
    fires = [
        (f"r{number}", ("1-1", "2-2", "3-3")[draw.integers(0, 3)], NOON + int(at) * HOUR, 1.0)
        for number, at in enumerate(draw.integers(-30, span, size=draw.integers(0, 40)))
    ]
    fires += [(*fire[:3], 9.0) for fire in fires if draw.random() < 0.3]
    reports = report_rows(
        fires, known_at=[fire[2] + int(draw.integers(0, 400)) * HOUR for fire in fires]
    )
    return features, reports, NOON + int(draw.integers(0, span + 800)) * HOUR


def known(table, key, as_of):
    visible = table.filter(pa.compute.less_equal(table["known_at"], pa.scalar(as_of)))
    ones = pa.array(np.ones(visible.num_rows, dtype=np.int64))
    return newest_per_key(visible.append_column("batch_seq", ones), key)


def check_world(seed):
    """Two cases, one a kind of rows; returns in how many there were rows on both sides."""
    both = 0
    features, reports, as_of = random_world(seed)
    visible = {
        "features": known(features, ["cell_id", "observed_at"], as_of),
        "reports": known(reports, ["report_id"], as_of),
    }
    observations = set(
        zip(
            visible["features"]["cell_id"].to_pylist(),
            visible["features"]["observed_at"].to_pylist(),
            strict=True,
        )
    )
    fires = visible["reports"].to_pandas().set_index("report_id")
    for spec in (replace(each, features=("fwi",)) for each in (OCCURRENCE, AREA)):
        rows = labelled_rows(spec, **visible, as_of=as_of).frame
        assert not rows.duplicated(list(spec.key)).any()
        assert set(zip(rows["cell_id"], rows["observed_at"], strict=True)) <= observations
        if spec.rows == "fire_reports":
            assert (rows["observed_at"] <= rows["row_time"]).all()
            assert (rows["row_time"] <= as_of - timedelta(days=14)).all()
            assert (
                rows["target"].to_numpy() == fires.loc[rows["report_id"], "burned_area_ha"]
            ).all()
            for row in rows.itertuples():
                earlier = [at for cell, at in observations if cell == row.cell_id]
                assert row.observed_at == max(at for at in earlier if at <= row.row_time)
        policy = replace(spec.windows, holdout_weeks=1, min_rows=2, min_clusters=1, min_positives=0)
        holdout = plan_holdout(
            rows,
            as_of=as_of,
            policy=policy,
            production_training_until=None,
            past_windows=(),
            cycle_id="c",
        )
        training = plan_training(rows, holdout.window_from, policy)
        trains, judges = rows[training.mask], rows[holdout.mask]
        assert (judges["row_time"] < as_of - timedelta(days=14)).all()
        assert codes_of(disjoint(trains, judges, spec=spec)) <= {"label_in_feature"}
        last_label = trains["row_time"] + policy.label_window_hours * HOUR
        assert (last_label <= holdout.window_from).all()
        both += bool(len(trains) and len(judges))
    return both


def codes_of(findings):
    return {finding.code for finding in findings if finding.blocking}


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 2**32 - 1))
def test_no_row_knows_the_future_and_the_two_sets_share_nothing(seed):
    check_world(seed)


@pytest.mark.slow
def test_the_same_in_a_thousand_cases():
    # Laws about nothing would hold too.
    assert sum(check_world(seed) for seed in range(500)) > 200
