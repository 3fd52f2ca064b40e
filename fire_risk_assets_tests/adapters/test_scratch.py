"""Temporary folders of killed processes are swept by the next one; nothing else is."""

import os
import tempfile
import time

import pytest

from fire_risk_assets.adapters.scratch import LEFT_S, PREFIX, scratch_folder


@pytest.fixture
def temporary(tmp_path, monkeypatch):
    """The system's temporary folder, for this test."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def left(path, age_s):
    """A folder with a file in it that nobody has touched for so long."""
    path.mkdir()
    (path / "model.skops").write_bytes(b"half")
    then = time.time() - age_s
    os.utime(path, (then, then))
    return path


def test_a_folder_is_there_inside_and_gone_afterwards(temporary):
    with scratch_folder() as made:
        (made / "a").write_text("1")
        assert made.parent == temporary
        assert made.stat().st_mode & 0o777 == 0o700
    assert list(temporary.iterdir()) == []


def test_what_a_killed_process_left_is_swept_and_what_may_live_or_is_anothers_is_not(temporary):
    killed = left(temporary / f"{PREFIX}k1ll3d_0", LEFT_S + 60)
    at_work = left(temporary / f"{PREFIX}w0rk1ng_", LEFT_S - 60)
    named_alike = left(temporary / f"{PREFIX}my-own-data", LEFT_S + 60)
    link = temporary / f"{PREFIX}l1nk3d__"
    link.symlink_to(named_alike)
    with scratch_folder():
        assert not killed.exists()
    kept = {at_work, named_alike, link}
    assert set(temporary.iterdir()) == kept
    assert all((path / "model.skops").is_file() for path in kept)
