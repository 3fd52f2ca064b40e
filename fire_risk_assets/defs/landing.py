"""The landing folder: which files lie there, which are new, and what a sensor should do.

Pure but for one listing and hashing of files. Rules of what a file may hold are in `core/border`,
taking it in is `actions/ingest.py`.
"""

import hashlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from fire_risk_assets.errors import FileRejected

if TYPE_CHECKING:
    from fire_risk_assets.ports import TableStore, World

Kind = Literal["cells", "weather", "reports"]
KINDS: tuple[Kind, ...] = ("cells", "weather", "reports")
"""Sub-folders, in the order they are taken in: weather of an unknown cell is set aside."""

PARTIAL = (".tmp", ".part", ".partial", ".crdownload", "~")
"""Endings of files under way. Whatever else lies there is offered, and refused if need be."""

MAX_ATTEMPTS = 3

Decided: TypeAlias = tuple[str, str, str | None]
"""Digest (or name, of a file that could not be read), table, and the only name it holds for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Landed:
    """A file in the landing folder.

    Attributes:
        look: Size and time of change; two different ones mean that it is still being written.
    """

    kind: Kind
    path: Path
    look: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """What the landing sensor does: request a run under `key`, or skip and say why."""

    key: str | None = None
    skip: str | None = None


def landed_files(folder: Path) -> list[Landed]:
    """Return the files of each sub-folder, by kind and name; hidden and partial ones left out."""
    found = []
    for kind in KINDS:
        sub = folder / kind
        for path in sorted(sub.iterdir()) if sub.is_dir() else ():
            if path.name.lower().endswith(PARTIAL) or path.name.startswith("."):
                continue
            with suppress(FileNotFoundError):  # Taken away since the folder was listed.
                found.append(Landed(kind=kind, path=path, look=_look(path)))
    return found


def _look(path: Path) -> str:
    try:
        at = path.lstat()
    except FileNotFoundError:
        raise
    except OSError:
        return ""
    return f"{at.st_size}:{at.st_mtime_ns}:{at.st_ino}"


def new_files(folder: Path, world: "World") -> list[tuple[Landed, str]]:
    """Return files that were never decided as what they are, with their SHA-256."""
    decided = decided_files(world.tables)
    return [
        (file, sha)
        for file, sha in digests(landed_files(folder), {})
        if not is_decided(file, sha, decided)
    ]


def decided_files(store: "TableStore") -> set[Decided]:
    """Return what was accepted or refused, by content (or name) and by table.

    Content alone would not do: a file refused among the reports may be good weather.
    """
    from fire_risk_assets.actions.ingest_record import NAME_REFUSALS
    from fire_risk_assets.core.tables.observed import BATCHES

    columns = ["file_sha256", "file_name", "tables", "rejection_code"]
    found: set[Decided] = set()
    for row in store.read(BATCHES, columns=columns).to_pylist():
        content = row["file_sha256"] or row["file_name"]
        name = row["file_name"] if row["rejection_code"] in NAME_REFUSALS else None
        found.update((content, table, name) for table in row["tables"].split(","))
    return found


def is_decided(file: Landed, sha: str, decided: Collection[Decided]) -> bool:
    """Tell whether a file was accepted or refused as what its folder says it is.

    A file that cannot be read has no digest and is known by its name.
    """
    from fire_risk_assets.core.border.layout import LAYOUTS

    content, table = sha or file.path.name, LAYOUTS[file.kind].fed
    return (content, table, None) in decided or (content, table, file.path.name) in decided


def digests(files: Sequence[Landed], remembered: Mapping[str, Any]) -> Iterator[tuple[Landed, str]]:
    """Yield each file with its digest; one that looks as remembered is not read again.

    Args:
        files: Files to hash.
        remembered: Path -> [look, sha256] of an earlier call.
    """
    for file in files:
        look, sha = remembered.get(str(file.path), ("", ""))
        yield file, sha if sha and look == file.look else _sha256(file.path)


def _sha256(path: Path) -> str:
    """Return the digest the border would record: "" for what it refuses unread, by its name."""
    from fire_risk_assets.adapters.landing import LandingFile

    try:
        return LandingFile(path, inbox=path.parent.parent).sha256()
    except (FileRejected, OSError):
        return ""


def decide_tick(
    files: Sequence[tuple[Landed, str]],
    *,
    before: Mapping[str, Any],
    decided: Collection[Decided],
    runs: Mapping[str, Sequence[str]],
) -> Tick:
    """Say what the sensor does now.

    Args:
        files: Files with their digests.
        before: Path -> [look, sha256] at the last tick.
        decided: What was accepted or refused; see `decided_files`.
        runs: Statuses of earlier runs by request key, without the attempt.
    """
    if not files:
        return Tick(skip="The landing folder is empty.")
    new = [(file, sha) for file, sha in files if not is_decided(file, sha, decided)]
    if not new:
        return Tick(skip=f"All {len(files)} files of the landing folder are taken in or refused.")
    if moving := [f.path.name for f, _ in new if before.get(str(f.path), [""])[0] != f.look]:
        return Tick(skip=f"Waiting until {moving[0]!r} is written: it changed since the last look.")
    named = sorted(f"{file.kind} {sha or file.path.name}" for file, sha in new)
    key = hashlib.sha256("|".join(named).encode()).hexdigest()[:16]
    earlier = runs.get(key, ())
    if busy := [status for status in earlier if status not in ("SUCCESS", "FAILURE", "CANCELED")]:
        return Tick(skip=f"A run for these {len(new)} files is under way ({busy[0].lower()}).")
    if len(earlier) >= MAX_ATTEMPTS:
        return Tick(
            skip=f"{len(earlier)} runs left {len(new)} files undecided, e.g."
            f" {new[0][0].path.name!r}. See their events, then run the job `data` by hand."
        )
    return Tick(key=f"{key}-{len(earlier) + 1}")
