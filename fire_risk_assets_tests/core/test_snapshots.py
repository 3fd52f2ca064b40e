"""Snapshots: the same rows have the same digests, and leaks are found before anything is judged."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pandas as pd
import pytest

from fire_risk_assets.core.models import resolve_model
from fire_risk_assets.core.references import Cycle, Snapshot
from fire_risk_assets.core.rows import labelled_rows
from fire_risk_assets.core.snapshots import disjoint, snapshot_of, verify_snapshot
from fire_risk_assets.errors import DigestMismatch
from fire_risk_assets_tests.core.labelled_park import NOON, daily_rows, report_rows

DAY = timedelta(days=1)
AREA, OCCURRENCE = resolve_model("burned_area"), resolve_model("fire_occurrence")
CYCLE = Cycle(model_name="burned_area", cycle_id="c1", as_of=NOON + 200 * DAY, batch_seq=3)
SPLIT = NOON + 30 * DAY


def rows_of(spec):
    """Sixty days of two cells, a fire every other day."""
    fires = [
        (f"r{day}", "1-1", NOON + day * DAY + timedelta(hours=3), float(day % 7))
        for day in range(0, 60, 2)
    ]
    features = daily_rows(days=60)
    return labelled_rows(
        spec, features=features, reports=report_rows(fires), as_of=CYCLE.as_of
    ).frame


def snap(rows, spec=AREA):
    return snapshot_of(
        rows,
        spec=spec,
        cycle=CYCLE,
        role="training",
        window_from=NOON,
        window_until=SPLIT,
        delta_versions={"features": 4},
    )


def split(spec):
    rows = rows_of(spec)
    before = rows["row_time"] < SPLIT - DAY
    return rows[before], rows[rows["row_time"] >= SPLIT]


def codes(findings, *, blocking=True):
    return [finding.code for finding in findings if finding.blocking is blocking]


def test_a_snapshot_says_what_it_holds_and_survives_json():
    snapshot = snap(rows_of(AREA))
    assert (snapshot.rows, snapshot.clusters, snapshot.positives) == (30, 30, 25)
    assert Snapshot.from_json(snapshot.to_json()) == snapshot


@pytest.mark.parametrize("spec", [AREA, OCCURRENCE], ids=lambda spec: spec.name)
def test_the_order_of_rows_and_the_layout_of_columns_leave_no_trace(spec):
    rows = rows_of(spec)
    shuffled = rows.sample(frac=1.0, random_state=1)[rows.columns[::-1]]
    shuffled["cell_id"] = shuffled["cell_id"].astype("category")
    assert snap(shuffled, spec) == snap(rows, spec)
    verify_snapshot(shuffled, snap(rows, spec), spec=spec)


def test_a_changed_target_or_feature_is_told_from_other_rows__b66():
    rows = rows_of(AREA)
    snapshot = snap(rows)
    for column in ("target", "fwi", "zone"):
        changed = rows.copy()
        changed.loc[3, column] = "south" if column == "zone" else 77.5
        with pytest.raises(DigestMismatch, match="other targets or features"):
            verify_snapshot(changed, snapshot, spec=AREA)
    with pytest.raises(DigestMismatch, match="other rows than recorded: 29 rows"):
        verify_snapshot(rows.iloc[1:], snapshot, spec=AREA)


def test_a_column_of_nothing_but_nulls_and_a_frame_without_rows_have_digests():
    rows = rows_of(AREA).assign(zone=None, longitude=np.nan)
    verify_snapshot(rows, snap(rows), spec=AREA)
    verify_snapshot(rows.iloc[:0], snap(rows.iloc[:0]), spec=AREA)
    assert snap(rows).content_digest != snap(rows_of(AREA)).content_digest


@pytest.mark.parametrize("spec", [AREA, OCCURRENCE], ids=lambda spec: spec.name)
def test_rows_cut_by_time_with_an_embargo_block_nothing(spec):
    assert codes(disjoint(*split(spec), spec=spec)) == []


def test_a_planted_row_is_found__b62():
    training, holdout = split(AREA)
    leak = holdout.iloc[[4]].assign(day=training["day"].iloc[0], observed_at=NOON - DAY)
    assert codes(disjoint(pd.concat([training, leak]), holdout, spec=AREA)) == ["row_overlap"]


def test_a_planted_cell_day_is_found_under_another_report():
    training, holdout = split(AREA)
    leak = holdout.iloc[[4]].assign(day=training["day"].iloc[0], report_id="other")
    assert codes(disjoint(pd.concat([training, leak]), holdout, spec=AREA)) == ["cell_day_overlap"]


def test_a_planted_day_is_found_though_cell_and_hour_differ():
    training, holdout = split(OCCURRENCE)
    leak = holdout.iloc[[4]].assign(cell_id="9-9")
    findings = disjoint(pd.concat([training, leak]), holdout, spec=OCCURRENCE)
    assert codes(findings) == ["day_overlap"]
    assert str(leak["day"].iloc[0]) in findings[0].detail


@pytest.mark.parametrize(
    "disguise",
    [
        lambda y: y,
        lambda y: -3.0 * y + 2.0,
        lambda y: np.log1p(y) ** 3,
        lambda y: np.where(np.arange(len(y)) == 5, np.nan, y),
    ],
    ids=["itself", "reversed", "monotone", "with a gap"],
)
def test_a_feature_that_is_the_area_in_other_clothes_is_found__b63(disguise):
    training, holdout = split(AREA)
    planted = training.assign(fwi=disguise(training["target"].to_numpy()))
    findings = disjoint(planted, holdout, spec=AREA)
    assert codes(findings) == ["label_in_feature"]
    assert "fwi" in findings[0].detail


def test_a_feature_that_parts_the_classes_is_found_though_it_varies_within_them__b63():
    training, holdout = split(OCCURRENCE)
    noise = np.random.default_rng(0).random(len(training))
    planted = training.assign(isi=10.0 * training["target"] + noise)
    assert codes(disjoint(planted, holdout, spec=OCCURRENCE)) == ["label_in_feature"]


def test_a_feature_the_holdout_lost_blocks_and_an_empty_one_is_only_named__b64():
    training, holdout = split(AREA)
    assert codes(disjoint(training, holdout.assign(fwi=np.nan), spec=AREA)) == ["feature_lost"]
    empty = disjoint(training.assign(fwi=np.nan), holdout.assign(fwi=np.nan), spec=AREA)
    assert codes(empty) == []
    assert codes(empty, blocking=False) == ["feature_all_null", "feature_constant"]
    tiny = replace(AREA, features=("fwi", "isi"))
    constant = disjoint(training.assign(fwi=3.0), holdout, spec=tiny)
    assert [(each.code, each.blocking) for each in constant] == [("feature_constant", False)]


def test_an_empty_side_shares_nothing():
    training, holdout = split(AREA)
    assert codes(disjoint(training.iloc[:0], holdout, spec=AREA)) == []
    assert codes(disjoint(training, holdout.iloc[:0], spec=AREA)) == []
