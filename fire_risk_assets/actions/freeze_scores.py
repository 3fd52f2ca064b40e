"""Keep the scored holdout rows a verdict rests on, once, so that it can be recomputed for ever."""

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from fire_risk_assets.actions.frozen_scores import frozen_scores
from fire_risk_assets.actions.judge_candidate import ScoredJudgement
from fire_risk_assets.actions.plan_cycle import CyclePlan
from fire_risk_assets.core.rows import row_keys
from fire_risk_assets.core.tables.scores import ADJUDICATION_SCORES
from fire_risk_assets.ports import World


def freeze_scores(plan: CyclePlan, judged: ScoredJudgement, world: World) -> None:
    """Append the scores of a judgement, unless the same comparison is kept already.

    Called again when a cycle is judged again against a moved head: other rows, another production.
    """
    scored = judged.scored
    if scored is None:
        return
    evidence = judged.judgement.evidence
    version, digest = evidence["production_version"], evidence["holdout_digest"]
    kept = frozen_scores(
        plan.model_name,
        plan.cycle_id,
        digest,
        world.tables,
        columns=["production_version"],
        where=[("candidate_version", "==", evidence["candidate_version"])],
    )
    if version in pc.unique(kept["production_version"]).to_pylist():
        # By an attempt that was killed, perhaps before they were flushed.
        world.tables.make_durable(ADJUDICATION_SCORES)
        return
    world.tables.append(ADJUDICATION_SCORES, _rows(plan, judged, scored, world))


def _rows(plan: CyclePlan, judged: ScoredJudgement, scored: pd.DataFrame, world: World) -> pa.Table:
    evidence = judged.judgement.evidence
    frame = scored.assign(
        model_name=plan.model_name,
        cycle_id=plan.cycle_id,
        production_version=evidence["production_version"],
        candidate_version=evidence["candidate_version"],
        holdout_digest=evidence["holdout_digest"],
        row_key=row_keys(scored),
        production=scored.get("production"),
        scored_at=world.clock.now(),
    )
    schema = ADJUDICATION_SCORES.schema
    columns = {
        name: pa.array(frame[name], type=schema.field(name).type, from_pandas=True)
        for name in schema.names
    }
    return pa.table(columns, schema=schema)
