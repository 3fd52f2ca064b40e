import os

import pytest


@pytest.fixture
def flushed(monkeypatch):
    """The inodes that were really flushed, in order."""
    inodes = []
    flush = os.fsync

    def noted(handle):
        flush(handle)
        inodes.append(os.fstat(handle).st_ino)

    monkeypatch.setattr(os, "fsync", noted)
    return inodes
