"""How often the decision is wrong, and how often right, on heavy-tailed losses in day clusters.

Rates are seeded, so each test has one outcome; the bounds leave room for another seed.
"""

import numpy as np
import pytest

from fire_risk_assets.core.adjudication import adjudicate
from fire_risk_assets.core.policy import AdjudicationPolicy

POLICY = AdjudicationPolicy()


def unequal_days(generator, rows, days=26):
    """Days of very unequal size, as fires come; every day has a row."""
    shares = generator.dirichlet(np.full(days, 1.5))
    return np.concatenate([np.arange(days), generator.choice(days, rows - days, p=shares)])


def lognormal_losses(generator, days):
    """Two exchangeable models: losses with a heavy tail, and a level a day and model."""
    level = generator.lognormal(0, 0.5, days.max() + 1)[days]
    return level * generator.lognormal(0, 2, days.size)


def exchangeable_pair(generator, days):
    truth = generator.normal(0, 1.3, days.size)
    return tuple(
        np.square(
            truth
            - generator.normal(0, 0.4, days.max() + 1)[days]
            - generator.normal(0, 0.5, days.size)
        )
        for _ in range(2)
    )


def promotions(make_pair, *, cycles=500, rows=155, policy=POLICY, **more):
    """Share of cycles that promote, over independent holdouts."""
    promoted = 0
    for seed in range(cycles):
        generator = np.random.default_rng((2026, seed))
        days = unequal_days(generator, rows)
        production, candidate = make_pair(generator, days)
        verdict = adjudicate(
            production_losses=production,
            candidate_losses=candidate,
            clusters=days,
            policy=policy,
            seed=seed,
            **more,
        )
        promoted += verdict.kind == "promote"
    return promoted / cycles


NULLS = {
    "squared log errors": exchangeable_pair,
    "lognormal": lambda generator, days: (
        lognormal_losses(generator, days),
        lognormal_losses(generator, days),
    ),
    "squared lognormal": lambda generator, days: (
        np.square(lognormal_losses(generator, days)),
        np.square(lognormal_losses(generator, days)),
    ),
}


@pytest.mark.parametrize("name", NULLS)
def test_of_500_cycles_of_exchangeable_models_at_most_8_per_cent_promote(name):
    rate = promotions(NULLS[name])
    assert rate <= 0.08


def test_the_test_uses_its_alpha_and_is_not_merely_timid():
    rate = promotions(exchangeable_pair, cycles=1000)
    assert rate == pytest.approx(0.05, abs=0.02)


def test_the_point_rule_promotes_about_half_of_equal_models():
    rate = promotions(exchangeable_pair, policy=AdjudicationPolicy(rule="point"), cycles=400)
    assert rate == pytest.approx(0.5, abs=0.1)


def test_alpha_per_window_promotes_equal_models_about_k_times_less():
    policy = AdjudicationPolicy(alpha_spending="per_window", looks=4)
    assert promotions(exchangeable_pair, policy=policy) <= 0.03


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
