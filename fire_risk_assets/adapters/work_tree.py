"""What git says of the folder the code lies in."""

import hashlib
import subprocess
from pathlib import Path

from fire_risk_assets.core.provenance import LONGEST

SOURCES = frozenset({".py", ".pyi", ".html", ".css", ".jinja", ".j2", ".sql"})
"""Untracked files of these kinds are kept. Others may be anything, a key or a table of data."""


def changes_in(folder: Path) -> bytes | None:
    """Return what differs from the commit as one diff; None when git cannot say.

    Untracked sources are new files of it; other untracked files are named with their digest.
    """
    plain = ("--no-color", "--no-ext-diff", "--no-textconv")
    diff = git_says("diff", *plain, "--no-relative", "HEAD", "--", str(folder), at=folder)
    top = git_says("rev-parse", "--show-toplevel", at=folder)
    listed = ("--others", "--exclude-standard", "--full-name", "--", ".")
    names = git_says("ls-files", "-z", *listed, at=folder)
    if diff is None or names is None or top is None:
        return None
    parts, root = [diff], Path(top.decode().rstrip("\n"))
    try:
        for name in sorted(filter(None, names.decode(errors="surrogateescape").split("\0"))):
            added = _untracked(root, name, plain)
            if added is None:
                return None
            parts.append(added)
    except OSError:
        return None
    return b"".join(parts)


def _untracked(root: Path, name: str, plain: tuple[str, ...]) -> bytes | None:
    path = root / name
    if path.is_symlink():
        told = f"a link to {str(path.readlink())!a}"
    elif path.suffix in SOURCES and path.stat().st_size <= LONGEST:
        # Exit code 1 says that the two differ.
        new = ("--no-index", "--", "/dev/null", name)
        return git_says("diff", *plain, *new, at=root, codes=(0, 1))
    else:
        with path.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
        told = f"{path.stat().st_size} bytes, sha256 {digest}"
    return f"# Untracked and not kept: {name!a}, {told}\n".encode()


def git_says(*arguments: str, at: Path, codes: tuple[int, ...] = (0,)) -> bytes | None:
    """Return what a git command writes about a folder; None where it fails or there is no git.

    Args:
        arguments: The command.
        at: The folder.
        codes: Exit codes that are no failure.
    """
    try:
        done = subprocess.run(  # noqa: S603  (a fixed command, no outside text)
            ["git", "-C", str(at), *arguments],  # noqa: S607
            capture_output=True,
            check=False,
            timeout=20,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout if done.returncode in codes else None
