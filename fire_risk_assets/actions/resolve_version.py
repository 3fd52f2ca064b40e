"""A version of a model, found in the registry, with the hash its files must have."""

from dataclasses import dataclass

from fire_risk_assets.core.ledger.fold import promoted_versions
from fire_risk_assets.errors import ArtifactMismatch, RequestRefused
from fire_risk_assets.ports import World


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

    The hash comes from the ledger when the version ever served, otherwise from the tag written
    when it was registered.

    Raises:
        RequestRefused: the registry has no such version.
        ArtifactMismatch: there is no record.
    """
    known = {v.version: v for v in world.registry.versions(model_name)}
    if version not in known:
        raise RequestRefused(
            f"{model_name} has no version {version}; the registry has {sorted(known)}.",
            remedy="`fire-risk history MODEL` lists the versions that were judged or served.",
        )
    found = known[version]
    promoted = promoted_versions(world.ledger.rows(model_name))
    recorded = promoted.get(version) or found.tags.get("sha256")
    if not recorded:
        raise ArtifactMismatch(f"{model_name} version {version} was registered without a hash.")
    return ResolvedVersion(version=version, source=found.source, sha256=recorded, tags=found.tags)
