"""Each rule of the decision as a story, in the order in which the rules apply."""

import numpy as np
import pytest

from fire_risk_assets.core.adjudication import adjudicate
from fire_risk_assets.core.policy import AdjudicationPolicy
from fire_risk_assets.errors import InvalidScores

ROWS = 160
DAYS = np.repeat(np.arange(32), 5)
DEFAULT = AdjudicationPolicy()


def judge(production, candidate, days, *, policy=DEFAULT, **more):
    return adjudicate(
        production_losses=production,
        candidate_losses=candidate,
        clusters=days,
        policy=policy,
        seed=1,
        **more,
    )


def outcome(verdict):
    return str(verdict.kind), str(verdict.reason_code)


def losses(seed=0, mean=0.0):
    return np.random.default_rng(seed).lognormal(mean, 1, ROWS)


def test_a_clear_gain_is_promoted_with_all_its_evidence():
    production = losses()
    verdict = judge(production, 0.5 * production, DAYS, baseline_losses=2 * production)
    assert outcome(verdict) == ("promote", "better")
    assert verdict.p_value <= verdict.alpha == 0.05
    assert verdict.production_score == pytest.approx(production.mean())
    assert verdict.candidate_score == pytest.approx(0.5 * production.mean())
    assert verdict.baseline_score == pytest.approx(2 * production.mean())
    assert verdict.ci_low < verdict.difference < verdict.ci_high < 0
    assert (verdict.rows, verdict.clusters, verdict.reference) == (ROWS, 32, "production")
    assert verdict.policy_digest == DEFAULT.digest()
    assert "Better than production" in verdict.reason


def test_a_clear_loss_is_kept_as_worse_and_a_small_one_as_not_better():
    production = losses()
    assert outcome(judge(production, 2 * production, DAYS)) == ("keep", "worse")
    noise = losses(seed=1, mean=0.05)
    assert outcome(judge(production, noise, DAYS)) == ("keep", "not_better")


def test_the_point_rule_promotes_what_the_test_does_not_and_nothing_vetoes_it():
    production, candidate = losses(), losses(seed=1)
    point = AdjudicationPolicy(rule="point")
    assert candidate.mean() < production.mean()
    assert outcome(judge(production, candidate, DAYS)) == ("keep", "not_better")
    verdict = judge(production, candidate, DAYS, policy=point, baseline_losses=0.1 * candidate)
    assert outcome(verdict) == ("promote", "better")
    assert verdict.rule == "point"
    assert judge(candidate, production, DAYS, policy=point).kind == "keep"


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"min_rows": ROWS + 1}, "160 rows (161 needed)"),
        ({"min_clusters": 33}, "32 clusters (33 needed)"),
        ({"min_positives": 81}, "80 positives (81 needed)"),
    ],
)
def test_one_below_any_minimum_is_undecided_and_says_what_could_be_seen(changes, found):
    production = losses()
    half = np.arange(ROWS) % 2
    policy = AdjudicationPolicy(**changes)
    verdict = judge(production, 0.5 * production, DAYS, policy=policy, positives=half)
    assert outcome(verdict) == ("undecided", "too_few_rows")
    assert found in verdict.reason
    assert f"{verdict.smallest_detectable_effect:.0%}" in verdict.reason
    enough = AdjudicationPolicy(**{name: value - 1 for name, value in changes.items()})
    assert (
        judge(production, 0.5 * production, DAYS, policy=enough, positives=half).kind == "promote"
    )


def test_no_rows_at_all_are_too_few_and_have_no_scores():
    verdict = judge([], [], [], baseline_losses=[], positives=[])
    assert outcome(verdict) == ("undecided", "too_few_rows")
    assert (verdict.candidate_score, verdict.p_value, verdict.clusters) == (None, None, 0)


@pytest.mark.parametrize("only", [0, 1])
def test_one_class_is_undecided_whatever_the_losses(only):
    production = losses()
    verdict = judge(production, 0.1 * production, DAYS, positives=np.full(ROWS, only))
    assert outcome(verdict) == ("undecided", "one_class")


def test_a_stale_production_gives_way_to_a_candidate_that_is_ahead_but_not_proven():
    production = losses()
    generator = np.random.default_rng(4)
    nearly = production * np.repeat(generator.normal(0.999, 0.01, 32), 5)
    assert nearly.mean() < production.mean()
    assert outcome(judge(production, nearly, DAYS)) == ("keep", "not_better")
    assert outcome(judge(production, nearly, DAYS, production_age_days=55.9)) == (
        "keep",
        "not_better",
    )
    assert outcome(judge(production, nearly, DAYS, production_age_days=56)) == ("promote", "stale")
    off = AdjudicationPolicy(staleness=False)
    assert judge(production, nearly, DAYS, policy=off, production_age_days=56).kind == "keep"


