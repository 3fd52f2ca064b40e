"""Delta tables opened once, and brought up to date when their log has a newer entry.

delta-rs replays a log from its last checkpoint at each opening, which takes longer with every
commit; a cycle asks for its tables some sixty times.
"""

import os
import re
from dataclasses import dataclass, field
from pathlib import Path

from deltalake import DeltaTable
from deltalake.exceptions import TableNotFoundError

from fire_risk_assets.adapters.delta_errors import delta_facts, require_readable
from fire_risk_assets.errors import StoreBroken

_ENTRY = re.compile(r"\d{20}\.json")


@dataclass(frozen=True, slots=True)
class _Held:
    table: DeltaTable
    entry: Path
    look: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class OpenTables:
    """The tables of one process, by folder."""

    _held: dict[Path, _Held] = field(default_factory=dict, init=False, repr=False)

    def newest(self, folder: Path) -> DeltaTable | None:
        """Return the table at its newest version, None where there is none.

        Every caller has the same one, and another thread may move it on: whoever writes what rests
        on the version he read opens his own.

        Raises:
            StoreBroken: its log cannot be read, or has an empty entry.
            HomeUnusable: this user may not look where it lies.
        """
        held = self._held.get(folder)
        if held is not None and _look(held.entry) != held.look:
            held = None  # Another table lies there now.
        entry = _newest_entry(folder, since=held.entry.name if held else "")
        if held is not None and entry is None:
            return held.table
        if held is None:
            table = opened(folder)
        else:
            table = held.table
            with delta_facts(f"Table {folder.name}"):
                table.update_incremental()
        if table is not None and entry is not None and (look := _look(entry)):
            self._held[folder] = _Held(table, entry, look)
        return table


def opened(folder: Path) -> DeltaTable | None:
    """Return a table of the caller's own at its newest version, None where there is none.

    Raises:
        StoreBroken, HomeUnusable: see `OpenTables.newest`.
    """
    with delta_facts(f"Table {folder.name}"):
        try:
            table = DeltaTable(folder)
        except TableNotFoundError:
            require_readable(folder)
            return None
    _newest_entry(folder, since="")
    return table


def _newest_entry(folder: Path, *, since: str) -> Path | None:
    """Return the newest log entry after the one named, refusing an empty one among them.

    delta-rs takes an empty entry for a commit of nothing. A power cut leaves one where its content
    was not flushed; then its rows were never acknowledged either.
    """
    try:
        with os.scandir(folder / "_delta_log") as found:
            entries = [e for e in found if e.name > since and _ENTRY.fullmatch(e.name)]
            torn = [e.name for e in entries if e.stat().st_size == 0]
    except (FileNotFoundError, PermissionError):
        return None  # Opening the table says what is wrong.
    if torn:
        raise StoreBroken(
            f"Table {folder.name} cannot be used: the entry {min(torn)} of its log is empty.",
            remedy="Restore the file from a backup. If it is the newest entry, and the machine lost"
            " its power or was reset while it was written, nobody was told of it: remove it.",
        )
    newest = max((e.name for e in entries), default=None)
    return None if newest is None else folder / "_delta_log" / newest


def _look(file: Path) -> tuple[int, ...]:
    try:
        found = file.stat()
    except OSError:
        return ()
    return found.st_ino, found.st_size, found.st_mtime_ns
