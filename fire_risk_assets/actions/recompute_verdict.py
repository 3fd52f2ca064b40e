"""Judge a recorded cycle again from its frozen scores."""

from collections.abc import Sequence

import pyarrow.compute as pc

from fire_risk_assets.actions.frozen_scores import frozen_scores
from fire_risk_assets.core.judging import unless_withdrawn, verdict_on
from fire_risk_assets.core.ledger.row import LedgerRow
from fire_risk_assets.core.models.spec import ModelSpec
from fire_risk_assets.core.verdict import Verdict
from fire_risk_assets.ports import World


def judged_alike(spec: ModelSpec, row: LedgerRow) -> bool:
    """Tell whether a row was judged, by the metric and the policy that are configured now.

    The digest of a policy is the same for two metrics.
    """
    by = (row.policy_digest, row.metric_name)
    return row.p_value is not None and by == (spec.judging_policy.digest(), spec.metric)


def verdict_now(
    spec: ModelSpec, row: LedgerRow, before: Sequence[LedgerRow], world: World
) -> Verdict | None:
    """Return what a judged cycle comes to now: `recompute_verdict`, and that a rollback stands.

    Args:
        spec: The model with the policy that judged.
        row: A decision row.
        before: The rows of the ledger before it.
        world: The home.
    """
    again = recompute_verdict(spec, row, world)
    return None if again is None else unless_withdrawn(again, row.training_digest, before)


def said_by(verdict: Verdict) -> tuple[str, str, float | None]:
    """Return a verdict as its row has it: kind, reason code, p."""
    return str(verdict.kind), str(verdict.reason_code), verdict.p_value


def recompute_verdict(spec: ModelSpec, row: LedgerRow, world: World) -> Verdict | None:
    """Return the verdict that follows from the frozen scores of a row's cycle.

    Args:
        spec: The model with the policy that judged; its digest is in the row.
        row: A decision row.
        world: The home.

    Returns:
        None when no scores are kept for what the cycle was judged against.
    """
    asked = (row.model_name, row.cycle_id, row.holdout_digest)
    of_version = [("candidate_version", "==", row.candidate_version)]
    stored = frozen_scores(*asked, world.tables, where=of_version)
    if row.previous_version is None:
        stored = stored.filter(pc.field("production_version").is_null())
    else:
        stored = stored.filter(pc.field("production_version") == row.previous_version)
    if stored.num_rows == 0 or row.holdout_from is None or row.holdout_until is None:
        return None
    scored = stored.sort_by("row_key").to_pandas()
    scored["day"] = scored["day"].astype("datetime64[s]")
    if scored["production"].isna().all():
        scored = scored.drop(columns="production")
    return verdict_on(
        spec,
        scored,
        window=(row.holdout_from, row.holdout_until),
        age_days=row.production_age_days,
        seed=row.seed or 0,
    )
