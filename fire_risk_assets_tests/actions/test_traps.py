"""Rows that must not judge, or cannot: leaks of five kinds, empty features, one class, one row."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

import pandas as pd
import pytest

from fire_risk_assets.actions.adjudicate_cycle import adjudicate_cycle
from fire_risk_assets.actions.build_snapshots import cut_rows, holdout_set, training_set
from fire_risk_assets.actions.check_invariants import check_invariants
from fire_risk_assets.actions.train_candidate import train_candidate
from fire_risk_assets.core.tables.scores import ADJUDICATION_SCORES
from fire_risk_assets.core.windows import training_between
from fire_risk_assets.ports import Engine
from fire_risk_assets_tests.homes import SECOND, Attempt, open_world, start_cycle

pytestmark = pytest.mark.slow

BEFORE, FOUR_WEEKS = timedelta(days=60), timedelta(weeks=4)
JUDGED = SECOND - timedelta(days=14)
"""End of the holdout of the cycle."""


@dataclass(frozen=True)
class Planted:
    """The home's own engine, and what somebody did to the tables beneath it."""

    engine: Engine
    plant: Callable[[pd.DataFrame], pd.DataFrame]

    def labelled_rows(self, spec, **asked):
        known = self.engine.labelled_rows(spec, **asked)
        return replace(known, frame=self.plant(known.frame.copy()))

    def __getattr__(self, name):
        return getattr(self.engine, name)


def started(settings, plant):
    """A cycle that is about to read its rows, from tables in which something is planted."""
    attempt = Attempt(settings, open_world(settings), SECOND)
    attempt.start()
    attempt.world = replace(attempt.world, engine=Planted(attempt.world.engine, plant))
    return attempt


def ended(settings, plant):
    """The decision of a cycle over such tables, and its world."""
    attempt = started(settings, plant)
    return attempt.finish().row, attempt.world


def twin(*shared):
    """Plant the newest row that judges once more, two months earlier but for what is shared."""

    def plant(frame):
        newest = frame[frame["row_time"] < JUDGED].sort_values("row_time").tail(1)
        earlier = {name: newest[name] - BEFORE for name in ("row_time", "observed_at", "day")}
        changed = {**earlier, "report_id": "another", "cell_id": "0-0"}
        apart = {name: value for name, value in changed.items() if name not in shared}
        return pd.concat([frame, newest.assign(**apart)], ignore_index=True)

    return plant


def label_in_a_feature(frame):
    return frame.assign(temp_c=3.0 - 2.0 * frame["target"])


LEAKS = {
    "row": (twin("report_id"), "1 row is in training and in the holdout"),
    "key": (twin("cell_id", "observed_at"), "1 cell-day is in training and in the holdout"),
    "day": (twin("day"), "1 day is in training and in the holdout"),
    "label-in-a-feature": (label_in_a_feature, "temp_c"),
}


@pytest.mark.parametrize("leak", LEAKS)
def test_a_planted_leak_is_refused_and_nothing_is_fitted__b62_b63(settings, leak):
    plant, told = LEAKS[leak]
    row, world = ended(settings, plant)
    assert (row.kind, row.reason_code) == ("refuse", "leak")
    assert told in row.reason
    assert (row.candidate_version, row.production_version) == (None, 1)
    assert world.tables.read(ADJUDICATION_SCORES).num_rows == 0


@pytest.mark.parametrize("trials", [0, 2])
def test_what_was_tuned_and_fitted_on_the_holdout_is_not_judged_on_it__b62_b63(settings, trials):
    spec, plan, world, run = start_cycle(settings, SECOND)
    cut = cut_rows(spec, plan, world.ledger.rows(spec.name), world)
    until = cut.holdout.window_until
    everything = training_between(cut.known.frame, cut.training.window_from, until)
    greedy = replace(cut, training=everything)
    assert holdout_set(plan, greedy).leaks
    rows = training_set(plan, greedy), holdout_set(plan, cut)
    trained = train_candidate(spec, plan, *rows, trials=trials, world=world, run=run)
    assert trained.candidate_of().training_rows > len(cut.training_rows)
    verdict = adjudicate_cycle(spec, plan, trained, world=world, run=run).judgement.verdict_of()
    assert (verdict.kind, verdict.reason_code) == ("undecided", "holdout_overlaps_production")
    assert world.tables.read(ADJUDICATION_SCORES).num_rows == 0


def test_constant_and_empty_features_are_named_and_stop_no_cycle__b64(settings):
    def plant(frame):
        return frame.assign(temp_c=20.0, fwi=float("nan"))

    attempt = started(settings, plant)
    spec, world = attempt.spec, attempt.world
    cut = cut_rows(spec, attempt.plan, world.ledger.rows(spec.name), world)
    assert [(each.code, each.blocking) for each in cut.findings] == [
        ("feature_all_null", False),
        ("feature_constant", False),
    ]
    row = attempt.finish().row
    assert (row.kind, row.reason_code) == ("promote", "better")
    assert check_invariants(spec, world, at_rest=True) == []


def test_a_feature_the_holdout_has_lost_is_refused__b64(settings):
    def plant(frame):
        return frame.assign(fwi=frame["fwi"].where(frame["row_time"] < JUDGED - FOUR_WEEKS))

    row, _ = ended(settings, plant)
    assert (row.kind, row.reason_code) == ("refuse", "leak")
    assert "fwi" in row.reason


def of_one_class(frame):
    return frame.assign(target=0.0)


def of_one_row(frame):
    judging = frame["row_time"] >= JUDGED - 26 * FOUR_WEEKS / 4
    return frame[~judging | (frame.index == frame.index[judging][0])]


@pytest.mark.parametrize(
    ("plant", "needed", "told"),
    [
        pytest.param(of_one_class, {"min_positives": 5}, "0 positives of 5", id="one-class"),
        pytest.param(of_one_row, {}, "1 rows of 20 needed, 1 days of 5", id="one-row"),
    ],
)
def test_a_holdout_of_one_class_or_of_one_row_decides_nothing__b64(settings, plant, needed, told):
    attempt = started(settings, plant)
    windows = replace(attempt.spec.windows, **needed)
    attempt.spec = replace(attempt.spec, windows=windows)
    row = attempt.finish().row
    assert (row.kind, row.reason_code) == ("undecided", "too_few_rows")
    assert told in row.reason
    assert row.production_version == 1
