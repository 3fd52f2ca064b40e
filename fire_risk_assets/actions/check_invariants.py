"""The one checker of what must always hold (I1 to I10): for tests after every fault, and doctor.

Reads everything, changes nothing, returns findings. The single invariants live where the facts
are: the chain in `core/ledger/chain.py`, the projection in `core/projection.py`.
"""

from collections.abc import Sequence

import pyarrow.compute as pc

from fire_risk_assets.actions.project import shown
from fire_risk_assets.actions.recompute_verdict import recompute_verdict
from fire_risk_assets.core.ledger.chain import chain_findings
from fire_risk_assets.core.ledger.fold import promoted_versions, serving
from fire_risk_assets.core.ledger.row import LedgerRow
from fire_risk_assets.core.models.spec import ModelSpec
from fire_risk_assets.core.projection import differences
from fire_risk_assets.core.tables.observed import BATCHES
from fire_risk_assets.ports import World


def check_invariants(
    spec: ModelSpec,
    world: World,
    *,
    at_rest: bool,
    earlier: Sequence[LedgerRow] = (),
) -> list[str]:
    """Return every invariant the home breaks for one model; [] when it is whole.

    Args:
        spec: The model.
        world: The home.
        at_rest: No cycle is under way and `reconcile` has run: alias and stage must show the head.
        earlier: Rows acknowledged before; each must still be there unchanged.
    """
    rows = world.ledger.rows(spec.name)
    return [
        *chain_findings(rows),
        *_projection(spec.name, rows, world, at_rest=at_rest),
        *_kept(rows, earlier),
        *_verdicts(spec, rows, world),
        *batch_findings(world),
    ]


def batch_findings(world: World) -> list[str]:
    """I10: of every batch, rows read = accepted + quarantined; batch_seq has no gap."""
    batches = world.tables.read(
        BATCHES, columns=["batch_seq", "read", "accepted", "quarantined"]
    ).sort_by("batch_seq")
    unequal = batches.filter(
        pc.not_equal(batches["read"], pc.add(batches["accepted"], batches["quarantined"]))
    )
    findings = [f"I10: batch {seq} lost rows" for seq in unequal["batch_seq"].to_pylist()]
    if batches["batch_seq"].to_pylist() != list(range(1, batches.num_rows + 1)):
        findings.append("I10: batch_seq is not 1, 2, 3 …")
    return findings


def _projection(
    model_name: str, rows: Sequence[LedgerRow], world: World, *, at_rest: bool
) -> list[str]:
    visible = shown(model_name, world)
    now = serving(rows)
    findings = []
    if visible.alias is not None and visible.alias not in promoted_versions(rows):
        findings.append(f"I1: alias names version {visible.alias}, which no row promoted")
    if at_rest:
        found = differences(visible, now.production_version if now else None)
        findings += [f"I5: {difference}" for difference in found]
    return findings


def _kept(rows: Sequence[LedgerRow], earlier: Sequence[LedgerRow]) -> list[str]:
    by_seq = {row.seq: row for row in rows}
    findings = []
    for row in earlier:
        if row.seq not in by_seq:
            findings.append(f"I6: acknowledged row seq {row.seq} is gone")
        elif by_seq[row.seq] != row:
            findings.append(f"I8: row seq {row.seq} changed")
    return findings


def _verdicts(spec: ModelSpec, rows: Sequence[LedgerRow], world: World) -> list[str]:
    findings = []
    for row in rows:
        if row.p_value is None or row.policy_digest != spec.judging_policy.digest():
            continue
        again = recompute_verdict(spec, row, world)
        if again is None:
            findings.append(f"I9: the scores behind row seq {row.seq} are not kept")
        elif again.p_value != row.p_value:
            findings.append(
                f"I9: row seq {row.seq} has p {row.p_value}, recomputed {again.p_value}"
            )
    return findings
