"""Delta tables opened once, and brought up to date when their log has newer entries.

delta-rs replays a log from its last checkpoint at each opening, which takes longer with every
commit; a cycle asks for its tables some sixty times. Held tables are for readers: whoever writes
opens his own (`opened`), since a write works on a copy of the table's state.
"""

import json
import os
import re
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

from deltalake import DeltaTable
from deltalake.exceptions import TableNotFoundError

from fire_risk_assets.adapters.delta_errors import delta_facts, require_readable
from fire_risk_assets.adapters.durable import flushed_until
from fire_risk_assets.adapters.lake import Place, table_at
from fire_risk_assets.errors import StoreBroken

_ENTRY = re.compile(r"\d{20}\.json")
_TORN = (
    "Restore the file from a backup. If it is the newest entry, and the machine lost its power or"
    " was reset while it was written, nobody was told of it: remove it."
)
_Log = Mapping[str, tuple[int, int]]


@dataclass(frozen=True, slots=True)
class _Held:
    table: DeltaTable
    log: _Log


@dataclass(frozen=True, slots=True)
class OpenTables:
    """The tables a process reads, by folder; several threads may ask."""

    _held: dict[Place, _Held] = field(default_factory=dict, init=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, init=False)

    def newest(self, folder: Place) -> DeltaTable | None:
        """Return the table at its newest version, for reading; None where there is none.

        Raises:
            StoreBroken: its log cannot be read, or has an empty entry.
            LakeUnavailable: the object store it lies on does not answer.
            HomeUnusable: this user may not look where it lies.
        """
        with self._lock:
            # Before the log is looked at: another process may commit and flush at any moment.
            flushed, log = _flushed(folder), _log_of(folder)
            held = self._held.get(folder)
            # An object store's log is not looked at, delta-rs asks for what follows.
            if held is not None and held.log == log and isinstance(folder, Path):
                return held.table
            # An entry that was changed or is gone: another table lies there now.
            grown = held is not None and held.log.items() <= log.items()
            table = _advanced(held.table, folder) if held and grown else _replayed(folder)
            _require_reaching(flushed, table, folder)
            if table is not None:
                self._held[folder] = _Held(table, log)
            return table


def opened(folder: Place) -> DeltaTable | None:
    """Return a table of the caller's own at its newest version, None where there is none.

    Raises:
        StoreBroken, HomeUnusable: see `OpenTables.newest`.
    """
    flushed = _flushed(folder)
    _log_of(folder)
    table = _replayed(folder)
    _require_reaching(flushed, table, folder)
    return table


def _replayed(folder: Place) -> DeltaTable | None:
    with _log_facts(folder):
        try:
            return table_at(folder)
        except TableNotFoundError:
            require_readable(folder)
            return None


def _advanced(table: DeltaTable, folder: Place) -> DeltaTable:
    with _log_facts(folder):
        table.update_incremental()
    return table


def _flushed(folder: Place) -> int:
    return flushed_until(folder) if isinstance(folder, Path) else -1


def _require_reaching(flushed: int, table: DeltaTable | None, folder: Place) -> None:
    """Refuse a table whose newest entries are gone: what was acknowledged stood in them."""
    if table is not None and table.version() < flushed:
        raise StoreBroken(
            f"Table {folder.name} ends at version {table.version()}; it had version {flushed} on"
            " the disk, so entries of its log are missing.",
            remedy=f"Restore lake/{folder.name} from a backup that is not older.",
        )


def _log_of(folder: Place) -> _Log:
    """Return size and time of the log's entries by name, refusing an empty one.

    delta-rs takes an empty entry for a commit of nothing. A power cut leaves one where its content
    was not flushed; then its rows were never acknowledged either.
    """
    log: dict[str, tuple[int, int]] = {}
    if not isinstance(folder, Path):
        return log
    with delta_facts(f"Table {folder.name}"):
        try:
            with os.scandir(folder / "_delta_log") as found:
                for entry in found:
                    if _ENTRY.fullmatch(entry.name):
                        look = entry.stat()
                        log[entry.name] = look.st_size, look.st_mtime_ns
        except (FileNotFoundError, NotADirectoryError, PermissionError):
            # Opening the table says what is wrong, if it is not a clean-up of the log just now.
            return log
    torn = [name for name, (size, _) in log.items() if size == 0]
    if torn:
        raise StoreBroken(
            f"Table {folder.name} cannot be used: the entry {min(torn)} of its log is empty.",
            remedy=_TORN,
        )
    return log


@contextmanager
def _log_facts(folder: Place) -> Iterator[None]:
    """Name the entry of the log where the engine tells in its own words what it stumbled over.

    Only then: while others commit or clean up, a look at the folder may find gaps that are none.
    """
    try:
        with delta_facts(f"Table {folder.name}"):
            yield
    except StoreBroken as fact:
        raise _damaged_entry(folder) or fact from fact.__cause__


def _damaged_entry(folder: Place) -> StoreBroken | None:
    if not isinstance(folder, Path):
        return None
    names = sorted(_log_of(folder))
    for name in names:
        if not _is_json_lines(folder / "_delta_log" / name):
            return StoreBroken(
                f"Table {folder.name} cannot be used: the entry {name} of its log is torn, or was"
                " overwritten.",
                remedy=_TORN,
            )
    versions = [int(name.partition(".")[0]) for name in names]
    for before, after in pairwise(versions):
        if after != before + 1:
            return StoreBroken(
                f"Table {folder.name} cannot be used: the entry {before + 1:020d}.json of its log"
                " is missing, and later ones are there.",
                remedy=f"Restore the file from a backup, or lake/{folder.name} as a whole from one"
                " that is not older.",
            )
    return None


def _is_json_lines(file: Path) -> bool:
    try:
        return all(isinstance(json.loads(line), dict) for line in file.read_text().splitlines())
    except ValueError:
        return False
