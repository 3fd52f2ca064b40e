"""Gather what an incident's archive holds, so that it can be checked where the home is not."""

from dataclasses import asdict
from typing import Any

from fire_risk_assets.actions.rebuild_snapshot import rebuild_snapshot
from fire_risk_assets.actions.resolve_version import resolve_version
from fire_risk_assets.core.incident import archive
from fire_risk_assets.core.models.spec import ModelSpec
from fire_risk_assets.core.references import Snapshot
from fire_risk_assets.errors import ArtifactMismatch, RequestRefused
from fire_risk_assets.ports import World

Missing = dict[str, str]


def export_incident(
    dossier: dict[str, Any], page: bytes, document: bytes, spec: ModelSpec, world: World
) -> archive.Content:
    """Return the files of an incident's archive; what cannot be had is named in its manifest.

    Args:
        dossier: The filed document, as JSON.
        page: The filed page.
        document: The filed document, as it lies there.
        spec: The incident's model.
        world: The home.
    """
    absent: Missing = {}
    rows = [row.to_json() for row in world.ledger.rows(spec.name)]
    content = {archive.PAGE: page, archive.DOSSIER: document, archive.LEDGER: archive.as_json(rows)}
    content |= _model(spec.name, dossier, world, absent)
    for name in archive.SNAPSHOTS:
        content |= _rows(spec, dossier["stood_on"][name], name, world, absent)
    content |= _environment(dossier, world, absent)
    return archive.with_manifest(content, incident_id=dossier["incident_id"], absent=absent)


def _model(name: str, dossier: dict[str, Any], world: World, absent: Missing) -> dict[str, bytes]:
    try:
        found = resolve_version(name, dossier["served"]["version"], world)
        files = world.vault.files(found.source, found.sha256)
    except (RequestRefused, ArtifactMismatch) as gone:
        absent[archive.MODEL] = str(gone)
        return {}
    return {f"{archive.MODEL}{path}": data for path, data in files.items()}


def _rows(
    spec: ModelSpec,
    stored: dict[str, Any] | None,
    name: str,
    world: World,
    absent: Missing,
) -> dict[str, bytes]:
    member = f"{name}.parquet"
    if stored is None:
        absent[member] = "the record of these rows is gone"
        return {}
    found = rebuild_snapshot(spec, Snapshot.from_json(stored), world)
    if found.differs:
        absent[member] = found.differs
        return {}
    columns = {"key": spec.key, "features": spec.features}
    wanted = list(dict.fromkeys([*spec.key, "row_time", "target", *spec.features]))
    return {
        member: archive.as_parquet(found.rows[wanted]),
        f"{name}.columns.json": archive.as_json(columns),
    }


def _environment(dossier: dict[str, Any], world: World, absent: Missing) -> dict[str, bytes]:
    digest = dossier["stood_on"]["environment_digest"]
    found = None if digest is None else world.provenance.environment(digest)
    if found is None:
        absent[archive.ENVIRONMENT] = "the home kept no list of packages of that digest"
        return {}
    return {archive.ENVIRONMENT: archive.as_json(asdict(found))}
