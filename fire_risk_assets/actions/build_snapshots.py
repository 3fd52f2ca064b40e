"""The training and holdout rows of a cycle, as references that can be rebuilt for ever."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import Any, Literal

import pandas as pd

from fire_risk_assets.actions.plan_cycle import CyclePlan
from fire_risk_assets.actions.registered import registered_windows
from fire_risk_assets.core.leaks import Finding
from fire_risk_assets.core.ledger.fold import serving
from fire_risk_assets.core.ledger.lineage import judged_windows, training_until
from fire_risk_assets.core.ledger.row import LedgerRow
from fire_risk_assets.core.models.spec import ModelSpec
from fire_risk_assets.core.references import Cycle, Reference, Snapshot
from fire_risk_assets.core.snapshots import digests, disjoint, snapshot_of
from fire_risk_assets.core.windows import (
    HoldoutPlan,
    Stop,
    TrainingPlan,
    Window,
    plan_holdout,
    plan_training,
    training_between,
    training_stop,
)
from fire_risk_assets.errors import LedgerBroken
from fire_risk_assets.ports import KnownRows, World

TRAINING_REFERENCE, HOLDOUT_REFERENCE = "training_set", "holdout_set"
"""Names of the references a cycle's rows are kept under: those of the assets that make them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RowSet(Reference):
    """A snapshot, and why the cycle cannot go on with it, if it cannot.

    Attributes:
        snapshot: A `Snapshot` as JSON.
        stop: {"kind", "reason_code", "reason"}, or None.
        counts: What became of the rows offered.
        leaks: What the cycle will be refused for; of a holdout only.
    """

    snapshot: dict[str, Any]
    stop: dict[str, str] | None
    counts: dict[str, int]
    leaks: Sequence[str] = ()

    def snapshot_of(self) -> Snapshot:
        """Return the snapshot."""
        return Snapshot.from_json(self.snapshot)


@dataclass(frozen=True)
class Cut:
    """The labelled rows of a cycle, cut into holdout and training; what is asked is kept.

    Attributes:
        baseline_only: Nothing serves and the holdout is too small: all labelled rows train the
            baseline, which becomes version 1.
    """

    spec: ModelSpec
    known: KnownRows
    holdout: HoldoutPlan
    training: TrainingPlan
    baseline_only: bool

    @cached_property
    def holdout_rows(self) -> pd.DataFrame:
        """Rows that judge."""
        return self.known.frame[self.holdout.mask]

    @cached_property
    def training_rows(self) -> pd.DataFrame:
        """Rows that train."""
        return self.known.frame[self.training.mask]

    @cached_property
    def training_digest(self) -> str:
        """Content digest of the rows that train."""
        return digests(self.training_rows, spec=self.spec)[1]

    @cached_property
    def holdout_digest(self) -> str:
        """Content digest of the rows that judge."""
        return digests(self.holdout_rows, spec=self.spec)[1]

    @cached_property
    def findings(self) -> list[Finding]:
        """What training and holdout share, and what is wrong with the features.

        Nothing where the holdout stops the cycle: it judges nothing, and the first baseline is
        fitted on all rows there are.
        """
        if self.holdout.stop is not None:
            return []
        return disjoint(self.training_rows, self.holdout_rows, spec=self.spec)

    @property
    def leaks(self) -> list[str]:
        """What the cycle is refused for."""
        return [finding.detail for finding in self.findings if finding.blocking]


def cut_of_cycle(
    spec: ModelSpec, plan: CyclePlan, ledger_rows: Sequence[LedgerRow], world: World
) -> Cut:
    """Cut the rows of a cycle; a candidate that is registered for it keeps those it was fitted on.

    For judging too: without a candidate of its own an attempt must not find rows to judge on that
    one registered by an earlier attempt has trained on.
    """
    windows = registered_windows(spec.name, plan.cycle_id, ledger_rows, world)
    return cut_rows(spec, plan, ledger_rows, world, trained_on=windows)


def cut_holdout_for(
    spec: ModelSpec,
    plan: CyclePlan,
    trained_on: RowSet,
    ledger_rows: Sequence[LedgerRow],
    world: World,
) -> Cut:
    """Cut the holdout for training rows chosen before: the ledger may have moved, those stay."""
    window = trained_on.snapshot_of().window
    return cut_rows(spec, plan, ledger_rows, world, trained_on=[window])


