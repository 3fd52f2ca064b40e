"""The vocabulary of decisions, and the verdict: an outcome with its evidence.

The kinds and reason codes are a public contract: ledger rows, JSON and pages use them verbatim.
Add a code here when a new fact decides; how it is decided belongs to `adjudication` and to the
actions, how it is shown to pages and renderers.
"""

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Literal

from fire_risk_assets.core.wording import as_sentence
from fire_risk_assets.errors import InvalidVerdict

ReferenceModel = Literal["production", "baseline"]
SliceStatus = Literal["pass", "regression", "insufficient"]


class Kind(StrEnum):
    """What a ledger row did."""

    PROMOTE = "promote"
    KEEP = "keep"
    UNDECIDED = "undecided"
    REFUSE = "refuse"
    FAIL = "fail"
    ROLLBACK = "rollback"
    ADOPT = "adopt"
    REPAIR = "repair"
    RELEASE = "release"


DECISION_KINDS = frozenset({Kind.PROMOTE, Kind.KEEP, Kind.UNDECIDED, Kind.REFUSE})
"""Exactly one row of these kinds exists per cycle and model."""


class Reason(StrEnum):
    """Why, in one word a program can branch on."""

    BETTER = "better"
    STALE = "stale"
    FIRST = "first"
    FIRST_BASELINE = "first_baseline"
    FORCED = "forced"
    REFIT = "refit"
    NOT_BETTER = "not_better"
    WORSE = "worse"
    SLICE_REGRESSION = "slice_regression"
    BELOW_BASELINE = "below_baseline"
    WITHDRAWN = "withdrawn"
    TOO_FEW_ROWS = "too_few_rows"
    ONE_CLASS = "one_class"
    HOLDOUT_OVERLAPS_PRODUCTION = "holdout_overlaps_production"
    OUT_OF_ORDER = "out_of_order"
    HOLDOUT_SPENT = "holdout_spent"
    LEAK = "leak"
    ARTIFACT_MISMATCH = "artifact_mismatch"
    REJECTED = "rejected"
    KILLED = "killed"
    OPERATOR = "operator"
    BAKE = "bake"
    DRIFT = "drift"


REASONS: Mapping[Kind, frozenset[Reason]] = MappingProxyType(
    {
        Kind.PROMOTE: frozenset(
            {
                Reason.BETTER,
                Reason.STALE,
                Reason.FIRST,
                Reason.FIRST_BASELINE,
                Reason.FORCED,
                Reason.REFIT,
            }
        ),
        Kind.KEEP: frozenset(
            {
                Reason.NOT_BETTER,
                Reason.WORSE,
                Reason.SLICE_REGRESSION,
                Reason.BELOW_BASELINE,
                Reason.WITHDRAWN,
            }
        ),
        Kind.UNDECIDED: frozenset(
            {Reason.TOO_FEW_ROWS, Reason.ONE_CLASS, Reason.HOLDOUT_OVERLAPS_PRODUCTION}
        ),
        Kind.REFUSE: frozenset(
            {
                Reason.OUT_OF_ORDER,
                Reason.HOLDOUT_SPENT,
                Reason.LEAK,
                Reason.ARTIFACT_MISMATCH,
                Reason.REJECTED,
            }
        ),
        Kind.FAIL: frozenset({Reason.KILLED}),
        Kind.ROLLBACK: frozenset({Reason.OPERATOR, Reason.BAKE}),
        Kind.ADOPT: frozenset({Reason.DRIFT}),
    }
)
"""Allowed reasons of each kind; kinds in `OPEN_KINDS` take other words too."""

OPEN_KINDS = frozenset({Kind.FAIL, Kind.REPAIR, Kind.RELEASE})
"""Kinds whose reason may name a step, which only the caller knows."""


def is_allowed(kind: str, reason_code: str) -> bool:
    """Return whether a row of this kind may carry this reason code.

    >>> is_allowed("keep", "worse"), is_allowed("keep", "better"), is_allowed("fail", "train")
    (True, False, True)
    """
    if kind not in set(Kind):
        return False
    return reason_code in REASONS.get(Kind(kind), ()) or (kind in OPEN_KINDS and bool(reason_code))


