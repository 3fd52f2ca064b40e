"""What each number of a verdict says, in words a reader without statistics can use.

Add a reading when a verdict gets a new number. No layout here, and nothing is decided: the words
follow from the recorded numbers alone.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from fire_risk_assets.adapters.evidence.text import MISSING, count, number, percent
from fire_risk_assets.core.verdict import Kind, Reason, Verdict
from fire_risk_assets.core.wording import counted

_HEADLINES = {
    Kind.PROMOTE: "The candidate is promoted",
    Kind.KEEP: "Production stays",
    Kind.UNDECIDED: "Undecided: nothing changes",
    Kind.REFUSE: "Refused: nothing changes",
    Kind.FAIL: "The attempt failed: nothing changes",
    Kind.ROLLBACK: "Production is rolled back",
    Kind.ADOPT: "A change made by hand is adopted",
    Kind.REPAIR: "The registry is repaired",
    Kind.RELEASE: "A step is released",
}

# Promotions of something else than this cycle's candidate.
_PROMOTED: dict[str, str] = {
    Reason.FIRST_BASELINE: "The naive baseline is promoted",
    Reason.FORCED: "A version is promoted by hand",
    Reason.REFIT: "The refitted model is promoted",
}

_RULES = {
    "paired": "Both models are compared row by row; a day is the unit of chance.",
    "point": "The lower score wins, however small the lead: about half of all equal models do.",
}


@dataclass(frozen=True, slots=True)
class Reading:
    """One number of a verdict: its name, its value as text, what it says."""

    name: str
    value: str
    meaning: str


def headline(verdict: Verdict) -> str:
    """Return what was done, in a few words."""
    return _PROMOTED.get(verdict.reason_code) or _HEADLINES[verdict.kind]


def was_judged(verdict: Verdict) -> bool:
    """Tell whether the verdict rests on scores."""
    return verdict.candidate_score is not None


def readings(verdict: Verdict, metric_name: str) -> list[Reading]:
    """Return the numbers of a verdict with their readings, most important first.

    Numbers that do not apply (production's score while nothing serves, positives of a regression)
    are left out; one that was not computed is a dash.
    """
    judged = [
        *_scores(verdict, metric_name),
        *_differences(verdict, metric_name),
        *_chances(verdict),
        *_rows(verdict),
        *_power(verdict),
    ]
    return [*(judged if was_judged(verdict) or verdict.rows else []), *_settings(verdict)]


def _scores(verdict: Verdict, metric: str) -> Iterator[Reading]:
    yield Reading(
        f"Candidate, {metric}", number(verdict.candidate_score), "Lower is better, as below."
    )
    if verdict.reference == "production":
        yield Reading(
            f"Production, {metric}",
            number(verdict.production_score),
            "What serves now, scored on the same rows in the same step.",
        )
    if verdict.baseline_score is not None or verdict.reference == "baseline":
        yield Reading(
            f"Naive baseline, {metric}",
            number(verdict.baseline_score),
            "What a forecast without any weather costs: a model above it is worth nothing.",
        )


def _differences(verdict: Verdict, metric: str) -> Iterator[Reading]:
    difference = verdict.difference
    if difference is None:
        return
    side = "better" if difference < 0 else "worse" if difference > 0 else "neither better nor worse"
    base = verdict.baseline_score if verdict.reference == "baseline" else verdict.production_score
    share = f" by {percent(abs(difference) / base)}" if base and difference else ""
    yield Reading(
        f"Difference, {metric}",
        number(difference, signed=True),
        f"Candidate minus {verdict.reference}: the candidate scores {side}{share}.",
    )
    low, high = verdict.ci_low, verdict.ci_high
    if low is None or high is None:
        yield Reading("Interval", MISSING, "Not computed.")
        return
    if low <= 0 <= high:
        says = "It holds 0: with other days the sign could have been the other one."
    else:
        says = f"All of it says the candidate is {'better' if high < 0 else 'worse'}."
    yield Reading(
        "Interval",
        f"{number(low, signed=True)} to {number(high, signed=True)}",
        f"Where the difference plausibly lies, by redrawing whole days. {says}",
    )


def _chances(verdict: Verdict) -> Iterator[Reading]:
    p, reverse, alpha = verdict.p_value, verdict.p_value_reverse, verdict.alpha
    if p is not None:
        against = "" if alpha is None else f" Needed: at most {number(alpha)}."
        against = "" if verdict.rule == "point" else against
        yield Reading(
            "p-value, better",
            number(p),
            f"An equal candidate would lead this far in {percent(p)} of cases.{against}",
        )
    if reverse is not None:
        yield Reading(
            "p-value, worse",
            number(reverse),
            f"An equal candidate would trail this far in {percent(reverse)} of cases.",
        )
    if alpha is not None:
        says = f"An equal candidate is taken for a better one in {percent(alpha)} of decisions."
        unused = "Recorded only: under the point rule it decides nothing."
        yield Reading("alpha", number(alpha), unused if verdict.rule == "point" else says)


def _rows(verdict: Verdict) -> Iterator[Reading]:
    yield Reading("Rows", count(verdict.rows), "Held out: no model was fitted on any of them.")
    yield Reading(
        "Days",
        count(verdict.clusters),
        "The independent units: rows of one day share their weather.",
    )
    if verdict.positives is not None and verdict.rows:
        share = percent(verdict.positives / verdict.rows)
        yield Reading("Positives", count(verdict.positives), f"Rows with a fire: {share} of all.")


def _power(verdict: Verdict) -> Iterator[Reading]:
    effect, correlation = verdict.smallest_detectable_effect, verdict.autocorrelation
    whose = "production's score" if verdict.reference == "production" else "the baseline's score"
    if effect is None:
        yield Reading("Smallest detectable gain", MISSING, "Not computed.")
    else:
        yield Reading(
            "Smallest detectable gain",
            percent(effect),
            f"Of {whose}. A gain of this size is found in 80 % of cases, "
            "a smaller one is often missed.",
        )
    yield Reading(
        "Autocorrelation of days",
        number(correlation, digits=2),
        "Not computed."
        if correlation is None
        else "Likeness of successive days: near 0 is good, a high one makes p too small.",
    )


def _settings(verdict: Verdict) -> Iterator[Reading]:
    age = verdict.production_age_days
    if age is not None:
        days = "1 day" if age == 1 else f"{number(age)} days"
        yield Reading("Production's age", days, "An old model may yield to a lead of less proof.")
    if verdict.rule is not None:
        yield Reading("Rule", verdict.rule, _RULES.get(verdict.rule, "A rule of its own."))
    if verdict.policy_digest is not None:
        yield Reading("Policy digest", verdict.policy_digest, "Fingerprint of all thresholds.")
    if verdict.seed is not None:
        yield Reading("Seed", str(verdict.seed), "The same seed gives the same verdict again.")


def rows_sentence(verdict: Verdict) -> str:
    """Return on what the verdict rests, for a caption."""
    return f"{counted(verdict.rows, 'row')} on {counted(verdict.clusters, 'day')}"
