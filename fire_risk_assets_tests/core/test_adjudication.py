"""Laws of the adjudication as properties; its evidence, warnings and refusals of bad input."""

import datetime as dt
import json
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fire_risk_assets.core.adjudication import adjudicate
from fire_risk_assets.core.policy import AdjudicationPolicy
from fire_risk_assets.core.verdict import Verdict
from fire_risk_assets.errors import InvalidScores

SEEDS = st.integers(0, 10_000)
ROWS = 160
DAYS = np.repeat(np.arange(32), 5)
QUICK = AdjudicationPolicy(flips=399, bootstrap_draws=99)
MIRROR = {"better": "worse", "worse": "better", "not_better": "not_better"}


@st.composite
def holdouts(draw):
    """Losses of two models, some far apart, some tied in many rows, in days of unequal size."""
    generator = np.random.default_rng(draw(SEEDS))
    rows = draw(st.integers(80, 200))
    days = np.concatenate([np.arange(20), generator.integers(0, 30, rows - 20)])
    production = generator.lognormal(0, 1.5, rows)
    candidate = generator.lognormal(draw(st.sampled_from([-1.5, -0.4, 0.0, 0.4, 1.5])), 1.5, rows)
    if draw(st.booleans()):
        # Whole numbers, so that many flips tie exactly.
        production, candidate = np.floor(production), np.floor(candidate)
    tied = generator.random(rows) < draw(st.sampled_from([0.0, 0.5, 1.0]))
    return production, np.where(tied, production, candidate), days


def judge(production, candidate, days, *, policy=QUICK, seed=1, **more):
    return adjudicate(
        production_losses=production,
        candidate_losses=candidate,
        clusters=days,
        policy=policy,
        seed=seed,
        **more,
    )


def outcome(verdict):
    return str(verdict.kind), str(verdict.reason_code)


def losses(seed=0, mean=0.0):
    return np.random.default_rng(seed).lognormal(mean, 1, ROWS)


@given(holdout=holdouts(), seed=SEEDS, rule=st.sampled_from(["paired", "point"]))
def test_a_model_against_itself_is_never_promoted(holdout, seed, rule):
    production, _, days = holdout
    policy = AdjudicationPolicy(flips=399, bootstrap_draws=99, rule=rule)
    verdict = judge(
        production, production, days, policy=policy, seed=seed, production_age_days=1000
    )
    assert outcome(verdict) == ("keep", "not_better")
    assert (verdict.p_value, verdict.p_value_reverse, verdict.difference) == (1, 1, 0)


@given(holdout=holdouts(), seed=SEEDS)
@settings(max_examples=200)
def test_exchanging_the_models_exchanges_the_verdict(holdout, seed):
    production, candidate, days = holdout
    there = judge(production, candidate, days, seed=seed)
    back = judge(candidate, production, days, seed=seed)
    assert back.reason_code == MIRROR[there.reason_code]
    assert (there.p_value, there.p_value_reverse) == (back.p_value_reverse, back.p_value)
    assert (there.ci_low, there.ci_high) == (-back.ci_high, -back.ci_low)
    assert there.difference == -back.difference


@given(holdout=holdouts(), seed=SEEDS, order=SEEDS)
def test_the_order_of_rows_changes_no_digit_of_the_verdict(holdout, seed, order):
    production, candidate, days = holdout
    shuffled = np.random.default_rng(order).permutation(days.size)
    zone = np.arange(days.size) % 2
    verdicts = [
        judge(
            production[rows],
            candidate[rows],
            days[rows],
            seed=seed,
            slices={"zone": zone[rows], "even": zone[rows] == 0},
            baseline_losses=production[rows] + 0.1,
            positives=zone[rows],
            production_age_days=70.0,
        )
        for rows in (np.arange(days.size), shuffled)
    ]
    assert verdicts[0] == verdicts[1]


@given(holdout=holdouts(), seed=SEEDS, factor=st.floats(1e-9, 1e9))
@settings(max_examples=200)
def test_the_unit_of_the_losses_is_irrelevant(holdout, seed, factor):
    production, candidate, days = holdout
    plain = judge(production, candidate, days, seed=seed)
    scaled = judge(factor * production, factor * candidate, days, seed=seed)
    assert outcome(scaled) == outcome(plain)
    assert (scaled.p_value, scaled.p_value_reverse) == (plain.p_value, plain.p_value_reverse)
    assert scaled.difference == pytest.approx(
        factor * plain.difference, rel=1e-6, abs=1e-9 * factor
    )
    assert scaled.smallest_detectable_effect == pytest.approx(plain.smallest_detectable_effect)


