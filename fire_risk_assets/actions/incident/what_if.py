"""The same row through other versions, and what a rollback on that day would have changed."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pyarrow as pa

from fire_risk_assets.actions.incident.cell_day import CellDay
from fire_risk_assets.actions.incident.scene import Scene, Versions
from fire_risk_assets.actions.incident.what_it_said import Shown
from fire_risk_assets.core.incident.bands import band_of
from fire_risk_assets.core.incident.chapters import OtherVersion, WhatIf
from fire_risk_assets.core.incident.rollback import rollback_of
from fire_risk_assets.core.ledger.fold import (
    is_cycle_decision,
    promoted_versions,
    served_before,
    serving,
)
from fire_risk_assets.core.ledger.row import LedgerRow

REFUSED = 2
"""Candidates that were not promoted, shown from before and from after the instant."""


def what_if(
    scene: Scene,
    day: CellDay,
    rows: pa.Table,
    seen: Shown,
    versions: Versions,
    *,
    asked: Sequence[int] = (),
) -> WhatIf:
    """Return the chapter.

    Args:
        scene: The scene.
        day: The observation's day.
        rows: Features of all its cells, as known then.
        seen: Predictions people were shown.
        versions: Versions, asked about `rows`.
        asked: Further versions to ask.
    """
    before = [row for row in scene.rows if row.decided_at <= scene.question.at]
    place = day.place(rows)
    others = [
        _other(_unasked(scene, version, role), place, seen, versions)
        for version, role in _roles(scene, before, asked).items()
    ]
    target = served_before(before)
    if target is None:
        return WhatIf(versions=others, no_rollback="Nothing served before this version.")
    was, would = versions.ask(scene.version), versions.ask(target)
    if isinstance(was, str):
        return WhatIf(versions=others, no_rollback=was)
    if isinstance(would, str):
        return WhatIf(versions=others, no_rollback=would)
    changed = rollback_of(
        target,
        was.predictions,
        would.predictions,
        others=seen.others,
        burned=np.isin(rows["cell_id"].to_pylist(), list(day.burned)),
    )
    return WhatIf(versions=others, rollback=changed)


def _roles(scene: Scene, before: Sequence[LedgerRow], asked: Sequence[int]) -> dict[int, str]:
    """Return versions to ask with what each is, the first reason for it counts."""
    found: dict[int, str] = {scene.version: "served"}
    if (previous := served_before(before)) is not None:
        found.setdefault(previous, "before")
    now = serving(scene.rows)
    if now is not None and now.production_version is not None:
        found.setdefault(now.production_version, "present")
    ever = promoted_versions(scene.rows)
    refused = [
        row
        for row in scene.rows
        if is_cycle_decision(row) and row.candidate_version and row.candidate_version not in ever
    ]
    earlier = [row for row in refused if row.decided_at <= scene.question.at]
    later = [row for row in refused if row.decided_at > scene.question.at]
    for row in (*earlier[-REFUSED:], *later[:REFUSED]):
        found.setdefault(row.candidate_version or 0, "refused")
    baselines = [
        version.version
        for version in scene.world.registry.versions(scene.spec.name)
        if version.tags.get("role") == "baseline"
    ]
    if baselines:
        found.setdefault(baselines[-1], "baseline")
    for version in asked:
        found.setdefault(version, "asked")
    return found


def _unasked(scene: Scene, version: int, role: str) -> OtherVersion:
    told = next((row for row in reversed(scene.rows) if row.candidate_version == version), None)
    by = f"{told.kind}: {told.reason_code} (cycle {told.cycle_id})" if told else ""
    return OtherVersion(version=version, role=role, prediction=None, band=None, told_by=by)


def _other(other: OtherVersion, place: int | None, seen: Shown, versions: Versions) -> OtherVersion:
    answer = versions.ask(other.version)
    if isinstance(answer, str):
        return replace(other, why_not=answer)
    if place is None:
        return replace(other, why_not="no features of the cell were known then")
    prediction = float(answer.predictions[place])
    band = band_of(prediction, seen.others)
    return replace(other, prediction=prediction, band=band.name if band else None)
