"""What must hold of a cycle's rows before anything is fitted or judged on them.

Checks report exact counts, one example, and what to do. A finding that becomes a decision only
warns (a leak: `refuse: leak`, a small holdout: `undecided`): blocking would put a failed attempt in
its place. What no honest decision can be made on blocks. Stored tables: `defs/checks.py`.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import dagster as dg

if TYPE_CHECKING:
    from fire_risk_assets.actions.build_snapshots import Cut, RowSet
    from fire_risk_assets.core.models.spec import ModelSpec


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckOfRows:
    """A check that is part of the step that makes the rows: no step of its own, no second read."""

    name: str
    description: str
    blocking: bool = False

    def of(self, asset: dg.AssetKey) -> dg.AssetCheckSpec:
        """Return the check of one asset; it is evaluated for the cycle of the step's run."""
        return dg.AssetCheckSpec(
            name=self.name, asset=asset, description=self.description, blocking=self.blocking
        )


DISJOINT = CheckOfRows(
    name="disjoint_from_training",
    description="No row, cell-day or day is in training and holdout, and no feature carries the"
    " label. A warning: nothing is fitted on leaked rows, and the cycle is refused.",
)
ROWS_SOUND = CheckOfRows(
    name="rows_sound",
    description="Every row has a key of its own and a target that is a number and not below zero."
    " Blocks: nothing decided on other rows would be honest, so the pointer stays.",
    blocking=True,
)
HOLDOUT_LARGE_ENOUGH = CheckOfRows(
    name="large_enough",
    description="The holdout can tell two models apart. A warning: the cycle ends undecided.",
)
LABELS_FRESH = CheckOfRows(
    name="labels_fresh",
    description="Something was learned within one cycle period before as_of. A warning.",
)


def check_disjoint(check: dg.AssetCheckSpec, cut: "Cut") -> dg.AssetCheckResult:
    """Compare training and holdout rows of one cycle."""
    return dg.AssetCheckResult(
        passed=not cut.leaks,
        check_name=check.name,
        severity=dg.AssetCheckSeverity.WARN,
        metadata={
            "training rows": len(cut.training_rows),
            "holdout rows": len(cut.holdout_rows),
            "findings": "; ".join(f"{f.code}: {f.detail}" for f in cut.findings) or "none",
            **({"recovery": "Nothing is fitted on it. Find the overlap named above; a feature"
                " that carries the label must leave the model's list."} if cut.leaks else {}),
        },
    )  # fmt: skip


def check_sound(check: dg.AssetCheckSpec, spec: "ModelSpec", cut: "Cut") -> dg.AssetCheckResult:
    """Count rows that share a key, and targets that are no number or below zero."""
    rows = cut.known.frame[cut.training.mask | cut.holdout.mask]
    twice = int(rows.duplicated(list(spec.key)).sum())
    # Written so that NaN, of which no comparison holds, counts as wrong.
    wrong = int((~rows["target"].between(0.0, float("inf"), inclusive="left")).sum())
    return dg.AssetCheckResult(
        passed=twice == wrong == 0,
        check_name=check.name,
        severity=dg.AssetCheckSeverity.ERROR,
        metadata={
            "rows": len(rows),
            "rows with a key met before": twice,
            "targets missing or below zero": wrong,
            "recovery": "Nothing was fitted or decided; what served still serves. Compare the"
            " observed tables with a backup: the border lets no such row in.",
        },
    )


def check_size(check: dg.AssetCheckSpec, rows: "RowSet", spec: "ModelSpec") -> dg.AssetCheckResult:
    """Tell whether the holdout met its minimum."""
    snapshot = rows.snapshot_of()
    return dg.AssetCheckResult(
        passed=rows.stop is None,
        check_name=check.name,
        severity=dg.AssetCheckSeverity.WARN,
        metadata={
            "rows": snapshot.rows,
            "days": snapshot.clusters,
            "positives": snapshot.positives,
            "at least": f"{spec.windows.min_rows} rows, {spec.windows.min_clusters} days,"
            f" {spec.windows.min_positives} positives",
            "finding": rows.stop["reason"] if rows.stop else "none",
        },
    )


def check_labels_fresh(
    check: dg.AssetCheckSpec, rows: "RowSet", spec: "ModelSpec"
) -> dg.AssetCheckResult:
    """Tell whether data still arrives: the newest `known_at` against as_of."""
    snapshot = rows.snapshot_of()
    newest = snapshot.data_watermark
    allowed = timedelta(days=spec.windows.cycle_days)
    age = None if newest is None else snapshot.as_of - newest
    return dg.AssetCheckResult(
        passed=age is not None and age <= allowed,
        check_name=check.name,
        severity=dg.AssetCheckSeverity.WARN,
        metadata={
            "newest known_at": str(newest),
            "days before as_of": "nothing known" if age is None else round(age / timedelta(1), 1),
            "at most": f"{allowed.days} days",
            "recovery": "See the landing folder and the quarantine; the cycle went on without.",
        },
    )
