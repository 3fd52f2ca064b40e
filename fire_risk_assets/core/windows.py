"""Which rows train and which judge: the holdout, the training window, and what stops a cycle.

All windows are [from, until) by `row_time` and UTC. Lengths, lags and minima are the policy's;
how the rows come about is in `rows`, what is compared on them in `adjudication`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, NamedTuple

import numpy as np
import pandas as pd

from fire_risk_assets.core.arrays import Flags
from fire_risk_assets.core.verdict import Kind, Reason
from fire_risk_assets.core.window_facts import RowFacts, between, row_facts, times_of
from fire_risk_assets.core.window_policy import WindowPolicy

Task = Literal["regression", "classification"]
Window = tuple[datetime, datetime]
"""[from, until)."""
PastWindow = tuple[str, datetime, datetime]
"""A deciding cycle of the same model: (cycle_id, holdout_from, holdout_until)."""

_DAY = timedelta(days=1)
_WEEK = timedelta(weeks=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """Why a cycle ends before anything is compared: a decision row's kind, code and sentence."""

    kind: Kind
    reason_code: Reason
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class HoldoutPlan:
    """The rows that judge.

    Attributes:
        mask: Shape (n_rows,), the rows kept.
        looks: Deciding cycles the most used of the kept rows has judged in, this one included.
        dropped_spent: Rows of the window left out because they had judged often enough.
        stop: Set when the rows are too few; on an empty ledger the caller may go on with the
            baseline.
    """

    mask: Flags
    window_from: datetime
    window_until: datetime
    looks: int
    dropped_spent: int
    stop: Stop | None


class TrainingPlan(NamedTuple):
    """The rows that train: mask of shape (n_rows,) and their window."""

    mask: Flags
    window_from: datetime
    window_until: datetime


def plan_holdout(
    rows: pd.DataFrame,
    *,
    as_of: datetime,
    policy: WindowPolicy,
    production_training_until: datetime | None,
    past_windows: Sequence[PastWindow],
    cycle_id: str,
) -> HoldoutPlan:
    """Choose the holdout: from as_of − lag back, in week steps until the minimum is met.

    It starts after production's `training_until` and the embargo, and leaves out rows that judged
    in `looks_allowed` other cycles already. What is missing is blamed on the first restriction
    without which the rows would have sufficed.

    Args:
        rows: Labelled rows with `row_time`, `day` and `target`.
        as_of: Where the cycle stands.
        policy: Lengths and minima.
        production_training_until: End of the training window of what serves, None without one.
        past_windows: Holdouts of deciding cycles; those of this cycle_id are no new look.
        cycle_id: This cycle.
    """
    facts = row_facts(rows)
    until = policy.holdout_until(as_of)
    earliest = None
    if production_training_until is not None:
        earliest = _next_midnight(production_training_until + policy.gap)
    seen = _looks(facts.times, past_windows, cycle_id)
    fresh = seen < policy.looks_allowed
    window_from = until
    kept = window = np.zeros(len(rows), dtype=np.bool_)
    for weeks in range(policy.holdout_weeks, policy.max_holdout_weeks + 1):
        window_from = until - weeks * _WEEK
        if earliest is not None:
            window_from = min(max(window_from, earliest), until)
        window = between(facts.times, window_from, until)
        kept = window & fresh
        if not _shortage(facts, kept, policy) or window_from == earliest:
            break
    stop = None
    if _shortage(facts, kept, policy):
        reach = between(facts.times, until - policy.max_holdout_weeks * _WEEK, until)
        stop = _stop(facts, policy, reach=reach, window=window, kept=kept, earliest=earliest)
    return HoldoutPlan(
        mask=kept,
        window_from=window_from,
        window_until=until,
        looks=int(seen[kept].max(initial=0)) + 1,
        dropped_spent=int((window & ~fresh).sum()),
        stop=stop,
    )


def plan_training(rows: pd.DataFrame, holdout_from: datetime, policy: WindowPolicy) -> TrainingPlan:
    """Choose the training rows: all before the holdout minus the gap, or the policy's last weeks.

    The window ends at midnight, so that no day lies on both sides.
    """
    until = _midnight(holdout_from - policy.gap)
    if policy.training_weeks is not None:
        window_from = until - policy.training_weeks * _WEEK
    elif len(rows):
        window_from = min(_midnight(rows["row_time"].min().to_pydatetime()), until)
    else:
        window_from = until
    return training_between(rows, window_from, until)


