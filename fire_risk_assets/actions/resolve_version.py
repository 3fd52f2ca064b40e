"""A version of a model, found in the registry, with the hash its files must have."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fire_risk_assets.core.ledger.lineage import recorded_digests
from fire_risk_assets.core.ledger.row import LedgerRow
from fire_risk_assets.core.models.spec import ModelSpec
from fire_risk_assets.core.scoring.kernel import inputs_of
from fire_risk_assets.errors import ArtifactMismatch, RequestRefused
from fire_risk_assets.ports import World

if TYPE_CHECKING:
    from sklearn.pipeline import Pipeline


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolvedVersion:
    """A version and what its files must be; the vault verifies them before it loads any.

    Attributes:
        source: Address of the artifact.
        sha256: Manifest digest on record.
    """

    version: int
    source: str
    sha256: str
    tags: dict[str, str]


def resolve_version(model_name: str, version: int, world: World) -> ResolvedVersion:
    """Find a version and the hash on record of its files.

    The hash comes from the ledger when the version was ever judged or served, otherwise from the
    tag written when it was registered, which anybody may edit.

    Raises:
        RequestRefused: the registry has no such version.
        ArtifactMismatch: there is no record, or the ledger records two.
    """
    known = {v.version: v for v in world.registry.versions(model_name)}
    if version not in known:
        raise RequestRefused(
            f"{model_name} has no version {version}; the registry has {sorted(known)}.",
            remedy="`fire-risk history MODEL` lists the versions that were judged or served.",
        )
    found = known[version]
    recorded = recorded_digests(world.ledger.rows(model_name), version)
    recorded = recorded or {tag for tag in (found.tags.get("sha256"),) if tag}
    if len(recorded) != 1:
        what = f"has {len(recorded)} hashes in the ledger" if recorded else "has no hash on record"
        raise ArtifactMismatch(f"{model_name} version {version} {what}; expected one.")
    (sha256,) = recorded
    return ResolvedVersion(version=version, source=found.source, sha256=sha256, tags=found.tags)


def load_served(spec: ModelSpec, row: LedgerRow, world: World) -> "Pipeline":
    """Return the pipeline of the version a row put into service, its files verified first.

    Raises:
        RequestRefused, ArtifactMismatch, ArtifactRejected: the version is gone, or its files are
            not those of the row, or not allowed.
        FeatureUnknown: it is predicted from what the features table does not have.
    """
    version = resolve_version(spec.name, row.production_version or 0, world)
    pipeline: Pipeline = world.vault.load(version.source, row.artifact_sha256 or "")
    inputs_of(spec, pipeline)
    return pipeline