def cut_rows(
    spec: ModelSpec,
    plan: CyclePlan,
    ledger_rows: Sequence[LedgerRow],
    world: World,
    *,
    trained_on: Sequence[Window] = (),
) -> Cut:
    """Return the rows of a cycle, given what serves and what has judged before.

    Args:
        spec: The model.
        plan: What the cycle stands on.
        ledger_rows: The model's ledger.
        world: Adapters.
        trained_on: Training windows the cycle has chosen already, the candidate's first. The
            head may have moved since: these rows still train, and no holdout reaches into them,
            but for those of a first baseline, which is fitted on all rows and judged on none.

    Raises:
        LedgerBroken: no row tells what the version that serves was trained on.
    """
    known = world.engine.labelled_rows(spec, as_of=plan.as_of, batch_seq=plan.batch_seq)
    now = serving(ledger_rows)
    version = now.production_version if now else None
    if version is None:
        # Kept as a border, a first baseline's window would empty the holdout whose shortage was
        # the reason for it: every count and digest on record would be that of no rows.
        ends = spec.windows.holdout_until(plan.as_of)
        borders = [until for _, until in trained_on if until + spec.windows.gap <= ends]
    else:
        borders = [until for _, until in trained_on]
        borders.append(_trained_until(spec.name, version, ledger_rows))
    holdout = plan_holdout(
        known.frame,
        as_of=plan.as_of,
        policy=spec.windows,
        production_training_until=max(borders, default=None),
        past_windows=judged_windows(ledger_rows),
        cycle_id=plan.cycle_id,
    )
    baseline_only = version is None and holdout.stop is not None
    if trained_on:
        training = training_between(known.frame, *trained_on[0])
    else:
        border = holdout.window_until + spec.windows.gap if baseline_only else holdout.window_from
        training = plan_training(known.frame, border, spec.windows)
    return Cut(spec, known, holdout, training, baseline_only)


def _trained_until(model_name: str, version: int, rows: Sequence[LedgerRow]) -> datetime:
    until = training_until(rows, version)
    if until is None:
        raise LedgerBroken(
            f"No row of the ledger says what {model_name} version {version}, which serves, was"
            " trained on; no holdout can be kept apart from its training rows.",
            remedy="Roll back to a version whose training is on record.",
        )
    return until


def training_set(plan: CyclePlan, cut: Cut) -> RowSet:
    """Return the rows the candidate of the cycle is fitted on, as a reference."""
    stop = training_stop(cut.training_rows, task=cut.spec.task)
    return _row_set(_snapshot(plan, cut, "training"), stop, cut)


def holdout_set(plan: CyclePlan, cut: Cut) -> RowSet:
    """Return the rows candidate and production are judged on, as a reference."""
    rows = _row_set(_snapshot(plan, cut, "holdout"), cut.holdout.stop, cut)
    return replace(rows, leaks=cut.leaks)


def _snapshot(plan: CyclePlan, cut: Cut, role: Literal["training", "holdout"]) -> Snapshot:
    part = cut.training if role == "training" else cut.holdout
    rows = cut.training_rows if role == "training" else cut.holdout_rows
    return snapshot_of(
        rows,
        spec=cut.spec,
        cycle=Cycle(
            model_name=plan.model_name,
            cycle_id=plan.cycle_id,
            as_of=plan.as_of,
            batch_seq=plan.batch_seq,
        ),
        role=role,
        window_from=part.window_from,
        window_until=part.window_until,
        delta_versions=cut.known.delta_versions,
        dropped_spent=cut.holdout.dropped_spent if role == "holdout" else 0,
        data_watermark=cut.known.watermark,
    )


def _row_set(snapshot: Snapshot, stop: Stop | None, cut: Cut) -> RowSet:
    counts = cut.known.counts
    return RowSet(
        snapshot=snapshot.to_json(),
        stop=None
        if stop is None
        else {
            "kind": str(stop.kind),
            "reason_code": str(stop.reason_code),
            "reason": stop.reason,
        },
        counts={
            "offered": counts.offered,
            "labelled": counts.labelled,
            "positives": counts.positives,
            "unlabelled": counts.unlabelled,
            "unobserved": counts.unobserved,
        },
    )
