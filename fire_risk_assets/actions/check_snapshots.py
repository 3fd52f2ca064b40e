"""Whether the rows decisions stood on can be rebuilt: from the tables of now, by digest.

The ledger is what they are compared with; the references say only which batches existed then, and
must agree with it.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from fire_risk_assets.actions.build_snapshots import HOLDOUT_REFERENCE, TRAINING_REFERENCE, RowSet
from fire_risk_assets.core.arrays import Flags
from fire_risk_assets.core.features.catalogue import FEATURE_VERSION
from fire_risk_assets.core.instants import iso
from fire_risk_assets.core.ledger.invariants import Invariant
from fire_risk_assets.core.ledger.lineage import judged_windows
from fire_risk_assets.core.ledger.row import LedgerRow
from fire_risk_assets.core.models.spec import ModelSpec
from fire_risk_assets.core.references import Snapshot
from fire_risk_assets.core.snapshots import digests
from fire_risk_assets.core.windows import holdout_between, training_between
from fire_risk_assets.errors import StoreBroken
from fire_risk_assets.ports import World


@dataclass(frozen=True, slots=True, kw_only=True)
class Stood:
    """A decision whose rows are rebuilt.

    Attributes:
        spec: The model as it is configured now.
        row: The decision; it names training rows.
        before: The rows of the ledger it followed.
    """

    spec: ModelSpec
    row: LedgerRow
    before: Sequence[LedgerRow]


@dataclass(slots=True)
class Rebuilt:
    """What came of rebuilding.

    Attributes:
        findings: (model, what is wrong).
        unexamined: What could not be compared, and why that is no loss.
        count: Snapshots compared.
    """

    findings: list[tuple[str, str]] = field(default_factory=list)
    unexamined: list[str] = field(default_factory=list)
    count: int = 0


def rebuild_snapshots(
    wanted: Sequence[Stood], world: World, told: Callable[[str], None] = lambda _: None
) -> Rebuilt:
    """Rebuild training and holdout rows of decisions and compare their digests with the ledger.

    Models that see the same rows share them: of twenty cycles of one Monday the tables are read
    once.

    Args:
        wanted: Of any models, in any order.
        world: The adapters.
        told: Called before each tenth of the work.
    """
    found, known = Rebuilt(), _Known(world)
    steps = {len(wanted) * tenth // 10: tenth for tenth in range(10)} if len(wanted) > 9 else {}
    with world.engine.held():
        for place, stood in enumerate(sorted(wanted, key=_order)):
            if place in steps:
                told(f"Rebuilding the rows of {len(wanted)} decisions: {steps[place]}0 %")
            _compare(stood, known, found, world)
    return found


def _order(stood: Stood) -> tuple[str, str, str]:
    return iso(stood.row.as_of) if stood.row.as_of else "", stood.spec.rows, stood.spec.name


@dataclass(slots=True)
class _Known:
    """The labelled rows asked for last; a spec that reads alike finds them again."""

    world: World
    asked: tuple[Any, ...] = ()
    frame: pd.DataFrame = field(default_factory=pd.DataFrame)
    digests: dict[bytes, str] = field(default_factory=dict)

    def ask(self, spec: ModelSpec, snapshot: Snapshot) -> None:
        """Have the rows a model knew at the instant of a snapshot."""
        asked = (
            *(spec.rows, spec.key, spec.features, spec.windows.label_lag_days),
            *(snapshot.as_of, snapshot.batch_seq),
        )
        if asked != self.asked:
            known = self.world.engine.labelled_rows(
                spec, as_of=snapshot.as_of, batch_seq=snapshot.batch_seq
            )
            self.asked, self.frame, self.digests = asked, known.frame, {}

    def digest(self, mask: Flags, spec: ModelSpec) -> str:
        """Return the content digest of some of these rows."""
        which = np.packbits(mask).tobytes()
        if which not in self.digests:
            self.digests[which] = digests(self.frame[mask], spec=spec)[1]
        return self.digests[which]


def _compare(stood: Stood, known: _Known, found: Rebuilt, world: World) -> None:
    for name in (TRAINING_REFERENCE, HOLDOUT_REFERENCE):
        row = stood.row
        of_cycle = f"references/{row.model_name}/{row.cycle_id}/{name}.json"
        try:
            document = world.references.load(row.model_name, row.cycle_id, name)
            snapshot = document and RowSet.from_json(document).snapshot_of()
        except StoreBroken as fact:
            found.findings.append((row.model_name, Invariant.ROWS_REBUILD.broken(str(fact))))
            continue
        if not snapshot:
            said = f"{of_cycle} is missing: which rows these were cannot be told"
            found.findings.append((row.model_name, Invariant.ROWS_REBUILD.broken(said)))
        elif snapshot.feature_version != FEATURE_VERSION:
            found.unexamined.append(
                f"{of_cycle}: its features are of version {snapshot.feature_version}, which this"
                " program does not compute"
            )
        else:
            found.count += 1
            known.ask(stood.spec, snapshot)
            said_of = (_training if name == TRAINING_REFERENCE else _holdout)(
                stood, snapshot, known
            )
            broken = map(Invariant.ROWS_REBUILD.broken, said_of)
            found.findings += [(row.model_name, said) for said in broken]


def _training(stood: Stood, snapshot: Snapshot, known: _Known) -> Iterator[str]:
    row = stood.row
    if row.training_from is None or row.training_until is None:
        return
    if snapshot.content_digest != row.training_digest:
        yield _other_reference(row, snapshot, row.training_digest)
    mask = training_between(known.frame, row.training_from, row.training_until).mask
    yield from _differing(stood, "training", mask, known)


def _holdout(stood: Stood, snapshot: Snapshot, known: _Known) -> Iterator[str]:
    row = stood.row
    if row.holdout_from is None or row.holdout_until is None:
        return
    # Judged again against a moved head, other rows judge than were chosen first.
    same = snapshot.window == (row.holdout_from, row.holdout_until)
    if same and snapshot.rows == row.holdout_rows and snapshot.content_digest != row.holdout_digest:
        yield _other_reference(row, snapshot, row.holdout_digest)
    mask = holdout_between(
        known.frame,
        (row.holdout_from, row.holdout_until),
        past_windows=judged_windows(stood.before),
        cycle_id=row.cycle_id,
        looks_allowed=stood.spec.windows.looks_allowed,
    )
    yield from _differing(stood, "holdout", mask, known)


def _differing(stood: Stood, role: str, mask: Flags, known: _Known) -> Iterator[str]:
    recorded = getattr(stood.row, f"{role}_digest")
    digest = known.digest(mask, stood.spec)
    if digest != recorded:
        yield (
            f"the {role} rows of cycle {stood.row.cycle_id}, rebuilt from `features`,"
            f" `fire_reports` and `batches`, are other ones: {int(mask.sum())} rows with digest"
            f" {digest[:12]}…; row seq {stood.row.seq} says {getattr(stood.row, f'{role}_rows')}"
            f" with {(recorded or '')[:12]}…"
        )


def _other_reference(row: LedgerRow, snapshot: Snapshot, recorded: str | None) -> str:
    return (
        f"references/{row.model_name}/{row.cycle_id}/{snapshot.role}_set.json names rows with"
        f" digest {snapshot.content_digest[:12]}…, row seq {row.seq} says {(recorded or '')[:12]}…"
    )