def test_staleness_demands_a_lead_and_an_interval_within_the_margin():
    production = losses()
    behind = 1.001 * production
    assert judge(production, behind, DAYS, production_age_days=365).kind == "keep"
    uncertain = np.random.default_rng(1).permutation(production)
    uncertain *= 0.99 * production.mean() / uncertain.mean()
    verdict = judge(production, uncertain, DAYS, production_age_days=365)
    assert verdict.ci_high > 0.02 * verdict.production_score
    assert outcome(verdict) == ("keep", "not_better")


def test_a_candidate_below_the_baseline_is_kept_out_though_it_beats_production():
    production = losses()
    verdict = judge(production, 0.5 * production, DAYS, baseline_losses=0.4 * production)
    assert outcome(verdict) == ("keep", "below_baseline")
    level = judge(production, 0.5 * production, DAYS, baseline_losses=0.5 * production)
    assert outcome(level) == ("promote", "better")


@pytest.mark.parametrize("age", [None, 100])
def test_a_regressing_slice_vetoes_a_better_and_a_stale_candidate_and_is_named(age):
    production = losses()
    extreme = np.arange(ROWS) % 5 < 2
    gain = 0.2 if age is None else 0.86
    candidate = production * np.where(extreme, 1.2, gain)
    candidate[~extreme] *= 0.99
    fwi_class = np.where(extreme, "extreme", "low")
    free = judge(production, candidate, DAYS, production_age_days=age)
    verdict = judge(
        production, candidate, DAYS, production_age_days=age, slices={"fwi_class": fwi_class}
    )
    assert free.kind == "promote"
    assert outcome(verdict) == ("keep", "slice_regression")
    assert "fwi_class=extreme" in verdict.reason
    assert [each.status for each in verdict.slices] == ["regression", "pass"]


def test_a_slice_too_small_to_tell_blocks_nothing_and_is_no_pass():
    production = losses()
    tiny = np.arange(ROWS) < 20
    candidate = production * np.where(tiny, 3.0, 0.3)
    verdict = judge(production, candidate, DAYS, slices={"tiny": tiny})
    assert outcome(verdict) == ("promote", "better")
    assert [each.status for each in verdict.slices] == ["insufficient"]


def test_alpha_spent_per_window_asks_for_more():
    production = losses()
    weak = production * np.repeat(np.random.default_rng(4).normal(0.97, 0.08, 32), 5)
    spent = AdjudicationPolicy(alpha_spending="per_window", looks=4)
    free, strict = judge(production, weak, DAYS), judge(production, weak, DAYS, policy=spent)
    assert (free.alpha, strict.alpha) == (0.05, 0.0125)
    assert strict.alpha < strict.p_value <= free.alpha
    assert (free.kind, strict.kind) == ("promote", "keep")


def test_on_an_empty_ledger_the_candidate_must_beat_the_baseline_or_the_baseline_serves():
    baseline = losses()
    won = judge(None, 0.5 * baseline, DAYS, baseline_losses=baseline)
    assert outcome(won) == ("promote", "first")
    assert (won.reference, won.production_score) == ("baseline", None)
    assert won.difference == pytest.approx(-0.5 * baseline.mean())
    for candidate in (baseline, 0.999 * losses(seed=1), 2 * baseline):
        lost = judge(None, candidate, DAYS, baseline_losses=baseline)
        assert outcome(lost) == ("promote", "first_baseline")


@pytest.mark.parametrize(
    ("rows", "positives"),
    [(0, None), (20, None), (ROWS, np.zeros(ROWS))],
    ids=["none", "few", "one-class"],
)
def test_on_an_empty_ledger_an_undecidable_holdout_gives_the_baseline(rows, positives):
    baseline = losses()[:rows]
    verdict = judge(
        None, 0.1 * baseline, DAYS[:rows], baseline_losses=baseline, positives=positives
    )
    assert outcome(verdict) == ("promote", "first_baseline")


def test_on_an_empty_ledger_slices_are_evidence_and_veto_nothing():
    baseline = losses()
    bad = np.arange(ROWS) % 5 < 2
    verdict = judge(
        None,
        baseline * np.where(bad, 1.2, 0.2),
        DAYS,
        baseline_losses=baseline,
        slices={"bad": bad},
    )
    assert outcome(verdict) == ("promote", "first")
    assert verdict.slices[0].status == "regression"


def test_an_empty_ledger_without_a_baseline_is_an_error():
    with pytest.raises(InvalidScores, match="baseline_losses are both None"):
        judge(None, losses(), DAYS)
