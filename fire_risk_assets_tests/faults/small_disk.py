"""A small disk of a test's own, in the place of a folder, that can be filled to the last byte."""

import ctypes
import os
import shutil
import subprocess
from contextlib import contextmanager, suppress

import pytest

ROOM = 16 * 2**20
"""What is free on it before it is filled, bytes: several cycles' worth."""


class SmallDisk:
    """A folder on a disk of its own, with its content."""

    def __init__(self, folder):
        self.filler = folder / ".filler"

    def fill(self, leaving=0):
        """Leave so many bytes free, in whole pages of 4 KiB."""
        with self.filler.open("wb", buffering=0) as stream, suppress(OSError):
            while stream.write(bytes(4096)):
                pass
        os.truncate(self.filler, max(self.filler.stat().st_size - leaving, 0))

    def free(self):
        """Give all the room back."""
        self.filler.unlink(missing_ok=True)


@contextmanager
def small_disk(folder):
    """Mount a small disk over a folder, with what is in it."""
    kept = folder.with_name(f".{folder.name}.kept")
    shutil.copytree(folder, kept)
    size = ROOM + sum(path.stat().st_blocks * 512 for path in kept.rglob("*"))
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)],
        capture_output=True,
        text=True,
    )
    if mounted.returncode:
        shutil.rmtree(kept)
        pytest.skip(f"needs a disk of its own, and may not mount one: {mounted.stderr.strip()}")
    try:
        shutil.copytree(kept, folder, dirs_exist_ok=True)
        shutil.rmtree(kept)
        yield SmallDisk(folder)
    finally:
        # Lazily: a library may hold a file of it open for as long as the process lives.
        ctypes.CDLL(None).umount2(str(folder).encode(), 2)
