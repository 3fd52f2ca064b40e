"""Snapshots rebuilt and compared, code, environment, seeds, runs and the lineage of the cycle."""

import json
from collections.abc import Mapping
from typing import Any

import pandas as pd

from fire_risk_assets.actions.build_snapshots import HOLDOUT_REFERENCE, TRAINING_REFERENCE
from fire_risk_assets.actions.incident.scene import Scene
from fire_risk_assets.actions.open_cycle import LINEAGE
from fire_risk_assets.actions.rebuild_snapshot import (
    in_short,
    rebuild_snapshot,
    recorded_snapshot,
)
from fire_risk_assets.actions.resolve_version import resolve_version
from fire_risk_assets.core.incident.chapters import WhatItStoodOn
from fire_risk_assets.core.incident.claims import Claim, compared, missing
from fire_risk_assets.core.ledger.lineage import training_of
from fire_risk_assets.errors import ArtifactMismatch, RequestRefused


def what_it_stood_on(
    scene: Scene, tools: Mapping[str, str]
) -> tuple[WhatItStoodOn, pd.DataFrame | None, list[Claim]]:
    """Return the chapter, the rows the version was fitted on, and what compared well or ill.

    Args:
        scene: The scene.
        tools: Addresses of the pages of `dagster` and `mlflow`, where known.

    Returns:
        Rows None when they cannot be rebuilt as they were.
    """
    cycle = _cycle(scene)
    training, rows, fitted_on = _training(scene, cycle)
    holdout, judged_on = _holdout(scene, cycle)
    sha256, files = _files(scene)
    judged, now = scene.judged_by, scene.world.provenance.columns()
    chapter = WhatItStoodOn(
        cycle_id=cycle,
        training=training,
        holdout=holdout,
        code_version=judged.code_version if judged else None,
        code_now=now["code_version"],
        environment_digest=judged.environment_digest if judged else None,
        environment_now=now["environment_digest"],
        seed=judged.seed if judged else None,
        params=_params(scene),
        mlflow_run_id=judged.mlflow_run_id if judged else None,
        dagster_run_id=judged.dagster_run_id if judged else None,
        artifact_sha256=sha256,
        links=_links(scene, tools),
        lineage=_lineage(scene, cycle),
    )
    claims = [fitted_on, judged_on, files, *_run(scene), *_code(chapter)]
    return chapter, rows, claims


def _links(scene: Scene, tools: Mapping[str, str]) -> dict[str, str]:
    judged, model = scene.judged_by, scene.spec.name
    found: dict[str, str] = {}
    if mlflow := tools.get("mlflow"):
        found["version in MLflow"] = f"{mlflow}/#/models/{model}/versions/{scene.version}"
        if judged and judged.mlflow_run_id:
            found["run in MLflow"] = f"{mlflow}/#/runs/{judged.mlflow_run_id}"
    if (dagster := tools.get("dagster")) and judged and judged.dagster_run_id:
        found["run in Dagster"] = f"{dagster}/runs/{judged.dagster_run_id}"
    return found


def _cycle(scene: Scene) -> str | None:
    made = next((row for row in scene.rows if row.candidate_version == scene.version), None)
    judged = made or scene.judged_by
    return judged.cycle_id if judged else None


def _training(
    scene: Scene, cycle: str | None
) -> tuple[dict[str, Any] | None, pd.DataFrame | None, Claim]:
    code, says = "training_rebuilt", f"The rows version {scene.version} was fitted on are the same."
    snapshot = recorded_snapshot(scene.spec.name, cycle, TRAINING_REFERENCE, scene.world)
    if snapshot is None:
        return None, None, missing(code, says, "the record of its training rows is gone")
    recorded = training_of(scene.rows, scene.version, {}).get("training_digest")
    if recorded not in (None, snapshot.content_digest):
        differs = f"the ledger records digest {recorded[:12]}…, the snapshot another"
        return snapshot.to_json(), None, compared(code, says, differs=differs)
    found = rebuild_snapshot(scene.spec, snapshot, scene.world)
    claim = compared(code, says, differs=found.differs, detail=in_short(snapshot))
    return snapshot.to_json(), None if found.differs else found.rows, claim


def _holdout(scene: Scene, cycle: str | None) -> tuple[dict[str, Any] | None, Claim]:
    code, says = "holdout_rebuilt", "The rows the verdict was made on are the same."
    snapshot = recorded_snapshot(scene.spec.name, cycle, HOLDOUT_REFERENCE, scene.world)
    if snapshot is None:
        return None, missing(code, says, "the record of its holdout rows is gone")
    found = rebuild_snapshot(scene.spec, snapshot, scene.world)
    return snapshot.to_json(), compared(
        code, says, differs=found.differs, detail=in_short(snapshot)
    )


def _files(scene: Scene) -> tuple[str | None, Claim]:
    code, says = "files_same", f"The files of version {scene.version} are those of the ledger."
    recorded = scene.move.artifact_sha256
    try:
        found = resolve_version(scene.spec.name, scene.version, scene.world)
        sha256 = scene.world.vault.digest(found.source)
    except (RequestRefused, ArtifactMismatch) as gone:
        return recorded, missing(code, says, str(gone))
    differs = "" if sha256 == recorded else f"they hash to {sha256[:12]}…, not {recorded}"
    return recorded, compared(code, says, differs=differs, detail=f"sha256 {sha256[:12]}…")


def _params(scene: Scene) -> dict[str, Any] | None:
    for version in scene.world.registry.versions(scene.spec.name):
        if version.version == scene.version and "params" in version.tags:
            params: dict[str, Any] = json.loads(version.tags["params"])
            return params
    return None


def _run(scene: Scene) -> list[Claim]:
    says = "The MLflow run of its cycle is there."
    run_id = scene.judged_by.mlflow_run_id if scene.judged_by else None
    if run_id is None:
        return [missing("run_kept", says, "no row of the ledger names one")]
    if scene.world.registry.has_run(run_id):
        return [compared("run_kept", says, differs="", detail=run_id)]
    return [missing("run_kept", says, f"run {run_id} is deleted")]


def _code(chapter: WhatItStoodOn) -> list[Claim]:
    says = "It was made by the code and the packages installed now."
    was = (chapter.code_version, chapter.environment_digest)
    if None in was:
        return [missing("code_same", says, "no row of the ledger tells")]
    parts = [
        name
        for name, then, now in (
            ("code", chapter.code_version, chapter.code_now),
            ("packages", chapter.environment_digest, chapter.environment_now),
        )
        if then != now
    ]
    if parts:
        # Nothing is wrong with that; it limits what can be tried again.
        other = f"other {' and other '.join(parts)} now; `fire-risk reproduce` says which"
        return [missing("code_same", says, other)]
    return [compared("code_same", says, differs="")]


def _lineage(scene: Scene, cycle: str | None) -> dict[str, list[str]]:
    """Return the assets of the cycle as recorded with it: definitions may have changed since."""
    if cycle is None:
        return {}
    load, model = scene.world.references.load, scene.spec.name
    recorded = load(model, cycle, LINEAGE)
    return {} if recorded is None else dict(recorded["assets"])
