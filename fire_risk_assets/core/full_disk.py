"""Whether an error of the system, SQLite or delta-rs means that the disk is full, or fails."""

import errno

from fire_risk_assets.core.causes import chain_of

_NUMBERS = (errno.ENOSPC, errno.EDQUOT)
_SIGNS = ("No space left", "os error 28", "Disk quota", "disk is full")
_FAILS = ("(os error 5)", "disk I/O error")
"""Where libraries hand on a text instead of the number."""


def disk_is_full(error: BaseException | None) -> bool:
    """Tell whether the error, or one it came from, says so.

    >>> disk_is_full(OSError(28, "No space left on device")), disk_is_full(OSError(13, "no"))
    (True, False)
    """
    return _says(error, _NUMBERS, _SIGNS)


def disk_fails(error: BaseException | None) -> bool:
    """Tell whether the error, or one it came from, is one of the device.

    >>> disk_fails(OSError(5, "Input/output error")), disk_fails(ValueError("(os error 55)"))
    (True, False)
    """
    return _says(error, (errno.EIO,), _FAILS)


def _says(error: BaseException | None, numbers: tuple[int, ...], signs: tuple[str, ...]) -> bool:
    return any(
        (isinstance(each, OSError) and each.errno in numbers)
        or any(sign in str(each) for sign in signs)
        for each in chain_of(error)
    )
