"""What the system says when something cannot be written, as facts of ours."""

from pathlib import Path

from fire_risk_assets.core.disk_facts import disk_fact
from fire_risk_assets.errors import FireRiskError, HomeReadOnly, HomeUnusable


def unwritable(path: Path, cause: OSError, *, home: Path) -> FireRiskError:
    """Return why a file of a home was not written; the home comes first, the file explains it."""
    told = f"{path} cannot be written"
    fact = disk_fact(cause, told)
    if isinstance(fact, HomeReadOnly):
        return read_only(home, f"{cause.strerror} at {path.name}")
    return fact or HomeUnusable(f"{told}: {cause.strerror or cause}.")


def unwritable_elsewhere(path: Path, cause: OSError, *, otherwise: FireRiskError) -> FireRiskError:
    """Return why a file of the user's choice was not written: `otherwise`, unless the disk is why.

    That the right is missing there says nothing about the home.
    """
    fact = disk_fact(cause, f"{path} cannot be written")
    return otherwise if fact is None or isinstance(fact, HomeReadOnly) else fact


def read_only(home: Path, why: str) -> HomeReadOnly:
    """Return the one sentence about a home nobody, or not this user, may write to."""
    return HomeReadOnly(
        f"The home {home} is read-only for this user; nothing can be changed in it ({why})."
    )
