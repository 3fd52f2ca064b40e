"""Why a file was not written is told apart: the disk, the right, or the place itself."""

import errno
import os

import pytest

from fire_risk_assets.adapters.write_errors import unwritable, unwritable_elsewhere
from fire_risk_assets.errors import (
    HomeReadOnly,
    HomeUnusable,
    StorageFailing,
    StorageFull,
    UsageError,
)


@pytest.mark.parametrize(
    ("number", "of_home", "elsewhere"),
    [
        (errno.ENOSPC, StorageFull, StorageFull),
        (errno.EDQUOT, StorageFull, StorageFull),
        (errno.EIO, StorageFailing, StorageFailing),
        (errno.EPERM, HomeReadOnly, UsageError),
        (errno.EROFS, HomeReadOnly, UsageError),
        (errno.ENOTDIR, HomeUnusable, UsageError),
    ],
)
def test_a_failing_disk_asks_nobody_to_free_space(tmp_path, number, of_home, elsewhere):
    cause = OSError(number, os.strerror(number))
    assert type(unwritable(tmp_path / "x", cause, home=tmp_path)) is of_home
    asked = UsageError("Name another file.")
    assert type(unwritable_elsewhere(tmp_path / "x", cause, otherwise=asked)) is elsewhere
