"""Interval, standard error and detectable effect: hand-computed values, coverage, mirrors."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fire_risk_assets.core.clustering import lag_one_autocorrelation
from fire_risk_assets.core.interval import (
    DETECTABLE_STANDARD_ERRORS,
    ClusterTotals,
    bootstrap_interval,
    clustered_standard_error,
    smallest_detectable_effect,
)

AGGREGATES = pytest.mark.parametrize("aggregate", ["mean", "root_mean"])


def totals_of(seed, clusters=25, gain=0.0):
    generator = np.random.default_rng(seed)
    sizes = generator.integers(1, 12, clusters).astype(float)
    return ClusterTotals(
        reference=generator.gamma(2, 1, clusters) * sizes,
        candidate=generator.gamma(2, 1 - gain, clusters) * sizes,
        sizes=sizes,
    )


def swapped(totals):
    return replace(totals, reference=totals.candidate, candidate=totals.reference)


@AGGREGATES
@given(seed=st.integers(0, 10_000))
def test_exchanging_the_models_mirrors_the_interval_exactly(aggregate, seed):
    totals = totals_of(seed)
    there = bootstrap_interval(totals, aggregate=aggregate, draws=99, seed=seed)
    back = bootstrap_interval(swapped(totals), aggregate=aggregate, draws=99, seed=seed)
    assert (there.low, there.high) == (-back.high, -back.low)


@AGGREGATES
def test_a_model_against_itself_has_an_interval_of_nothing(aggregate):
    totals = totals_of(0)
    same = replace(totals, candidate=totals.reference)
    interval = bootstrap_interval(same, aggregate=aggregate)
    assert (interval.low, interval.high) == (0, 0)
    assert clustered_standard_error(same, aggregate=aggregate) == 0
    assert smallest_detectable_effect(same, aggregate=aggregate) == 0


def test_a_constant_gain_has_an_interval_of_one_point():
    sizes = np.array([1.0, 2.0, 4.0])
    totals = ClusterTotals(reference=3 * sizes, candidate=sizes, sizes=sizes)
    interval = bootstrap_interval(totals)
    assert (interval.low, interval.high) == (-2, -2)


def test_ninety_per_cent_intervals_hold_the_truth_about_nine_times_in_ten():
    inside = 0
    for seed in range(400):
        generator = np.random.default_rng(seed)
        totals = ClusterTotals(
            reference=generator.normal(3, 1, 40),
            candidate=generator.normal(2, 1, 40),
            sizes=np.ones(40),
        )
        interval = bootstrap_interval(totals, draws=199, seed=seed)
        inside += interval.low <= -1 <= interval.high
    # 4 binomial standard errors are .06; percentile intervals of 40 clusters are a bit narrow.
    assert inside / 400 == pytest.approx(0.89, abs=0.06)


def test_the_interval_is_as_wide_as_its_standard_error_says():
    totals = totals_of(3, clusters=120)
    for aggregate in ("mean", "root_mean"):
        interval = bootstrap_interval(totals, aggregate=aggregate, draws=1999)
        width = 2 * 1.645 * clustered_standard_error(totals, aggregate=aggregate)
        assert interval.high - interval.low == pytest.approx(width, rel=0.12)


def test_a_higher_level_gives_a_wider_interval():
    narrow, wide = (bootstrap_interval(totals_of(1), level=level) for level in (0.5, 0.99))
    assert wide.low < narrow.low < narrow.high < wide.high


def test_rows_of_one_day_count_as_one_observation():
    rows = totals_of(4)
    days = replace(
        rows, reference=4 * rows.reference, candidate=4 * rows.candidate, sizes=4 * rows.sizes
    )
    assert clustered_standard_error(days) == pytest.approx(clustered_standard_error(rows))


def test_with_one_row_a_cluster_the_standard_error_is_the_textbook_one():
    generator = np.random.default_rng(0)
    totals = ClusterTotals(
        reference=generator.gamma(2, 1, 50), candidate=generator.gamma(2, 1, 50), sizes=np.ones(50)
    )
    textbook = np.std(totals.candidate - totals.reference, ddof=1) / np.sqrt(50)
    assert clustered_standard_error(totals) == pytest.approx(textbook)
    expected = DETECTABLE_STANDARD_ERRORS * textbook / totals.reference.mean()
    assert smallest_detectable_effect(totals) == pytest.approx(expected)


@AGGREGATES
@pytest.mark.parametrize("factor", [1e-180, 1e-3, 1e3, 1e180])
def test_the_detectable_effect_has_no_unit(aggregate, factor):
    totals = totals_of(7)
    scaled = replace(
        totals, reference=factor * totals.reference, candidate=factor * totals.candidate
    )
    plain = smallest_detectable_effect(totals, aggregate=aggregate)
    assert smallest_detectable_effect(scaled, aggregate=aggregate) == pytest.approx(plain)


@pytest.mark.parametrize("clusters", [0, 1])
def test_one_cluster_has_no_spread_to_speak_of(clusters):
    totals = ClusterTotals(
        reference=np.ones(clusters), candidate=np.ones(clusters), sizes=np.ones(clusters)
    )
    assert bootstrap_interval(totals) is None
    assert clustered_standard_error(totals) is None
    assert smallest_detectable_effect(totals) is None


def test_production_without_any_loss_has_no_relative_effect():
    totals = ClusterTotals(reference=np.zeros(3), candidate=np.arange(3.0), sizes=np.ones(3))
    assert smallest_detectable_effect(totals) is None
    assert smallest_detectable_effect(totals, aggregate="root_mean") is None


def test_autocorrelation_of_an_alternation_is_negative_and_of_a_wave_high():
    assert lag_one_autocorrelation(np.array([1.0, -1.0, 1.0, -1.0])) == -0.75
    wave = np.sin(np.arange(200) / 10)
    assert lag_one_autocorrelation(wave) == pytest.approx(0.995, abs=0.01)


@pytest.mark.parametrize("sums", [[1.0, 2.0], [3.0, 3.0, 3.0], []])
def test_autocorrelation_needs_three_sums_that_differ(sums):
    assert lag_one_autocorrelation(np.array(sums)) is None
