"""Laws of the metrics: two faces agree, perfect is zero, the domain is guarded."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from sklearn import metrics as reference

from fire_risk_assets.core.metrics import (
    METRIC_NAMES,
    average_precision,
    metric_named,
    roc_auc,
)
from fire_risk_assets.errors import InvalidScores, UnknownMetric

AREAS = arrays(np.float64, 12, elements=st.floats(0, 1500))
CHANCES = arrays(np.float64, 12, elements=st.floats(0, 1))
CLASSES = arrays(np.int64, 12, elements=st.integers(0, 1))
REGRESSION = ("rmsle", "rmse", "mae")
CLASSIFICATION = ("log_loss", "brier")


@pytest.mark.parametrize("name", REGRESSION)
@given(y_true=AREAS, prediction=AREAS)
def test_a_score_of_areas_is_the_aggregate_of_its_row_losses(name, y_true, prediction):
    metric = metric_named(name)
    losses = metric.per_row(y_true, prediction)
    assert losses.shape == y_true.shape
    assert (losses >= 0).all()
    assert metric.score(y_true, prediction) == metric.aggregate(losses)


@pytest.mark.parametrize("name", CLASSIFICATION)
@given(y_true=CLASSES, prediction=CHANCES)
def test_a_score_of_chances_is_the_aggregate_of_its_row_losses(name, y_true, prediction):
    metric = metric_named(name)
    losses = metric.per_row(y_true, prediction)
    assert (losses >= 0).all()
    assert metric.score(y_true, prediction) == metric.aggregate(losses)


@pytest.mark.parametrize(
    ("name", "theirs"),
    [
        ("rmsle", reference.root_mean_squared_log_error),
        ("rmse", reference.root_mean_squared_error),
        ("mae", reference.mean_absolute_error),
    ],
)
@given(y_true=AREAS, prediction=AREAS)
def test_scores_of_areas_equal_those_of_scikit_learn(name, theirs, y_true, prediction):
    ours = metric_named(name).score(y_true, prediction)
    assert ours == pytest.approx(theirs(y_true, prediction), rel=1e-9, abs=1e-12)


@pytest.mark.parametrize(
    ("name", "theirs"),
    [
        ("log_loss", lambda y, p: reference.log_loss(y, p, labels=[0, 1])),
        ("brier", reference.brier_score_loss),
    ],
)
@given(y_true=CLASSES, prediction=CHANCES)
def test_scores_of_chances_equal_those_of_scikit_learn(name, theirs, y_true, prediction):
    ours = metric_named(name).score(y_true, prediction)
    assert ours == pytest.approx(theirs(y_true, prediction), rel=1e-9, abs=1e-12)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("rmsle", math.sqrt((math.log(2) ** 2 + math.log(4) ** 2) / 2)),
        ("rmse", math.sqrt((1 + 9) / 2)),
        ("mae", 2.0),
    ],
)
def test_scores_of_areas_equal_hand_computed_values(name, expected):
    assert metric_named(name).score([0.0, 0.0], [1.0, 3.0]) == pytest.approx(expected)


def test_scores_of_chances_equal_hand_computed_values():
    truth, chances = [True, False], [0.5, 0.25]
    log_loss = -(math.log(0.5) + math.log(0.75)) / 2
    assert metric_named("log_loss").score(truth, chances) == pytest.approx(log_loss)
    assert metric_named("brier").score(truth, chances) == pytest.approx((0.25 + 0.0625) / 2)


@given(y_true=AREAS)
@pytest.mark.parametrize("name", REGRESSION)
def test_a_perfect_prediction_of_areas_scores_zero(name, y_true):
    assert metric_named(name).score(y_true, y_true) == 0


@given(y_true=CLASSES)
@pytest.mark.parametrize("name", CLASSIFICATION)
def test_a_perfect_prediction_of_classes_scores_zero(name, y_true):
    assert metric_named(name).score(y_true, y_true) == pytest.approx(0, abs=1e-15)


@given(y_true=AREAS, prediction=AREAS, factor=st.floats(1e-3, 1e3))
@pytest.mark.parametrize("name", ["rmse", "mae"])
def test_scaling_areas_scales_the_score(name, y_true, prediction, factor):
    metric = metric_named(name)
    scaled = metric.score(factor * y_true, factor * prediction)
    assert scaled == pytest.approx(factor * metric.score(y_true, prediction), rel=1e-9, abs=1e-9)


def test_a_certainty_that_fails_costs_a_lot_but_not_infinity():
    losses = metric_named("log_loss").per_row([1, 0], [0.0, 1.0])
    assert losses == pytest.approx([36.0437, 36.0437], abs=1e-3)


@pytest.mark.parametrize("name", METRIC_NAMES)
@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_a_prediction_that_is_no_number_is_an_error_and_names_its_row(name, bad):
    with pytest.raises(InvalidScores, match=r"prediction is NaN or infinite.*row 1"):
        metric_named(name).per_row([0.0, 1.0], [0.5, bad])


@pytest.mark.parametrize("name", METRIC_NAMES)
def test_shapes_that_differ_are_both_named(name):
    with pytest.raises(InvalidScores, match=r"y_true \(3,\), prediction \(2,\)"):
        metric_named(name).score([0.0, 1.0, 1.0], [0.5, 0.5])


@pytest.mark.parametrize(
    ("name", "y_true", "prediction", "inside"),
    [
        ("rmsle", 0.0, -1.0, -0.999),
        ("log_loss", 1.0, -0.001, 0.0),
        ("log_loss", 1.0, 1.001, 1.0),
        ("brier", 0.0, -0.001, 0.0),
        ("brier", 0.0, 1.001, 1.0),
    ],
)
def test_predictions_are_refused_just_outside_the_domain_only(name, y_true, prediction, inside):
    metric = metric_named(name)
    assert np.isfinite(metric.score([y_true], [inside]))
    with pytest.raises(InvalidScores, match="prediction contains"):
        metric.score([y_true], [prediction])


@pytest.mark.parametrize(("name", "bad"), [("rmsle", -1.0), ("log_loss", 0.5), ("brier", 2.0)])
def test_truth_outside_the_domain_is_refused(name, bad):
    with pytest.raises(InvalidScores, match="y_true contains"):
        metric_named(name).score([bad], [0.5])


@pytest.mark.parametrize("bad", [["7"], [None], [[0.5]], [1 + 2j]])
def test_what_is_no_vector_of_real_numbers_is_refused(bad):
    with pytest.raises(InvalidScores):
        metric_named("mae").per_row([0.5], bad)


def test_no_rows_have_losses_but_no_score():
    metric = metric_named("mae")
    assert metric.per_row([], []).shape == (0,)
    with pytest.raises(InvalidScores, match="0 rows"):
        metric.score([], [])


def test_a_loss_beyond_the_doubles_is_an_error():
    with pytest.raises(InvalidScores, match="rmse per row"):
        metric_named("rmse").per_row([0.0], [1e200])


def test_an_unknown_metric_names_the_allowed_ones():
    with pytest.raises(UnknownMetric, match="rmsle, rmse, mae, log_loss, brier"):
        metric_named("r2")


@given(y_true=CLASSES.filter(lambda y: 0 < y.sum() < y.size), prediction=CHANCES)
def test_reported_ranking_measures_equal_those_of_scikit_learn(y_true, prediction):
    assert roc_auc(y_true, prediction) == reference.roc_auc_score(y_true, prediction)
    expected = reference.average_precision_score(y_true, prediction)
    assert average_precision(y_true, prediction) == expected


@pytest.mark.parametrize("measure", [average_precision, roc_auc])
@pytest.mark.parametrize("only", [0, 1])
def test_ranking_measures_of_one_class_are_undefined_and_no_error(measure, only):
    assert measure([only, only], [0.2, 0.4]) is None
