"""The one checker of what must always hold (`core/ledger/invariants.py`).

Reads, changes nothing, returns findings. Tests ask for everything after every fault;
`fire-risk reconcile` tells `model_findings`, which cost one look at ledger and registry, and
`serving_findings`, which read the files of what serves; the check `evidence_holds` on
`registry_status` looks at the evidence. The single invariants live where the facts are: the chain
in `core/ledger/chain.py`, the projection in `core/projection.py`.

SCORED_KNOWN (I7) is about rows of predictions, which carry version, event and hash: grouped by
these, so that a look costs one pass over four columns (`check_predictions.py`). Of the versions in
`adjudication_scores` it says that they are known, and with one hash.
"""

from collections.abc import Sequence
from math import isclose

import pyarrow.compute as pc

from fire_risk_assets.actions.check_files import changed_files
from fire_risk_assets.actions.check_predictions import prediction_findings
from fire_risk_assets.actions.plan_cycle import PLAN
from fire_risk_assets.actions.project import acknowledged, shown
from fire_risk_assets.actions.recompute_verdict import judged_alike, said_by, verdict_now
from fire_risk_assets.core.ledger.chain import chain_findings
from fire_risk_assets.core.ledger.fold import (
    decision_of,
    is_cycle_decision,
    promoted_versions,
    serving,
)
from fire_risk_assets.core.ledger.invariants import Invariant
from fire_risk_assets.core.ledger.lineage import recorded_digests
from fire_risk_assets.core.ledger.row import LedgerRow
from fire_risk_assets.core.models.spec import ModelSpec
from fire_risk_assets.core.projection import Shown, differences
from fire_risk_assets.core.references import RegisteredVersion
from fire_risk_assets.core.tables.observed import BATCHES
from fire_risk_assets.core.tables.scores import ADJUDICATION_SCORES
from fire_risk_assets.core.verdict import Verdict
from fire_risk_assets.errors import InvalidScores
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
    visible, rows = _look(spec.name, world)
    return [
        *chain_findings(rows),
        *alias_findings(visible, rows),
        *(_projected(visible, rows) if at_rest else ()),
        *_kept(rows, earlier),
        *evidence_findings(spec, world),
        *batch_findings(world),
    ]


def model_findings(model_name: str, world: World) -> list[str]:
    """Return what is cheap to find while others may be at work.

    The chain, the alias, and that what the newest decision stands on is kept at all.
    """
    newest = acknowledged(model_name, world.references)
    visible, rows = _look(model_name, world)
    return [
        *chain_findings(rows, acknowledged=newest),
        *alias_findings(visible, rows),
        *documented_findings(rows, world),
    ]


def serving_findings(model_name: str, world: World) -> list[str]:
    """Return what is wrong with run and files of what serves; a deleted version is drift."""
    now = serving(world.ledger.rows(model_name))
    known = {version.version: version for version in world.registry.versions(model_name)}
    if now is None or now.production_version not in known:
        return []
    version = known[now.production_version]
    return [*_run_kept(version, world), *changed_files(version, now.artifact_sha256, world)]


def _run_kept(version: RegisteredVersion, world: World) -> list[str]:
    if world.registry.has_run(version.run_id):
        return []
    said = f"MLflow run {version.run_id} of version {version.version}, which serves, is deleted"
    return [Invariant.SERVING_RUN.broken(said)]


def evidence_findings(spec: ModelSpec, world: World) -> list[str]:
    """Return what is wrong with the scores that verdicts rest on."""
    rows = world.ledger.rows(spec.name)
    return [
        *_scored_versions(spec.name, rows, world),
        *prediction_findings(spec.name, rows, world.tables),
        *_verdicts(spec, rows, world),
    ]


def batch_findings(world: World) -> list[str]:
    """Return which batches lost rows (read = accepted + quarantined), or that one is missing."""
    batches = world.tables.read(
        BATCHES, columns=["batch_seq", "read", "accepted", "quarantined"]
    ).sort_by("batch_seq")
    unequal = batches.filter(
        pc.not_equal(batches["read"], pc.add(batches["accepted"], batches["quarantined"]))
    )
    findings = [
        Invariant.ROWS_COUNTED.broken(f"batch {seq} lost rows")
        for seq in unequal["batch_seq"].to_pylist()
    ]
    if batches["batch_seq"].to_pylist() != list(range(1, batches.num_rows + 1)):
        findings.append(Invariant.BATCHES_GAPLESS.broken("batch_seq is not 1, 2, 3 …"))
    return findings


def _look(model_name: str, world: World) -> tuple[Shown, list[LedgerRow]]:
    # The registry first: what it shows had its row before, whereas a row read first may be
    # projected in between and would look like an alias that no row explains.
    visible = shown(model_name, world)
    return visible, world.ledger.rows(model_name)


def alias_findings(visible: Shown, rows: Sequence[LedgerRow]) -> list[str]:
    """Return that the alias names a version that no row promoted."""
    if visible.alias is None or visible.alias in promoted_versions(rows):
        return []
    return [
        Invariant.ALIAS_EXPLAINED.broken(
            f"alias names version {visible.alias}, which no row promoted"
        )
    ]


