"""What the kernel tells of processes."""

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
