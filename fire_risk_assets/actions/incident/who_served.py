"""Which version served, since when, and the verdict that put it there."""

from datetime import timedelta
from typing import Any

from fire_risk_assets.actions.incident.scene import Scene
from fire_risk_assets.actions.judgement import VERDICT_REFERENCE
from fire_risk_assets.actions.project import last_check
from fire_risk_assets.actions.recompute_verdict import judged_alike, said_by, verdict_now
from fire_risk_assets.core.incident.chapters import WhoServed
from fire_risk_assets.core.incident.claims import Claim, compared, missing
from fire_risk_assets.core.ledger.chain import chain_findings
from fire_risk_assets.core.ledger.lineage import production_since
from fire_risk_assets.core.ledger.row import LedgerRow
from fire_risk_assets.errors import InvalidScores

AROUND = 3
"""Rows shown before and after the instant, at least."""

TIMELINE = timedelta(days=400)
"""How far the picture reaches to either side."""


def who_served(scene: Scene) -> tuple[WhoServed, list[Claim]]:
    """Return the chapter, and whether the ledger and the verdict hold."""
    at, rows = scene.question.at, scene.rows
    before = [row for row in rows if row.decided_at <= at]
    place = len(before)
    judged = scene.judged_by
    chapter = WhoServed(
        version=scene.version,
        since=production_since(before) or scene.move.decided_at,
        row=scene.move.to_json(),
        promoted_by=judged.to_json() if judged else None,
        slices=_slices(scene, judged),
        around=[row.to_json() for row in rows[max(place - AROUND, 0) : place + AROUND]],
        timeline=[
            {
                "decided_at": row.decided_at,
                "kind": row.kind,
                "reason_code": row.reason_code,
                "production_version": row.production_version,
                "candidate_version": row.candidate_version,
                "seq": row.seq,
            }
            for row in rows
            if abs(row.decided_at - at) <= TIMELINE
        ],
    )
    return chapter, [_chain(scene), *_verdict(scene, judged)]


def _slices(scene: Scene, judged: LedgerRow | None) -> list[dict[str, Any]]:
    if judged is None:
        return []
    stored = scene.world.references.load(scene.spec.name, judged.cycle_id, VERDICT_REFERENCE)
    return list(((stored or {}).get("verdict") or {}).get("slices") or [])


def _chain(scene: Scene) -> Claim:
    check = last_check(scene.spec.name, scene.world.references)
    found = chain_findings(scene.rows, acknowledged=check.head_seq if check else 0)
    return compared(
        "ledger_whole",
        f"The ledger of {scene.spec.name} is whole: no row was edited, none is missing.",
        differs="; ".join(found),
        detail=f"hash chain of {len(scene.rows)} rows",
    )


def _verdict(scene: Scene, judged: LedgerRow | None) -> list[Claim]:
    says = f"The verdict that put version {scene.version} into service follows from its scores."
    if judged is None:
        return [missing("verdict_holds", says, "no row of the ledger judged this version")]
    if judged.p_value is None:
        return [missing("verdict_holds", says, f"it was {judged.reason_code}: no test was made")]
    spec = scene.spec
    if not judged_alike(spec, judged):
        other = "it was judged by another policy or metric than is configured now"
        return [missing("verdict_holds", says, other)]
    try:
        again = verdict_now(spec, judged, scene.rows[: judged.seq - 1], scene.world)
    except InvalidScores as fact:
        return [compared("verdict_holds", says, differs=str(fact))]
    if again is None:
        return [missing("verdict_holds", says, "the scores it rests on are not kept")]
    was = (judged.kind, judged.reason_code, judged.p_value)
    now = said_by(again)
    differs = (
        ""
        if was == now
        else "it says {}: {}, p {}".format(*was) + "; now {}: {}, p {}".format(*now)
    )
    return [
        compared(
            "verdict_holds", says, differs=differs, detail=f"{judged.holdout_rows} frozen scores"
        )
    ]