@dataclass(frozen=True, slots=True, kw_only=True)
class SliceResult:
    """One slice of the holdout, tested for a regression of the candidate."""

    name: str
    """`key=label`, or the key alone for a boolean mask."""
    status: SliceStatus
    """`insufficient` says the slice was too small to tell; it is never a pass."""
    rows: int
    clusters: int
    positives: int | None = None
    difference: float | None = None
    """Candidate minus reference in metric units; negative: candidate better."""
    p_value: float | None = None
    """One-sided, small when the candidate is worse; None when insufficient."""
    p_adjusted: float | None = None
    """`p_value` after Holm over all sufficient slices."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What follows from comparing two models on the same rows, and everything it rests on.

    Scores are in metric units, lower is better. The difference is candidate minus reference, so
    negative means that the candidate is better. What could not be computed is None; NaN and
    infinities become None, since JSON has no word for them.

    Raises:
        InvalidVerdict: the reason code is foreign to the kind.

    >>> verdict = Verdict(kind=Kind.REFUSE, reason_code=Reason.LEAK, reason="Row 7-4 overlaps.")
    >>> Verdict.from_json(verdict.to_json()) == verdict
    True
    """

    kind: Kind
    reason_code: str
    reason: str
    """One readable sentence."""
    reference: ReferenceModel = "production"
    """What the candidate was compared with: `baseline` on an empty ledger."""
    rule: str | None = None
    alpha: float | None = None
    """Of this decision, after spending."""
    p_value: float | None = None
    """One-sided, small when the candidate is better."""
    p_value_reverse: float | None = None
    """One-sided, small when the candidate is worse."""
    candidate_score: float | None = None
    production_score: float | None = None
    baseline_score: float | None = None
    difference: float | None = None
    ci_low: float | None = None
    ci_high: float | None = None
    rows: int = 0
    clusters: int = 0
    positives: int | None = None
    smallest_detectable_effect: float | None = None
    """Relative to the reference's score: .2 means that a gain of 20 % is found in 80 % of cases."""
    autocorrelation: float | None = None
    """Lag 1, of the cluster sums of differences in label order."""
    production_age_days: float | None = None
    warnings: tuple[str, ...] = ()
    slices: tuple[SliceResult, ...] = ()
    policy_digest: str | None = None
    seed: int | None = None

    def __post_init__(self) -> None:
        if not is_allowed(self.kind, self.reason_code):
            raise InvalidVerdict(
                f"Reason code {self.reason_code!r} does not belong to kind {self.kind!r}; "
                f"allowed: {', '.join(sorted(REASONS.get(self.kind, ())))}."
            )
        for field in fields(self):
            value = getattr(self, field.name)
            if isinstance(value, float) and not math.isfinite(value):
                object.__setattr__(self, field.name, None)

    def to_json(self) -> dict[str, Any]:
        """Return the verdict as a dict of plain JSON types; `from_json` reads it back."""
        document = asdict(self)
        document["kind"], document["reason_code"] = str(self.kind), str(self.reason_code)
        document["warnings"] = list(self.warnings)
        document["slices"] = [asdict(each) for each in self.slices]
        return document

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> "Verdict":
        """Return the verdict that `to_json` wrote.

        Raises:
            InvalidVerdict: unknown or missing fields, or an unknown kind.
        """
        try:
            values = dict(document)
            values["kind"] = Kind(values["kind"])
            code = values["reason_code"]
            values["reason_code"] = Reason(code) if code in set(Reason) else code
            values["warnings"] = tuple(values.get("warnings", ()))
            values["slices"] = tuple(SliceResult(**each) for each in values.get("slices", ()))
            return cls(**values)
        except (KeyError, TypeError, ValueError) as error:
            raise InvalidVerdict(as_sentence(f"This is no verdict document: {error}")) from error
