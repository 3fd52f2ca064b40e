"""From scored rows to the verdict on them: losses, clusters, classes, slices, and what overrides.

Pure, so that a frozen comparison can be judged again for ever. The test itself is `adjudication`;
which rows are scored, and by which files, is decided before.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pandas as pd

from fire_risk_assets.core.adjudication import adjudicate
from fire_risk_assets.core.ledger.fold import withdrawn_training
from fire_risk_assets.core.ledger.row import LedgerRow
from fire_risk_assets.core.metrics import metric_named
from fire_risk_assets.core.models.spec import ModelSpec
from fire_risk_assets.core.verdict import Kind, Reason, Verdict
from fire_risk_assets.core.windows import Window
from fire_risk_assets.errors import ArtifactMismatch, ArtifactRejected

SEASON = timedelta(weeks=26)
"""Season is a slice only of a holdout this long: a shorter one holds one season and its edge."""


def verdict_on(
    spec: ModelSpec,
    scored: pd.DataFrame,
    *,
    window: Window,
    age_days: float | None,
    seed: int,
) -> Verdict:
    """Return the verdict on scored rows: losses, clusters, classes and slices of each.

    Args:
        spec: The model.
        scored: Rows as `score_holdout` returns them.
        window: Of the holdout; its rows need not reach either end.
        age_days: For how long production has served, None when nothing does.
        seed: Of flips and bootstrap.
    """
    metric = metric_named(spec.metric)
    truth = scored["y_true"].to_numpy()
    losses = {
        name: metric.per_row(truth, scored[name].to_numpy())
        for name in ("candidate", "production", "baseline")
        if name in scored
    }
    return adjudicate(
        production_losses=losses.get("production"),
        candidate_losses=losses["candidate"],
        baseline_losses=losses.get("baseline"),
        clusters=scored["day"].to_numpy(),
        positives=truth > 0 if spec.task == "classification" else None,
        slices=slices_of(scored, window),
        production_age_days=age_days,
        policy=spec.judging_policy,
        seed=seed,
    )


def slices_of(scored: pd.DataFrame, window: Window) -> dict[str, Any]:
    """Return the labels of each slice key, shape (n_rows,) each; `weekend` is a mask."""
    start, end = window
    names = ["fwi_class", "zone", "weekend", *(["season"] if end - start >= SEASON else [])]
    return {
        name: scored[name].to_numpy()
        if name == "weekend"
        else scored[name].fillna("none").to_numpy()
        for name in names
    }


def unless_withdrawn(
    verdict: Verdict, training_digest: str | None, rows: Sequence[LedgerRow]
) -> Verdict:
    """Return the verdict, or keep where it would promote what a rollback took out.

    Args:
        verdict: On the scores.
        training_digest: Of the rows the candidate was fitted on.
        rows: The ledger it was judged against.
    """
    if verdict.kind != Kind.PROMOTE or not (withdrawn := withdrawn_training(rows)):
        return verdict
    if training_digest not in withdrawn:
        return verdict
    return replace(
        verdict,
        kind=Kind.KEEP,
        reason_code=Reason.WITHDRAWN,
        reason="A version fitted on the same rows was rolled back; it is not promoted again.",
    )


def refusal_for(cause: ArtifactMismatch | ArtifactRejected) -> Verdict:
    """Return the refusal of a cycle that a model's files end."""
    mismatch = isinstance(cause, ArtifactMismatch)
    # Damage from outside can be mended, and this decision cannot be made twice.
    again = f" {cause.remedy} Then judge under another --cycle-id." if mismatch else ""
    return Verdict(
        kind=Kind.REFUSE,
        reason_code=Reason.ARTIFACT_MISMATCH if mismatch else Reason.REJECTED,
        reason=f"{cause}{again}",
    )
