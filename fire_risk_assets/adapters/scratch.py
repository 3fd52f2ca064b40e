"""Folders for files that only pass through, and what killed processes left of theirs.

In the system's temporary folder, not in the home: what only reads needs one too, and may find a
home it cannot write to.
"""

import os
import re
import shutil
import stat
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

PREFIX = "fire-risk-scratch-"
LEFT_S = 24 * 3600.0
"""Age in seconds from which a folder is of a process that was killed: no step lasts so long. Asked
instead of whether the process lives, which a container beside this one could not tell."""

_OURS = re.compile(rf"{PREFIX}[a-z0-9_]{{8}}")


@contextmanager
def scratch_folder() -> Iterator[Path]:
    """Return a folder inside a `with`, gone afterwards; those left by killed processes go first."""
    _sweep(Path(tempfile.gettempdir()))
    with tempfile.TemporaryDirectory(prefix=PREFIX) as made:
        yield Path(made)


def _sweep(folder: Path) -> None:
    for path in folder.glob(f"{PREFIX}*"):
        # Gone meanwhile: others sweep too.
        with suppress(OSError):
            if _OURS.fullmatch(path.name) and _is_left(path.lstat()):
                shutil.rmtree(path)


def _is_left(look: os.stat_result) -> bool:
    mine = stat.S_ISDIR(look.st_mode) and look.st_uid == os.getuid()
    return mine and time.time() - look.st_mtime > LEFT_S
