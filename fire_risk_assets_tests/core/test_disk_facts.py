"""What an error says of the disk is told alike wherever it is met, and only where it is said."""

import errno
import os

import pytest

from fire_risk_assets.core.disk_facts import DENIED, FAILS, FULL, disk_fact
from fire_risk_assets.errors import HomeReadOnly, StorageFailing, StorageFull

FACTS = [
    *((number, StorageFull) for number in FULL),
    *((number, StorageFailing) for number in FAILS),
    *((number, HomeReadOnly) for number in DENIED),
]


@pytest.mark.parametrize(("number", "fact"), FACTS)
def test_a_number_means_the_same_as_python_tells_it_and_as_rust_does(number, fact):
    told = OSError(number, os.strerror(number))
    assert type(disk_fact(told, "x")) is fact
    assert type(disk_fact(RuntimeError(f"{os.strerror(number)} (os error {number})"), "x")) is fact
    wrapped = RuntimeError("a step failed")
    wrapped.__cause__ = told
    assert type(disk_fact(wrapped, "x")) is fact


@pytest.mark.parametrize(
    "error",
    [
        OSError(errno.ENOENT, "No such file"),
        ValueError("(os error 131)"),
        # A server's word about a request.
        RuntimeError("PERMISSION_DENIED: Permission denied"),
        RuntimeError("database is locked\n[SQL: INSERT]\n[parameters: ('disk I/O error',)]"),
    ],
)
def test_other_errors_say_nothing_of_the_disk(error):
    assert disk_fact(error, "x") is None
