"""What is asked of the decision: one function a table. Each returns its rows for printing."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.random import Generator

from benchmarks.adjudication import sliding
from benchmarks.adjudication.rates import Setting, rate
from benchmarks.adjudication.streams import (
    LOSSES,
    Pair,
    Stream,
    better_by,
    lognormal,
    signal_found,
    squared_log,
    squared_lognormal,
    two_levels,
)
from fire_risk_assets.core.policy import AdjudicationPolicy

Rows = list[dict[str, Any]]
NULLS: dict[str, Stream] = {
    "squared errors of logarithms": squared_log,
    "lognormal": lognormal,
    "squared lognormal": squared_lognormal,
}
GAINS = (0.05, 0.1, 0.2, 0.3, 0.5)
STALE_DAYS = 60.0


def promoted(stream: Stream, setting: Setting, cycles: int) -> float:
    """Return the share of cycles that promote."""
    return rate(stream, setting, cycles=cycles).of("promote")


def equal_models(cycles: int) -> Rows:
    """Exchangeable models: the promote rate may not pass alpha + 1 point."""
    rows = []
    for name, stream in NULLS.items():
        for size in (155, 600):
            found = rate(stream, Setting(rows=size), cycles=cycles)
            stale = rate(stream, Setting(rows=size, age_days=STALE_DAYS), cycles=cycles)
            rows.append(
                {
                    "losses": name,
                    "rows": size,
                    "promoted": found.of("promote"),
                    "error": found.error("promote"),
                    "found worse": found.of("keep:worse"),
                    "promoted, production 60 days old": stale.of("promote"),
                    "of these stale": stale.of("promote:stale"),
                }
            )
    return rows


def rules(cycles: int) -> Rows:
    """The same equal models under other rules."""
    policies = {
        "paired, alpha a decision (default)": AdjudicationPolicy(),
        "paired, alpha a window (K = 4)": AdjudicationPolicy(alpha_spending="per_window"),
        "point, as in the book": AdjudicationPolicy(rule="point"),
    }
    return [
        {
            "rule": name,
            "promoted": promoted(squared_log, Setting(policy=policy), cycles),
        }
        for name, policy in policies.items()
    ]


def levels(cycles: int) -> Rows:
    """Models of equal risk that differ by a level: not exchangeable, so no bound is promised."""
    rows = []
    for loss in LOSSES:
        for size in (155, 600):
            lower, higher = (
                promoted(two_levels(loss, swapped=swapped), Setting(rows=size), cycles)
                for swapped in (False, True)
            )
            rows.append(
                {"loss": loss, "rows": size, "candidate lower": lower, "candidate higher": higher}
            )
    return rows


def alike_days(cycles: int) -> Rows:
    """Days that hang together break the assumption that days are independent."""

    def stream(correlation: float) -> Stream:
        def pair(generator: Generator, days: np.ndarray) -> Pair:
            def losses() -> np.ndarray:
                level = np.empty(days.max() + 1)
                level[0] = generator.normal()
                for day in range(1, level.size):
                    fresh = generator.normal(0.0, np.sqrt(1.0 - correlation**2))
                    level[day] = correlation * level[day - 1] + fresh
                return level[days] + generator.normal(5.0, 1.0, days.size)

            return losses(), losses()

        return pair

    return [
        {
            "lag-1 autocorrelation": correlation,
            "promoted": promoted(stream(correlation), Setting(), cycles),
        }
        for correlation in (0.0, 0.3, 0.6, 0.8)
    ]


def years(cycles: int) -> Rows:
    """Weekly cycles of equal models over a year, four weeks of holdout."""
    plans = {
        "sliding, a row judges 4 times (default)": sliding.Year(),
        "sliding, alpha a window": sliding.Year(
            policy=AdjudicationPolicy(alpha_spending="per_window")
        ),
        "fresh rows only, a decision in 4 weeks": sliding.Year(fresh=True),
    }
    rows = []
    for name, plan in plans.items():
        seeds = range(max(cycles // 20, 10))
        found = [sliding.promotions_in_a_year(plan, seed=seed) for seed in seeds]
        moved, decided = (sum(each) for each in zip(*found, strict=True))
        rows.append(
            {
                "holdouts": name,
                "promoted a decision": moved / decided,
                "promotions a year": moved / len(found),
            }
        )
    return rows


def power_by_gain(cycles: int) -> Rows:
    """How surely a stated relative gain is found."""
    rows = []
    for name in ("squared errors of logarithms", "lognormal"):
        for size in (80, 155, 300, 600):
            shares = {
                f"{gain:.0%}": promoted(better_by(gain, NULLS[name]), Setting(rows=size), cycles)
                for gain in GAINS
            }
            rows.append({"losses": name, "rows": size, **shares})
    return rows


def power_by_loss(cycles: int) -> Rows:
    """How surely the same real signal is found under three losses, a model against a constant."""
    return [
        {
            "loss": loss,
            **{
                f"{size} rows": promoted(signal_found(loss), Setting(rows=size), cycles)
                for size in (80, 155, 300, 600)
            },
        }
        for loss in LOSSES
    ]


def _six_slices(days: np.ndarray) -> Mapping[str, np.ndarray]:
    return {"fwi_class": np.arange(days.size) % 5, "weekend": days % 7 > 4}


def guardrails(cycles: int) -> Rows:
    """Six slices: how often a real gain is blocked for nothing, how often a loss is caught."""

    def stream(worse: float, share: float) -> Stream:
        def pair(generator: Generator, days: np.ndarray) -> Pair:
            # One of six slices, `fwi_class=0`, takes the harm; its rows are every fifth one.
            inside = np.arange(days.size) % 5 == 0
            production = generator.lognormal(0.0, 0.7, days.size)
            change = np.where(inside, worse, share)
            return production, production * change * generator.lognormal(-0.08, 0.4, days.size)

        return pair

    cases = {
        "no slice is harmed": stream(0.6, 0.6),
        "one slice is 10 % worse": stream(1.1, 0.6),
        "one slice is 25 % worse": stream(1.25, 0.6),
        "one slice is 50 % worse": stream(1.5, 0.6),
    }
    return [
        {
            "candidate": name,
            **{
                f"blocked, {size // 5} rows a slice": rate(
                    one, Setting(rows=size, slices=_six_slices), cycles=cycles
                ).of("keep:slice_regression")
                for size in (300, 900, 3000)
            },
        }
        for name, one in cases.items()
    ]


def first_version(cycles: int) -> Rows:
    """Nothing serves: the candidate against the naive baseline."""
    cases: dict[str, Stream] = {"as good as the baseline": squared_log}
    cases |= {f"{gain:.0%} better": better_by(gain, squared_log) for gain in GAINS}
    return [
        {
            "candidate": name,
            **{
                f"first, {size} rows": rate(
                    stream, Setting(rows=size, first=True), cycles=cycles
                ).of("promote:first")
                for size in (155, 600)
            },
        }
        for name, stream in cases.items()
    ]


QUESTIONS: dict[str, Callable[[int], Rows]] = {
    each.__name__: each
    for each in (
        equal_models,
        rules,
        levels,
        alike_days,
        years,
        power_by_gain,
        power_by_loss,
        guardrails,
        first_version,
    )
}
