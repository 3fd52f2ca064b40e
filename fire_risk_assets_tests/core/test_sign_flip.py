"""The sign-flip test against exhaustive enumeration, by hand and by law."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats

from fire_risk_assets.core.sign_flip import rounding_tolerance, sign_flip_test

SUMS = arrays(np.float64, st.integers(1, 40), elements=st.integers(-50, 50).map(float))


def exhaustive_p(sums):
    signs = np.array(list(itertools.product([-1.0, 1.0], repeat=sums.size)))
    return float(np.mean(signs @ sums >= sums.sum() - 1e-9))


@pytest.mark.parametrize("clusters", [3, 8, 12])
@pytest.mark.parametrize("shift", [0.0, 0.5, 1.0])
def test_p_is_the_exhaustive_one_within_monte_carlo_error(clusters, shift):
    sums = np.random.default_rng(clusters).lognormal(0, 1, clusters) * np.sign(
        np.random.default_rng(clusters + 1).normal(shift, 1, clusters)
    )
    exact = exhaustive_p(sums)
    flips = 20_000
    found = sign_flip_test(sums, flips=flips, seed=3).p_positive
    error = np.sqrt(exact * (1 - exact) / flips)
    assert found == pytest.approx(exact, abs=4.5 * error + 1 / flips)


def test_p_is_that_of_the_paired_permutation_test_of_scipy():
    generator = np.random.default_rng(5)
    production, candidate = generator.lognormal(0.2, 1, 10), generator.lognormal(0, 1, 10)
    theirs = stats.permutation_test(
        (production, candidate),
        lambda x, y, axis: np.sum(x - y, axis=axis),
        permutation_type="samples",
        alternative="greater",
        vectorized=True,
        n_resamples=np.inf,
    ).pvalue
    ours = sign_flip_test(production - candidate, flips=20_000, seed=0).p_positive
    assert ours == pytest.approx(theirs, abs=4.5 * np.sqrt(theirs * (1 - theirs) / 20_000))


def test_three_equal_gains_have_an_eighth_of_all_flips_on_their_side():
    test = sign_flip_test(np.array([2.0, 2.0, 2.0]), flips=16_000, seed=1)
    assert test.p_positive == pytest.approx(1 / 8, abs=0.012)
    assert test.p_negative == 1


def test_many_equal_gains_reach_the_smallest_p_and_never_zero():
    test = sign_flip_test(np.ones(40), flips=1999, seed=0)
    assert test.p_positive == pytest.approx(1 / 2000)


@pytest.mark.parametrize("sums", [np.zeros(30), np.zeros(0)])
def test_without_any_difference_both_p_are_one(sums):
    test = sign_flip_test(sums)
    assert (test.p_positive, test.p_negative) == (1, 1)


@given(sums=SUMS, seed=st.integers(0, 2**64))
def test_negating_the_sums_exchanges_both_p_exactly(sums, seed):
    there = sign_flip_test(sums, flips=199, seed=seed)
    back = sign_flip_test(-sums, flips=199, seed=seed)
    assert (there.p_positive, there.p_negative) == (back.p_negative, back.p_positive)


@given(sums=SUMS, seed=st.integers(0, 9))
def test_flips_that_tie_count_against_significance_on_both_sides(sums, seed):
    test = sign_flip_test(sums, flips=199, seed=seed)
    assert test.p_positive + test.p_negative >= 1 + 1 / 200
    assert min(test.p_positive, test.p_negative) >= 1 / 200


@given(sums=SUMS, factor=st.floats(1e-6, 1e6), seed=st.integers(0, 9))
def test_scaling_leaves_p_alone_although_rounding_breaks_ties(sums, factor, seed):
    scaled = factor * sums
    plain = sign_flip_test(sums, flips=199, seed=seed, tolerance=rounding_tolerance(sums))
    other = sign_flip_test(scaled, flips=199, seed=seed, tolerance=rounding_tolerance(scaled))
    assert plain == other


def test_p_depends_on_the_seed_only_through_monte_carlo_error():
    sums = np.random.default_rng(0).normal(0.2, 1, 25)
    found = [sign_flip_test(sums, seed=seed).p_positive for seed in range(40)]
    assert len(set(found)) > 1
    p = float(np.mean(found))
    assert np.std(found) == pytest.approx(np.sqrt(p * (1 - p) / 1999), rel=0.5)


def test_thousands_of_clusters_are_flipped_in_chunks_and_agree_with_the_normal_limit():
    sums = np.random.default_rng(2).normal(0.02, 1, 6000)
    limit = stats.norm.sf(sums.sum() / np.sqrt(np.square(sums).sum()))
    found = sign_flip_test(sums, flips=1999, seed=0).p_positive
    assert 0.01 < limit < 0.5
    assert found == pytest.approx(limit, abs=4.5 * np.sqrt(limit * (1 - limit) / 1999))
