"""How often the decision is wrong, and how often right, on heavy-tailed losses in day clusters.

Rates are seeded, so each test has one outcome; the bounds leave room for another seed.
"""

import numpy as np
import pytest

from benchmarks.adjudication.questions import NULLS
from benchmarks.adjudication.rates import Setting, rate
from benchmarks.adjudication.streams import squared_log, unequal_days
from fire_risk_assets.core.adjudication import adjudicate
from fire_risk_assets.core.policy import AdjudicationPolicy

pytestmark = pytest.mark.slow

POLICY = AdjudicationPolicy()


def promotions(stream, *, cycles=500, rows=155, policy=POLICY):
    """Share of cycles that promote, over independent holdouts."""
    return rate(stream, Setting(rows=rows, policy=policy), cycles=cycles).of("promote")


@pytest.mark.parametrize("name", NULLS)
def test_of_500_cycles_of_exchangeable_models_at_most_8_per_cent_promote(name):
    rate = promotions(NULLS[name])
    assert rate <= 0.08


def test_the_test_uses_its_alpha_and_is_not_merely_timid():
    rate = promotions(squared_log, cycles=1000)
    assert rate == pytest.approx(0.05, abs=0.02)


def test_the_point_rule_promotes_about_half_of_equal_models():
    rate = promotions(squared_log, policy=AdjudicationPolicy(rule="point"), cycles=400)
    assert rate == pytest.approx(0.5, abs=0.1)


def test_alpha_per_window_promotes_equal_models_about_k_times_less():
    policy = AdjudicationPolicy(alpha_spending="per_window", looks=4)
    assert promotions(squared_log, policy=policy) <= 0.03


def test_forgetting_that_rows_share_a_day_would_promote_too_often():
    def by_row(seed):
        generator = np.random.default_rng((7, seed))
        days = unequal_days(generator, 155)
        pair = [generator.normal(0, 1, 26)[days] + generator.normal(5, 1, 155) for _ in range(2)]
        return [
            adjudicate(
                production_losses=pair[0], candidate_losses=pair[1], clusters=labels, seed=seed
            ).kind
            == "promote"
            for labels in (days, np.arange(155))
        ]

    by_day, by_single_row = np.mean([by_row(seed) for seed in range(300)], axis=0)
    assert by_day <= 0.08
    assert by_single_row > 0.15


@pytest.mark.parametrize(("gain", "at_least"), [(0.1, 0.06), (0.3, 0.5), (0.5, 0.9)])
def test_real_gains_are_found_the_more_surely_the_larger(gain, at_least):
    def pair(generator, days):
        production = np.square(generator.normal(0, 1.3, days.size))
        return production, production * generator.lognormal(np.log(1 - gain) - 0.32, 0.8, days.size)

    assert promotions(pair, cycles=150) >= at_least


def test_holm_over_many_slices_seldom_blocks_a_real_gain():
    blocked = promoted = 0
    for seed in range(200):
        generator = np.random.default_rng((11, seed))
        days = unequal_days(generator, 600)
        production = generator.lognormal(0, 1, 600)
        candidate = production * generator.lognormal(-0.5, 0.6, 600)
        verdict = adjudicate(
            production_losses=production,
            candidate_losses=candidate,
            clusters=days,
            slices={"fwi_class": np.arange(600) % 5, "weekend": days % 7 > 4},
            seed=seed,
        )
        promoted += verdict.kind == "promote"
        blocked += verdict.reason_code == "slice_regression"
    assert promoted >= 195
    assert blocked <= 1


def test_a_slice_half_again_as_bad_is_caught_mostly():
    caught = 0
    for seed in range(100):
        generator = np.random.default_rng((13, seed))
        days = unequal_days(generator, 600)
        bad = np.arange(600) % 5 == 0
        production = generator.lognormal(0, 0.7, 600)
        candidate = production * np.where(bad, 1.5, 0.6) * generator.lognormal(0, 0.4, 600)
        verdict = adjudicate(
            production_losses=production,
            candidate_losses=candidate,
            clusters=days,
            slices={"fwi_class": np.arange(600) % 5},
            seed=seed,
        )
        caught += verdict.reason_code == "slice_regression"
    assert caught >= 90
