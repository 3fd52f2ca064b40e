"""Flushing to the disk what must outlive a power cut: files, folders, Delta commits.

Neither delta-rs nor MLflow's file store calls fsync. SQLite does: what a database names could be
kept by a power cut and the file it names lost.
"""

import json
import os
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

DURABLE_COMMITS = 500
FLUSHED = "_flushed_until"
"""File beside a table's data (Delta passes over its underscore)."""


def flush(paths: Iterable[Path]) -> None:
    """Flush files, or folders: a new name is an entry of its folder, kept by the folder's flush."""
    for path in paths:
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def flush_tree(folder: Path) -> None:
    """Flush all files and folders under `folder`, and itself."""
    flush([*folder.rglob("*"), folder])


def log_of(table: Path, version: int) -> Path:
    """Return where the log entry of a commit lies."""
    return table / "_delta_log" / f"{version:020d}.json"


def entries(table: Path, version: int) -> list[dict[str, Any]]:
    """Return what a commit did."""
    return [json.loads(line) for line in log_of(table, version).read_text().splitlines()]


def flush_commits(table: Path, *, after: int, until: int) -> None:
    """Flush the commits up to one that nobody has flushed, those after `after` whoever has.

    A writer killed between his commit and its flush leaves it to the next one; what others flushed
    may have gained a checkpoint since. Older ones than DURABLE_COMMITS the system has written back.
    """
    first = max(min(after, flushed_until(table)) + 1, until - DURABLE_COMMITS + 1, 0)
    for version in range(first, until + 1):
        if log_of(table, version).exists():
            flush_commit(table, version, entries(table, version))
    if first <= until:
        mark_flushed(table, until)


def flushed_until(table: Path) -> int:
    """Return up to which version all is flushed, -1 where nobody has noted it."""
    try:
        return int((table / FLUSHED).read_text())
    except (OSError, ValueError):
        return -1


def mark_flushed(table: Path, until: int) -> None:
    """Note it; never before the flush, and not flushed itself: lost, it costs flushing again."""
    with suppress(OSError):
        (table / FLUSHED).write_text(str(until))


def flush_commit(table: Path, version: int, done: Iterable[Mapping[str, Any]]) -> None:
    """Flush a commit: its data files, its log entry, its checkpoint if it has one, both folders.

    delta-rs makes a checkpoint of its own every hundred commits, and `_last_checkpoint` sends
    every later reader there: a torn one would hide rows that are on the disk.

    Args:
        table: Folder of the table.
        version: Of the commit.
        done: Its `entries`.
    """
    log = log_of(table, version)
    added = [table / e["add"]["path"] for e in done if "add" in e]
    # Of a commit nobody flushed for long: its files may be merged and gone.
    added = [file for file in added if file.exists()]
    checkpoint = sorted(log.parent.glob(f"{version:020d}.checkpoint*.parquet"))
    pointer = [log.parent / "_last_checkpoint"] if checkpoint else []
    first = [table.parent] if version == 0 else []
    flush([*added, log, *checkpoint, *pointer, table, log.parent, *first])
