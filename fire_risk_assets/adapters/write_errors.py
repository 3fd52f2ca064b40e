"""What the system says when something cannot be written, as facts of ours."""

import errno
from pathlib import Path

from fire_risk_assets.core.full_disk import disk_fails, disk_is_full
from fire_risk_assets.errors import (
    FireRiskError,
    HomeReadOnly,
    HomeUnusable,
    StorageFailing,
    StorageFull,
)

_READ_ONLY = (errno.EACCES, errno.EPERM, errno.EROFS)


def unwritable(path: Path, cause: OSError, *, home: Path) -> FireRiskError:
    """Return why a file of a home was not written; the home comes first, the file explains it."""
    if disk_is_full(cause):
        return StorageFull(f"{path} cannot be written: the disk is full.")
    if disk_fails(cause):
        return StorageFailing(f"{path} cannot be written: the disk fails ({cause.strerror}).")
    if cause.errno in _READ_ONLY:
        return read_only(home, f"{cause.strerror} at {path.name}")
    return HomeUnusable(f"{path} cannot be written: {cause.strerror or cause}.")


def read_only(home: Path, why: str) -> HomeReadOnly:
    """Return the one sentence about a home nobody, or not this user, may write to."""
    return HomeReadOnly(
        f"The home {home} is read-only for this user; nothing can be changed in it ({why})."
    )
