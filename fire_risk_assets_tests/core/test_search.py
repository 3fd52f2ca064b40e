"""Search and fitting: repeatable, in the order of time, and never beyond the training rows."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fire_risk_assets.core.fitting import fit, fit_baseline, predict, recency_weights
from fire_risk_assets.core.instants import parse_instant
from fire_risk_assets.core.models import resolve_model
from fire_risk_assets.core.models.search_space import HALF_LIFE, Choice, Real, SearchSpace, Whole
from fire_risk_assets.core.rows import labelled_rows
from fire_risk_assets.core.search import SearchBudget, search, time_folds
from fire_risk_assets.errors import InvalidSetting
from fire_risk_assets_tests.core.labelled_park import park

pytestmark = pytest.mark.slow

AREA, OCCURRENCE = resolve_model("burned_area"), resolve_model("fire_occurrence")


@pytest.fixture(scope="module")
def rows():
    """A summer and a half of a third of the park, by model."""
    features, reports = park(start=date(2025, 4, 1), until=date(2026, 8, 1), cells=30)
    as_of = parse_instant("2026-08-02")
    return {
        spec.name: labelled_rows(spec, features=features, reports=reports, as_of=as_of).frame
        for spec in (AREA, OCCURRENCE)
    }


@pytest.fixture(params=[AREA, OCCURRENCE], ids=lambda spec: spec.name)
def spec(request):
    return request.param


def quick(spec, rows, **more):
    budget = SearchBudget(max_rows=1500)
    return search(spec, rows[spec.name], **{"trials": 3, "seed": 5, "budget": budget, **more})


def test_the_same_search_twice_is_the_same_and_another_seed_tries_something_else(spec, rows):
    assert quick(spec, rows) == quick(spec, rows)
    assert quick(spec, rows).trials != quick(spec, rows, seed=6).trials


def test_what_serves_is_tried_first_and_the_best_trial_wins(spec, rows):
    serving = {**spec.default_params, HALF_LIFE: 104}
    result = quick(spec, rows, start_from=serving)
    assert [dict(params) for params, _ in result.trials[:2]] == [serving, dict(spec.default_params)]
    assert (result.params, min(score for _, score in result.trials)) in result.trials
    assert all(set(params) == set(spec.search_space) for params, _ in result.trials)


def test_serving_parameters_outside_the_space_are_left_to_the_search(spec, rows):
    result = quick(spec, rows, start_from={HALF_LIFE: 3, "no_such_thing": 1}, trials=1)
    assert dict(result.params) == dict(spec.default_params)


def test_the_same_cycle_fitted_twice_predicts_the_same_to_the_last_bit(spec, rows):
    mine = rows[spec.name]
    params = {**spec.default_params, HALF_LIFE: 26}
    once, again = (predict(spec, fit(spec, mine, params, 3), mine) for _ in range(2))
    assert once.tobytes() == again.tobytes()
    reseeded = predict(spec, fit(spec, mine, params, 4), mine)
    assert reseeded.shape == once.shape == (len(mine),)


def test_a_half_life_changes_what_is_learnt(spec, rows):
    mine = rows[spec.name]
    flat, recent = (
        predict(spec, fit(spec, mine, {**spec.default_params, HALF_LIFE: weeks}, 3), mine)
        for weeks in (None, 26)
    )
    assert not np.array_equal(flat, recent)


def test_rows_without_weight_teach_nothing(spec, rows):
    mine = rows[spec.name]
    keep = np.arange(len(mine)) % 2 == 0
    spoiled = mine.assign(target=mine["target"].where(keep, 1 - mine["target"].clip(upper=1)))
    baseline_like = replace(spec, recipe=lambda params, seed: spec.baseline())
    weights = keep.astype(float)
    clean, dirty = (
        predict(spec, fit(baseline_like, each, spec.default_params, 0, weights=weights), mine)
        for each in (mine, spoiled)
    )
    np.testing.assert_allclose(clean, dirty, rtol=1e-6)


def test_rows_too_few_to_fold_are_not_searched(spec, rows):
    for few in (rows[spec.name].iloc[:0], rows[spec.name].iloc[:3]):
        result = search(spec, few, trials=3, seed=0, start_from={HALF_LIFE: 26})
        assert result.trials == ()
        assert dict(result.params) == {**spec.default_params, HALF_LIFE: 26}


def test_rows_of_one_class_are_not_searched(rows):
    mine = rows["fire_occurrence"]
    assert search(OCCURRENCE, mine[mine["target"] == 0], trials=2, seed=0).trials == ()
    assert search(OCCURRENCE, mine[mine["target"] == 1], trials=2, seed=0).trials == ()


@given(
    days=st.lists(st.integers(0, 300), min_size=1, max_size=80),
    every=st.integers(1, 5),
    folds=st.integers(1, 4),
)
@settings(max_examples=60, deadline=None)
def test_a_fold_is_judged_by_what_came_before_it_and_no_day_is_judged_twice(days, every, folds):
    day = np.datetime64("2026-01-01") + np.array(days).astype("timedelta64[D]")
    events = np.arange(day.size) % every == 0
    judged = np.zeros(day.size, dtype=int)
    for train, judge in time_folds(day, events, folds=folds):
        judged += judge
        if train.any() and judge.any():
            assert day[train].max() + np.timedelta64(1, "D") < day[judge].min()
    assert judged.max() <= 1


def test_weights_halve_with_every_half_life():
    newest = pd.Timestamp("2026-06-01", tz="UTC")
    times = pd.Series([newest - timedelta(weeks=26 * n) for n in (0, 1, 2)])
    assert recency_weights(times, half_life_weeks=26).tolist() == [1.0, 0.5, 0.25]
    assert recency_weights(times, half_life_weeks=None).tolist() == [1.0, 1.0, 1.0]


def test_a_space_knows_what_lies_inside_it():
    space = SearchSpace({HALF_LIFE: Choice((26, None)), "rate": Real(0.1, 1.0), "n": Whole(1, 4)})
    inside = {HALF_LIFE: None, "rate": 0.1, "n": 4}
    assert space.inside(inside) == inside
    assert space.inside({HALF_LIFE: 104, "rate": float("nan"), "n": True, "other": 1}) == {}
    assert space.with_half_lives((None,)).inside({HALF_LIFE: 26}) == {}
    with pytest.raises(InvalidSetting, match=HALF_LIFE):
        SearchSpace({"n": Whole(1, 4)})


def test_the_baseline_of_occurrence_is_the_rate_of_the_month(rows):
    mine = rows["fire_occurrence"]
    predicted = predict(OCCURRENCE, fit_baseline(OCCURRENCE, mine), mine)
    by_month = pd.DataFrame({"p": predicted, "y": mine["target"], "month": mine["month"]})
    assert (by_month.groupby("month")["p"].nunique() == 1).all()
    rates = by_month.groupby("month").mean()
    np.testing.assert_allclose(rates["p"], rates["y"], atol=2e-3)
    assert predicted.min() > 0


def test_a_month_that_training_never_saw_gets_a_probability(rows):
    mine = rows["fire_occurrence"]
    spring = mine[mine["month"].isin([4.0, 5.0])]
    predicted = predict(OCCURRENCE, fit_baseline(OCCURRENCE, spring), mine)
    assert ((predicted > 0) & (predicted < 0.5)).all()


@pytest.mark.parametrize(
    ("metric", "constant"),
    [
        ("rmsle", lambda y: np.expm1(np.log1p(y).mean())),
        ("rmse", np.mean),
        ("mae", np.median),
    ],
    ids=["rmsle", "rmse", "mae"],
)
def test_the_baseline_of_areas_is_the_constant_that_costs_least(rows, metric, constant):
    mine = rows["burned_area"]
    spec = AREA.judged_on(metric)
    predicted = predict(spec, fit_baseline(spec, mine), mine)
    np.testing.assert_allclose(predicted, constant(mine["target"].to_numpy()))