@given(holdout=holdouts(), seed=SEEDS)
def test_what_kind_of_label_names_a_day_is_irrelevant(holdout, seed):
    production, candidate, days = holdout
    dates = np.datetime64("2026-07-01") + days
    python_dates = [dt.date(2026, 7, 1) + dt.timedelta(days=int(day)) for day in days]
    verdicts = [
        judge(production, candidate, labels, seed=seed)
        for labels in (days, dates, dates.astype(str), python_dates, days.astype(float))
    ]
    assert all(verdict == verdicts[0] for verdict in verdicts)


@given(holdout=holdouts(), seed=SEEDS)
def test_the_same_input_and_seed_give_the_same_verdict_and_it_survives_json(holdout, seed):
    first, again = (judge(*holdout, seed=seed, slices={"day": holdout[2]}) for _ in range(2))
    assert first == again
    assert Verdict.from_json(json.loads(json.dumps(first.to_json(), allow_nan=False))) == first


@given(holdout=holdouts(), seed=SEEDS)
def test_a_promotion_by_the_paired_rule_is_one_by_the_point_rule_too(holdout, seed):
    point = AdjudicationPolicy(flips=399, bootstrap_draws=99, rule="point")
    if judge(*holdout, seed=seed).kind == "promote":
        assert judge(*holdout, seed=seed, policy=point).kind == "promote"


def test_the_root_mean_reports_the_metric_and_leaves_the_test_alone():
    production = np.square(losses())
    mean, root = (
        judge(production, 0.25 * production, DAYS, policy=AdjudicationPolicy(aggregate=aggregate))
        for aggregate in ("mean", "root_mean")
    )
    assert root.p_value == mean.p_value
    assert root.production_score == pytest.approx(np.sqrt(mean.production_score))
    assert root.difference == pytest.approx(-0.5 * root.production_score)
    assert root.ci_low < root.difference < root.ci_high
    assert root.smallest_detectable_effect < mean.smallest_detectable_effect


def test_days_that_are_alike_in_a_row_raise_a_warning():
    production = losses() + 5
    wave = np.repeat(np.sin(np.arange(32) / 4), 5)
    verdict = judge(production, production + wave, DAYS)
    assert verdict.autocorrelation > 0.3
    assert "lag-1 autocorrelation" in verdict.warnings[0]
    alternating = np.repeat((-1.0) ** np.arange(32), 5)
    assert judge(production, production + alternating, DAYS).warnings == ()


def test_a_policy_with_too_few_clusters_for_its_alpha_is_told_so():
    policy = AdjudicationPolicy(min_clusters=2)
    verdict = judge(losses(), 0.1 * losses(), np.arange(ROWS) % 4, policy=policy)
    assert outcome(verdict) == ("keep", "not_better")
    assert "4 clusters allow no p below 0.0625" in verdict.warnings[-1]


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf, 1e300])
@pytest.mark.parametrize("which", ["production_losses", "candidate_losses", "baseline_losses"])
def test_a_loss_that_cannot_be_summed_is_an_error_and_not_a_score(which, bad):
    given_losses = {
        name: losses() for name in ("production_losses", "candidate_losses", "baseline_losses")
    }
    given_losses[which][3] = bad
    with pytest.raises(InvalidScores, match=which):
        adjudicate(**given_losses, clusters=DAYS)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"candidate_losses": np.ones(3)}, r"candidate_losses \(3,\)"),
        ({"candidate_losses": np.ones((ROWS, 1))}, r"candidate_losses has shape \(160, 1\)"),
        ({"clusters": DAYS[:-1]}, r"clusters \(159,\)"),
        ({"clusters": [None, *DAYS[1:]]}, "clusters is missing in 1 of 160 rows"),
        ({"clusters": np.where(DAYS == 3, np.nan, DAYS)}, "clusters is missing in 5 of 160"),
        ({"clusters": np.array(["a", *DAYS[1:]], dtype=object)}, "without an order"),
        ({"positives": np.full(ROWS, 0.5)}, "positives contains 0.5"),
        ({"positives": np.ones(3)}, r"positives \(3,\)"),
        ({"policy": AdjudicationPolicy(min_positives=1)}, "positives is None"),
        ({"policy": AdjudicationPolicy(aggregate="root_mean")}, "root_mean needs losses >= 0"),
        ({"production_age_days": -1}, "production_age_days is -1"),
        ({"production_age_days": float("nan")}, "production_age_days is nan"),
        ({"seed": -1}, "seed is -1"),
        ({"seed": 0.5}, "seed is 0.5"),
    ],
)
def test_input_that_does_not_fit_is_an_error_that_says_how(changes, message):
    arguments = {
        "production_losses": losses() - 3,
        "candidate_losses": losses(),
        "clusters": DAYS,
        **changes,
    }
    with pytest.raises(InvalidScores, match=message):
        adjudicate(**arguments)


def test_importing_the_decision_loads_nothing_heavy():
    code = (
        "import sys, fire_risk_assets.core.adjudication; "
        "print([m for m in ('pandas', 'scipy', 'sklearn', 'pyarrow') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
