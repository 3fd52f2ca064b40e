"""Judge a recorded cycle again from its frozen scores."""

import pyarrow.compute as pc

from fire_risk_assets.core.judging import verdict_on
from fire_risk_assets.core.ledger.row import LedgerRow
from fire_risk_assets.core.models.spec import ModelSpec
from fire_risk_assets.core.tables.scores import ADJUDICATION_SCORES
from fire_risk_assets.core.verdict import Verdict
from fire_risk_assets.ports import World


def recompute_verdict(spec: ModelSpec, row: LedgerRow, world: World) -> Verdict | None:
    """Return the verdict that follows from the frozen scores of a row's cycle.

    Args:
        spec: The model with the policy that judged; its digest is in the row.
        row: A decision row.
        world: The home.

    Returns:
        None when no scores are kept for what the cycle was judged against.
    """
    mine = [
        ("model_name", "==", row.model_name),
        ("cycle_id", "==", row.cycle_id),
        ("holdout_digest", "==", row.holdout_digest),
        ("candidate_version", "==", row.candidate_version),
    ]
    stored = world.tables.read(ADJUDICATION_SCORES, where=mine)
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
