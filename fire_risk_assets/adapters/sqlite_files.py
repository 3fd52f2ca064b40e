"""A look at a SQLite file before a library opens it: the library's error names no file.

At its first bytes only. Asking the database would write beside it, which a full disk refuses.
"""

from pathlib import Path

from fire_risk_assets.core.disk_facts import disk_fact
from fire_risk_assets.errors import HomeUnusable, StoreBroken

_MAGIC = b"SQLite format 3\0"


def require_database(file: Path, *, what: str, remedy: str) -> None:
    """Make sure that a file that is there is a SQLite database; an empty one may become one.

    Args:
        file: The file.
        what: Whose database it is, for the message.
        remedy: What to do when it is none.

    Raises:
        StoreBroken: it is something else.
        StorageFailing, HomeReadOnly, HomeUnusable: it cannot be read.
    """
    told = f"{what} {file}"
    try:
        with file.open("rb") as stream:
            first = stream.read(len(_MAGIC))
    except OSError as cause:
        said = f"{told} cannot be read"
        why = HomeUnusable(f"{said}: {cause.strerror or cause}.")
        raise disk_fact(cause, said) or why from cause
    if first not in (b"", _MAGIC):
        raise StoreBroken(f"{told} is no SQLite database.", remedy=remedy)
