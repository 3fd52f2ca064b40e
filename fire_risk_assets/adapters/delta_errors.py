"""What delta-rs and the file system say, as facts of ours. One translation for every Delta file."""

import os
import re
from collections.abc import Container, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from deltalake import DeltaTable
from deltalake.exceptions import CommitFailedError, DeltaError, TableNotFoundError

from fire_risk_assets.adapters.lake import Place
from fire_risk_assets.core.disk_facts import disk_fact
from fire_risk_assets.core.redaction import redacted
from fire_risk_assets.core.wording import as_sentence
from fire_risk_assets.errors import (
    HomeOfOtherVersion,
    HomeReadOnly,
    HomeUnusable,
    LakeUnavailable,
    StoreBroken,
    StoreBusy,
)

_BACKTRACE = re.compile(r"\s+\d+: <unknown>")
_OF_STORE = ("Generic S3 error", "AWS Error")
"""How delta-rs and pyarrow say that an object store did not do what it was asked."""
_DRAWN = re.compile(r"\x1b\[[0-9;]*m|↳")


@contextmanager
def delta_facts(what: str) -> Iterator[None]:
    """Raise our errors for what goes wrong inside; `what` names the table or file."""
    try:
        yield
    except CommitFailedError as cause:
        said = redacted(str(cause))
        raise StoreBusy(f"{what}: another writer committed first ({said}).") from cause
    except Exception as cause:
        # ValueError is Arrow's word for a damaged file; naming its own class would import pyarrow
        # (0.1 s) into commands that only read the ledger. DataFusion raises a bare Exception.
        known = (TableNotFoundError, DeltaError, OSError, ValueError)
        if not isinstance(cause, known) and type(cause) is not Exception:
            raise
        text = " ".join(_DRAWN.sub("", _BACKTRACE.split(str(cause))[0]).split())
        if fact := disk_fact(cause, what, said=redacted(text)[:300]):
            raise fact from cause
        if any(sign in text for sign in _OF_STORE):
            raise LakeUnavailable(as_sentence(f"{what}: {redacted(text)[:400]}")) from cause
        raise StoreBroken(as_sentence(f"{what} cannot be used: {redacted(text)[:400]}")) from cause


def require_readable(table: Place) -> None:
    """Tell a table that is not there from one that cannot be seen: delta-rs calls both missing.

    An object store says itself what it refuses.

    Raises:
        HomeUnusable: this user may not look where the table lies.
    """
    if not isinstance(table, Path):
        return
    for folder in (table.parent, table, table / "_delta_log"):
        if folder.is_dir() and not os.access(folder, os.R_OK | os.X_OK):
            raise HomeUnusable(f"{folder} cannot be read: permission denied.")


def require_writable(table: Place) -> None:
    """Look before delta-rs does, which names no reason and panics in a thread of its own.

    Raises:
        HomeReadOnly: this user may not add files to the table, or entries to its log.
    """
    if not isinstance(table, Path):
        return
    for folder in (table, table / "_delta_log"):
        if folder.is_dir() and not os.access(folder, os.W_OK | os.X_OK):
            raise HomeReadOnly(f"{folder} cannot be written: permission denied.")


def require_columns(
    name: str,
    table: DeltaTable,
    wanted: Iterable[str],
    *,
    optional: Container[str] = (),
    exactly: bool = False,
) -> None:
    """Make sure that a table has the columns this version reads, or exactly those it writes.

    Args:
        name: Of the table.
        table: As opened.
        wanted: Columns.
        optional: Those among them that a table older than they are may lack.
        exactly: Whether no other columns may be there.

    Raises:
        HomeOfOtherVersion: columns are missing, or foreign where `exactly` these are wanted.
    """
    with delta_facts(f"Table {name}"):
        found = [field.name for field in table.schema().fields]
    expected = list(wanted)
    missing = [each for each in expected if each not in found and each not in optional]
    foreign = [column for column in found if column not in expected] if exactly else []
    said = [f"lacks {', '.join(missing)}"] if missing else []
    said += [f"has {', '.join(foreign)}, which this version does not know"] if foreign else []
    if said:
        raise HomeOfOtherVersion(
            f"This home was written by another version of fire_risk_assets: its table {name}"
            f" {' and '.join(said)}."
        )
