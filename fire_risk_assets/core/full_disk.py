"""Whether an error of the system, of SQLite or of delta-rs means that the disk is full."""

import errno

from fire_risk_assets.core.causes import chain_of

_NUMBERS = (errno.ENOSPC, errno.EDQUOT)
_SIGNS = ("No space left", "os error 28", "Disk quota", "disk is full")
"""Where libraries hand on a text instead of the number."""


def disk_is_full(error: BaseException | None) -> bool:
    """Tell whether the error, or one it came from, says so.

    >>> disk_is_full(OSError(28, "No space left on device")), disk_is_full(OSError(13, "no"))
    (True, False)
    """
    return any(
        (isinstance(each, OSError) and each.errno in _NUMBERS)
        or any(sign in str(each) for sign in _SIGNS)
        for each in chain_of(error)
    )
