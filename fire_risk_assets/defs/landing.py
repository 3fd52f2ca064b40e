"""The landing folder: which files lie there, which are new, and what a sensor should do.

Pure but for one listing and hashing of files. Rules of what a file may hold are in `core/border`,
taking it in is `actions/ingest.py`.
"""

import hashlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from fire_risk_assets.ports import World

Kind = Literal["cells", "weather", "reports"]
KINDS: tuple[Kind, ...] = ("cells", "weather", "reports")
"""Sub-folders, in the order they are taken in: weather of an unknown cell is set aside."""

PARTIAL = (".tmp", ".part", ".partial", ".crdownload", "~")
"""Endings of files under way. Whatever else lies there is offered, and refused if need be."""

MAX_ATTEMPTS = 3


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
            if not path.name.lower().endswith(PARTIAL) and not path.name.startswith("."):
                at = path.lstat()
                look = f"{at.st_size}:{at.st_mtime_ns}:{at.st_ino}"
                found.append(Landed(kind=kind, path=path, look=look))
    return found


def new_files(folder: Path, world: "World") -> list[tuple[Landed, str]]:
    """Return files whose content was never decided, with their SHA-256 ("" when unreadable)."""
    decided = decided_digests(world)
    return [(file, sha) for file, sha in digests(landed_files(folder), {}) if sha not in decided]


def decided_digests(world: "World") -> set[str]:
    """Return the digest of every file that was accepted or refused."""
    from fire_risk_assets.core.tables.observed import BATCHES

    return set(world.tables.read(BATCHES, columns=["file_sha256"])["file_sha256"].to_pylist())


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
    # A link is never followed: taking it in refuses it by name and records that.
    if path.is_symlink() or not path.is_file():
        return ""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def decide_tick(
    files: Sequence[tuple[Landed, str]],
    *,
    before: Mapping[str, Any],
    decided: Collection[str],
    runs: Mapping[str, Sequence[str]],
) -> Tick:
    """Say what the sensor does now.

    Args:
        files: Files with their digests.
        before: Path -> [look, sha256] at the last tick.
        decided: Digests of files that were accepted or refused.
        runs: Statuses of earlier runs by request key, without the attempt.
    """
    if not files:
        return Tick(skip="The landing folder is empty.")
    new = [(file, sha) for file, sha in files if sha not in decided]
    if not new:
        return Tick(skip=f"All {len(files)} files of the landing folder are taken in or refused.")
    if moving := [f.path.name for f, _ in new if before.get(str(f.path), [""])[0] != f.look]:
        return Tick(skip=f"Waiting until {moving[0]!r} is written: it changed since the last look.")
    key = hashlib.sha256("|".join(sorted(sha for _, sha in new)).encode()).hexdigest()[:16]
    earlier = runs.get(key, ())
    if busy := [status for status in earlier if status not in ("SUCCESS", "FAILURE", "CANCELED")]:
        return Tick(skip=f"A run for these {len(new)} files is under way ({busy[0].lower()}).")
    if len(earlier) >= MAX_ATTEMPTS:
        return Tick(
            skip=f"{len(earlier)} runs left {len(new)} files undecided, e.g."
            f" {new[0][0].path.name!r}. See their events, then run the job `data` by hand."
        )
    return Tick(key=f"{key}-{len(earlier) + 1}")
