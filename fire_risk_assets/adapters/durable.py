"""Flushing to the disk what must outlive a power cut: files, folders, Delta commits.

Neither delta-rs nor MLflow's file store calls fsync. SQLite does: what a database names could be
kept by a power cut and the file it names lost.
"""

import json
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any


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
    """Flush the commits after one, up to another; see `flush_commit`."""
    for version in range(after + 1, until + 1):
        flush_commit(table, version, entries(table, version))


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
    checkpoint = sorted(log.parent.glob(f"{version:020d}.checkpoint*.parquet"))
    pointer = [log.parent / "_last_checkpoint"] if checkpoint else []
    first = [table.parent] if version == 0 else []
    flush([*added, log, *checkpoint, *pointer, table, log.parent, *first])