def documented_findings(rows: Sequence[LedgerRow], world: World) -> list[str]:
    """Return that what the newest decision stood on, or the table of scores, is lost.

    Whole folders get lost, not single documents: the newest decision stands for all.

    The table is there from the first start of a home.
    """
    decided = next((row for row in reversed(rows) if is_cycle_decision(row)), None)
    findings = []
    if decided and world.references.load(decided.model_name, decided.cycle_id, PLAN) is None:
        findings.append(
            Invariant.CYCLE_DOCUMENTED.broken(
                f"references/{decided.model_name}/{decided.cycle_id}/{PLAN}.json, of the newest"
                " decision, is missing"
            )
        )
    if world.tables.version(ADJUDICATION_SCORES) is None:
        findings.append(Invariant.VERDICT_HOLDS.broken("the table adjudication_scores is missing"))
    return findings


def _projected(visible: Shown, rows: Sequence[LedgerRow]) -> list[str]:
    now = serving(rows)
    found = differences(visible, now.production_version if now else None)
    return [Invariant.PROJECTION_AGREES.broken(difference) for difference in found]


def _kept(rows: Sequence[LedgerRow], earlier: Sequence[LedgerRow]) -> list[str]:
    by_seq = {row.seq: row for row in rows}
    findings = []
    for row in earlier:
        if row.seq not in by_seq:
            findings.append(Invariant.ROW_KEPT.broken(f"acknowledged row seq {row.seq} is gone"))
        elif by_seq[row.seq] != row:
            findings.append(Invariant.ROW_UNCHANGED.broken(f"row seq {row.seq} changed"))
    return findings


def _scored_versions(model_name: str, rows: Sequence[LedgerRow], world: World) -> list[str]:
    """As far as scores tell it: no hash is in them, nor the head when they were made."""
    stored = world.tables.read(
        ADJUDICATION_SCORES,
        columns=["cycle_id", "production_version", "candidate_version"],
        where=[("model_name", "==", model_name)],
    )
    judged = stored.group_by(stored.column_names).aggregate([]).to_pylist()
    findings: set[str] = set()
    for each in judged:
        decided = decision_of(rows, each["cycle_id"])
        # A cycle stands on rows before its own; seq orders them, no clock does.
        before = [row for row in rows if decided is None or row.seq < decided.seq]
        version = each["production_version"]
        if version is not None and version not in promoted_versions(before):
            findings.add(
                Invariant.SCORED_KNOWN.broken(
                    f"cycle {each['cycle_id']} scored version {version} as production, which no"
                    " earlier row promoted"
                )
            )
    tags = {v.version: v.tags.get("sha256") for v in world.registry.versions(model_name)}
    scored = {each[name] for each in judged for name in ("production_version", "candidate_version")}
    for version in sorted(scored - {None}):
        known = recorded_digests(rows, version) | ({tags.get(version)} - {None, ""})
        if not known:
            findings.add(
                Invariant.SCORED_KNOWN.broken(
                    f"scored version {version} has no hash, in the ledger or in MLflow"
                )
            )
        elif len(known) > 1:
            findings.add(
                Invariant.SCORED_KNOWN.broken(
                    f"scored version {version} is on record with {len(known)} hashes"
                )
            )
    return sorted(findings)


def _verdicts(spec: ModelSpec, rows: Sequence[LedgerRow], world: World) -> list[str]:
    findings = []
    for place, row in enumerate(rows):
        if not judged_alike(spec, row):
            continue
        try:
            again = verdict_now(spec, row, rows[:place], world)
        except InvalidScores as fault:
            # One model's damage is a finding, not a failure of whoever looks.
            findings.append(
                Invariant.VERDICT_HOLDS.broken(
                    f"the scores behind row seq {row.seq} cannot be judged: {fault}"
                )
            )
            continue
        if again is None:
            findings.append(
                Invariant.VERDICT_HOLDS.broken(f"the scores behind row seq {row.seq} are not kept")
            )
            continue
        was = (row.kind, row.reason_code, row.p_value)
        now = said_by(again)
        if was != now:
            findings.append(
                Invariant.VERDICT_HOLDS.broken(
                    "row seq {} says {}: {}, p {}".format(row.seq, *was)
                    + "; its scores say {}: {}, p {}".format(*now)
                )
            )
        elif other := _other_figures(row, again):
            findings.append(
                Invariant.VERDICT_HOLDS.broken(
                    f"row seq {row.seq} and its scores differ in {', '.join(other)}"
                )
            )
    return findings


def _other_figures(row: LedgerRow, again: Verdict) -> list[str]:
    """Figures that a verdict does not turn on betray replaced scores too; sums may round."""
    return [
        name
        for name in ("candidate_score", "production_score", "baseline_score", "difference")
        if (was := getattr(row, name)) is not None
        and ((now := getattr(again, name)) is None or not isclose(was, now, rel_tol=1e-9))
    ]
