"""Whether the files of a version are those on record: every byte of them, none deserialised."""

from fire_risk_assets.core.ledger.invariants import Invariant
from fire_risk_assets.core.references import RegisteredVersion
from fire_risk_assets.errors import ArtifactMismatch
from fire_risk_assets.ports import World


def changed_files(
    version: RegisteredVersion, recorded: str | None, world: World, *, serves: bool = True
) -> list[str]:
    """Return that the files of a version hash to something else than its row says.

    Args:
        version: As registered.
        recorded: Manifest digest on record.
        world: The adapters.
        serves: Whether it serves now.

    Raises:
        RegistryUnavailable, StorageFull: the files could not be looked at.
    """
    broken = (Invariant.SERVING_FILES if serves else Invariant.FILES_UNCHANGED).broken
    who = f"version {version.version}, which serves," if serves else f"version {version.version}"
    try:
        found = world.vault.digest(version.source)
    except ArtifactMismatch as gone:
        return [broken(f"{who} cannot be loaded: {gone}")]
    if found == recorded:
        return []
    return [
        broken(
            f"the files of {who} are not those of its row: they hash to {found[:12]}…, the row says"
            f" {(recorded or '')[:12]}…"
        )
    ]
