"""What an error of the system, SQLite or delta-rs says of the place written to, as facts of ours.

One law for every adapter, the Dagster skin and the command line. Add a number or a library's words
here when the same cause is met under another name.
"""

import errno

from fire_risk_assets.core.causes import chain_of
from fire_risk_assets.errors import FireRiskError, HomeReadOnly, StorageFailing, StorageFull

FULL = (errno.ENOSPC, errno.EDQUOT)
FAILS = (errno.EIO,)
DENIED = (errno.EACCES, errno.EPERM, errno.EROFS)

# Words where libraries hand on a text instead of the number. Not "Permission denied" alone: a
# registry's server says so of a request.
_FULL = ("No space left", "(os error 28)", "(os error 122)", "Disk quota", "disk is full")
_FAILS = ("(os error 5)", "disk I/O error")
_DENIED = ("(os error 1)", "(os error 13)", "(os error 30)", "readonly database")


def disk_fact(error: BaseException, what: str, *, said: str = "") -> FireRiskError | None:
    """Return the fact that the error, or one it came from, stands for; None when it is no such.

    Args:
        error: As it was met.
        what: What the sentence is about: "Table features", "PATH cannot be written".
        said: The error in words; by default its own.

    Returns:
        StorageFull, StorageFailing or HomeReadOnly.

    >>> disk_fact(OSError(28, "No space left on device"), "Table features")
    StorageFull('Table features: the disk is full.')
    >>> disk_fact(ValueError("(os error 13)"), "Table features")
    HomeReadOnly('Table features: permission denied ((os error 13)).')
    >>> disk_fact(ValueError("(os error 55)"), "Table features")
    """
    said = said or getattr(error, "strerror", None) or str(error)
    if _says(error, FULL, _FULL):
        return StorageFull(f"{what}: the disk is full.")
    if _says(error, FAILS, _FAILS):
        return StorageFailing(f"{what}: the disk fails ({said}).")
    if _says(error, DENIED, _DENIED):
        return HomeReadOnly(f"{what}: permission denied ({said}).")
    return None


def _says(error: BaseException, numbers: tuple[int, ...], signs: tuple[str, ...]) -> bool:
    return any(
        (isinstance(each, OSError) and each.errno in numbers)
        or any(sign in _own_words(each) for sign in signs)
        for each in chain_of(error)
    )


def _own_words(error: BaseException) -> str:
    # SQLAlchemy appends the statement and its values, which may hold any words.
    return str(error).partition("[SQL:")[0]
