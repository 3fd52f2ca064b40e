"""The landing folder on disk: which files lie there, and their digests."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from fire_risk_assets.core.border.landed import KINDS, Landed, LandedKind, readable_name
from fire_risk_assets.errors import FileRejected

PARTIAL = (".tmp", ".part", ".partial", ".crdownload", "~")
"""Endings of files under way. Whatever else lies there is offered, and refused if need be."""


APART_S = 1.0
"""Between the two looks of a run at a file that was written to lately, seconds."""

LATELY_S = 10.0
"""A file nobody wrote to for so long is written; copies of large files are never still so long."""


def landed_files(folder: Path, remembered: Mapping[str, Any] | None = None) -> list[Landed]:
    """Return the files of each sub-folder; hidden and partial ones left out.

    In the order in which they were written, for of two values of one key the later one counts.

    Args:
        folder: The landing folder.
        remembered: Path -> [look, sha256] of an earlier call: a file that looks as remembered is
            not read again.
    """
    known = remembered or {}
    found = []
    for kind, path in _paths(folder):
        with suppress(FileNotFoundError):  # Taken away since the folder was listed.
            look = _look(path)
            before, sha = known.get(str(path), ("", ""))
            digest = sha if sha and look == before else _sha256(path)
            found.append(Landed(kind=kind, path=path, look=look, sha256=digest))
    return found


def looked_again(
    files: Sequence[Landed], *, pause: Callable[[float], None] = time.sleep
) -> list[Landed]:
    """Return the files as they look a moment later; one that went away meanwhile is left out.

    Args:
        files: As they looked first; their digests are kept and hold only where the look does.
        pause: Waits; not called when nothing was written to lately.
    """
    if any(_written_lately(file.path) for file in files):
        pause(APART_S)
    found = []
    for file in files:
        with suppress(FileNotFoundError):
            found.append(replace(file, look=_look(file.path)))
    return found


def misplaced(folder: Path) -> list[str]:
    """Return the names of what lies beside the sub-folders, where nobody looks for it."""
    if not folder.is_dir():
        return []
    placed = {folder / kind for kind in KINDS if (folder / kind).is_dir()}
    return [readable_name(path) for path in _offered(folder) if path not in placed]


def is_empty(folder: Path) -> bool:
    """Tell whether nothing lies there, in its place or not; nothing is read."""
    return next(_paths(folder), None) is None and not misplaced(folder)


def _paths(folder: Path) -> Iterator[tuple[LandedKind, Path]]:
    for kind in KINDS:
        sub = folder / kind
        for path in _offered(sub) if sub.is_dir() else ():
            yield kind, path


def _offered(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.iterdir(), key=_written):
        if not path.name.lower().endswith(PARTIAL) and not path.name.startswith("."):
            yield path


def _written(path: Path) -> tuple[int, str]:
    try:
        return path.lstat().st_mtime_ns, path.name
    except OSError:
        return 0, path.name


def _written_lately(path: Path) -> bool:
    try:
        age = time.time() - path.lstat().st_mtime
    except OSError:
        return False
    # A stamp from the future tells nothing: then it is looked at twice.
    return age < LATELY_S


def _look(path: Path) -> str:
    try:
        at = path.lstat()
    except FileNotFoundError:
        raise
    except OSError:
        return ""
    return f"{at.st_size}:{at.st_mtime_ns}:{at.st_ino}"


def _sha256(path: Path) -> str:
    """Return the digest the border would record: "" for what it refuses unread, by its name."""
    from fire_risk_assets.adapters.landing import LandingFile

    try:
        return LandingFile(path, inbox=path.parent.parent).sha256()
    except (FileRejected, OSError):
        return ""
