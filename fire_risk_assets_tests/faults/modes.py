"""Makes root mind the modes of files, as anybody else has to."""

import ctypes
import os
from collections.abc import Iterator
from contextlib import contextmanager

_HEADER_VERSION = 0x20080522
_OVERRIDES = 0b110
"""CAP_DAC_OVERRIDE and CAP_DAC_READ_SEARCH, bits 1 and 2."""
EFFECTIVE, PERMITTED, INHERITABLE = range(3)

PLAINLY = (
    ("setpriv", "--bounding-set", "-dac_override,-dac_read_search") if not os.geteuid() else ()
)
"""Before a command: it is started without what lets root pass over modes."""


def mind_modes() -> None:
    """Give up for good, in a process of one thread, what lets root pass over modes.

    Not by becoming another user, who could not come as far as the packages of a root's home.
    """
    if os.geteuid() == 0:
        held = _held()
        for place in (EFFECTIVE, PERMITTED, INHERITABLE):
            held[place] &= ~_OVERRIDES
        _hold(held)


@contextmanager
def modes_minded() -> Iterator[None]:
    """Give it up inside a `with`, in this thread: not what threads of a library do."""
    if os.geteuid() != 0:
        yield
        return
    held, before = _held(), _held()
    held[EFFECTIVE] &= ~_OVERRIDES
    _hold(held)
    try:
        yield
    finally:
        _hold(before)


def _held() -> ctypes.Array:
    held = (ctypes.c_uint32 * 6)()
    _call("capget", held)
    return held


def _hold(held: ctypes.Array) -> None:
    _call("capset", held)


def _call(name: str, held: ctypes.Array) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    header = (ctypes.c_uint32 * 2)(_HEADER_VERSION, 0)
    if getattr(libc, name)(header, held):
        raise OSError(ctypes.get_errno(), name)
