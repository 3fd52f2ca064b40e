"""Makes a process of root mind the modes of files, as one of anybody else does."""

import ctypes
import os

_HEADER_VERSION = 0x20080522
_OVERRIDES = 0b110
"""CAP_DAC_OVERRIDE and CAP_DAC_READ_SEARCH, bits 1 and 2."""

PLAINLY = (
    ("setpriv", "--bounding-set", "-dac_override,-dac_read_search") if not os.geteuid() else ()
)
"""Before a command: it is started without what lets root pass over modes."""


def mind_modes() -> None:
    """Give up for good, in a process of one thread, what lets root pass over modes.

    Not by becoming another user, who could not come as far as the packages of a root's home.
    """
    if os.geteuid() != 0:
        return
    header = (ctypes.c_uint32 * 2)(_HEADER_VERSION, 0)
    held = (ctypes.c_uint32 * 6)()
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.capget(header, held):
        raise OSError(ctypes.get_errno(), "capget")
    for place in range(3):
        held[place] &= ~_OVERRIDES
    if libc.capset(header, held):
        raise OSError(ctypes.get_errno(), "capset")
