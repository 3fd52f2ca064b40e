"""Whether an error of the system, of SQLite or of delta-rs means that the disk is full."""

import errno

_NUMBERS = (errno.ENOSPC, errno.EDQUOT)
_SIGNS = ("No space left", "os error 28", "Disk quota", "disk is full")
"""Where libraries hand on a text instead of the number."""


def disk_is_full(error: BaseException | None) -> bool:
    """Tell whether the error, or one it came from, says so.

    >>> disk_is_full(OSError(28, "No space left on device")), disk_is_full(OSError(13, "no"))
    (True, False)
    """
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        if isinstance(error, OSError) and error.errno in _NUMBERS:
            return True
        if any(sign in str(error) for sign in _SIGNS):
            return True
        error = error.__cause__ or error.__context__
    return False
