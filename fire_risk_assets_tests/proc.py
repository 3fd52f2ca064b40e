"""What the kernel tells of processes, and a port nobody listens on."""

import socket
from contextlib import suppress
from pathlib import Path


def states_of_children(number):
    """Return the state of each child of a process by its number."""
    found = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        # A process may end while it is looked at.
        with suppress(OSError):
            state, parent = path.read_text().rpartition(")")[2].split()[:2]
            if int(parent) == number:
                found[int(path.parent.name)] = state
    return found


def free_port():
    """A port of loopback that was free a moment ago."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]