def training_between(rows: pd.DataFrame, start: datetime, end: datetime) -> TrainingPlan:
    """Return the training rows of a window that was chosen before."""
    return TrainingPlan(between(times_of(rows), start, end), start, end)


def holdout_between(
    rows: pd.DataFrame,
    window: Window,
    *,
    past_windows: Sequence[PastWindow],
    cycle_id: str,
    looks_allowed: int,
) -> Flags:
    """Return which rows judged in a window that was chosen before; spent ones stay out of it.

    Args:
        rows: Labelled rows, as known to the cycle.
        window: Of its holdout.
        past_windows: Holdouts of the cycles that had decided before it.
        cycle_id: The cycle.
        looks_allowed: In how many cycles a row may judge.
    """
    times = times_of(rows)
    return between(times, *window) & (_looks(times, past_windows, cycle_id) < looks_allowed)


def training_stop(rows: pd.DataFrame, *, task: Task) -> Stop | None:
    """Return why nothing can be fitted on these rows, or None.

    One class teaches a classifier nothing; that is an answer, not an error.
    """
    if len(rows) == 0:
        return Stop(
            kind=Kind.UNDECIDED,
            reason_code=Reason.TOO_FEW_ROWS,
            reason="There is no labelled row to train on; at least 1 is needed. Only rows known at"
            " as_of count; those of files that do not say when they were known count as known when"
            " they were taken in (ingest.known_at).",
        )
    classes = rows["target"].nunique()
    if task == "classification" and classes < 2:
        return Stop(
            kind=Kind.UNDECIDED,
            reason_code=Reason.ONE_CLASS,
            reason=f"All {len(rows)} training rows are of one class; both are needed.",
        )
    return None


def _looks(times: np.ndarray, past: Sequence[PastWindow], cycle_id: str) -> np.ndarray:
    looks = np.zeros(len(times), dtype=np.int64)
    # A set, since a cycle that was decided is one look however often its row is listed.
    for _, start, end in {each for each in past if each[0] != cycle_id}:
        looks += between(times, start, end)
    return looks


def _shortage(facts: RowFacts, mask: Flags, policy: WindowPolicy) -> str:
    """Return what is missing in words, "" when nothing is."""
    have = {"rows": int(mask.sum()), "days": np.unique(facts.day[mask]).size}
    need = {"rows": policy.min_rows, "days": policy.min_clusters}
    if policy.min_positives:
        have["positives"] = int(facts.positive[mask].sum())
        need["positives"] = policy.min_positives
    return ", ".join(
        f"{have[what]} {what} of {need[what]} needed" for what in need if have[what] < need[what]
    )


def _stop(
    facts: RowFacts,
    policy: WindowPolicy,
    *,
    reach: Flags,
    window: Flags,
    kept: Flags,
    earliest: datetime | None,
) -> Stop:
    if found := _shortage(facts, reach, policy):
        kind, code = Kind.UNDECIDED, Reason.TOO_FEW_ROWS
        reason = f"The last {policy.max_holdout_weeks} weeks of labelled rows hold {found}."
    elif found := _shortage(facts, window, policy):
        kind, code = Kind.UNDECIDED, Reason.HOLDOUT_OVERLAPS_PRODUCTION
        reason = (
            f"Since {earliest:%Y-%m-%d}, when the training rows of production and the embargo "
            f"end, there are {found}."
        )
    else:
        kind, code = Kind.REFUSE, Reason.HOLDOUT_SPENT
        reason = (
            f"Without the rows that judged in {policy.looks_allowed} cycles already there are "
            f"{_shortage(facts, kept, policy)}."
        )
    return Stop(kind=kind, reason_code=code, reason=reason)


def _midnight(instant: datetime) -> datetime:
    return instant.replace(hour=0, minute=0, second=0, microsecond=0)


def _next_midnight(instant: datetime) -> datetime:
    floor = _midnight(instant)
    return floor if floor == instant else floor + _DAY
