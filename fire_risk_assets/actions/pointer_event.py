"""The event by which a person moves the pointer: its target verified and proven to load first."""

from collections.abc import Sequence
from dataclasses import replace

from fire_risk_assets.actions.resolve_version import resolve_version
from fire_risk_assets.core.ledger.events import Event
from fire_risk_assets.core.ledger.lineage import training_of
from fire_risk_assets.core.ledger.row import LedgerRow
from fire_risk_assets.core.verdict import Kind
from fire_risk_assets.errors import RequestRefused
from fire_risk_assets.ports import World


def pointer_event(event: Event, target: int, rows: Sequence[LedgerRow], world: World) -> Event:
    """Return the event moving to `target`, with the hash and lineage of that version.

    Args:
        event: Who asks for what, and why.
        target: Version that is to serve.
        rows: The model's ledger.
        world: Adapters.

    Raises:
        RequestRefused: the registry has no such version, or nothing tells what it was trained on.
        ArtifactMismatch, ArtifactRejected: its files are not the recorded ones, or do not load.
    """
    version = resolve_version(event.model_name, target, world)
    world.vault.prove_loads(version.source, version.sha256)
    lineage = training_of(rows, target, version.tags)
    if "training_until" not in lineage:
        raise RequestRefused(
            f"Nothing says what {event.model_name} version {target} was trained on, so no later"
            " candidate could be judged against it on rows it has not seen.",
            remedy="Tag the version in MLflow with training_from, training_until, training_rows"
            " and training_digest, as cycles do, then ask again.",
        )
    evidence = {**event.evidence, **lineage}
    evidence |= world.provenance.columns()
    if event.kind != Kind.ROLLBACK:
        evidence |= {"candidate_version": target, "candidate_sha256": version.sha256}
    return replace(event, moves_to=target, moves_to_sha256=version.sha256, evidence=evidence)
