"""The landing folder on disk: which files lie there, and their digests."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from fire_risk_assets.core.border.landed import KINDS, Landed, LandedKind
from fire_risk_assets.errors import FileRejected

PARTIAL = (".tmp", ".part", ".partial", ".crdownload", "~")
"""Endings of files under way. Whatever else lies there is offered, and refused if need be."""


def landed_files(folder: Path, remembered: Mapping[str, Any] | None = None) -> list[Landed]:
    """Return the files of each sub-folder, by kind and name; hidden and partial ones left out.

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


def is_empty(folder: Path) -> bool:
    """Tell whether nothing lies there; nothing is read."""
    return next(_paths(folder), None) is None


def _paths(folder: Path) -> Iterator[tuple[LandedKind, Path]]:
    for kind in KINDS:
        sub = folder / kind
        for path in sorted(sub.iterdir()) if sub.is_dir() else ():
            if not path.name.lower().endswith(PARTIAL) and not path.name.startswith("."):
                yield kind, path


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
