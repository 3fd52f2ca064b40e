"""A look at a SQLite file before a library opens it: the library's error names no file.

Not here: what lies in the file, which is the library's own.
"""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import quote

from fire_risk_assets.core.disk_facts import disk_fact
from fire_risk_assets.core.wording import as_sentence
from fire_risk_assets.errors import StoreBroken, StoreBusy


def first_row(
    file: Path, question: str, *, what: str, remedy: str | None = None
) -> tuple[Any, ...]:
    """Return the first row of the answer.

    Args:
        file: The database, which must be there.
        question: SQL that has an answer.
        what: Whose database it is, for the message.
        remedy: What to do when it is broken; by default, restore it.

    Raises:
        StoreBroken: it is no database, or not readable as one.
        StoreBusy: another process has locked it.
        StorageFull, StorageFailing, HomeReadOnly: see `core.disk_facts`.
    """
    told = f"{what} {file}"
    try:
        # Not read-only: what a kill left half-written must be rolled back before it can be read.
        with closing(sqlite3.connect(f"file:{quote(str(file))}?mode=rw", uri=True)) as database:
            return tuple(database.execute(question).fetchone())
    except sqlite3.DatabaseError as cause:
        if "locked" in str(cause):
            raise StoreBusy(f"{told} is locked by another process.") from cause
        if fact := disk_fact(cause, f"{told} cannot be read"):
            raise fact from cause
        raise StoreBroken(as_sentence(f"{told} cannot be read: {cause}"), remedy=remedy) from cause
