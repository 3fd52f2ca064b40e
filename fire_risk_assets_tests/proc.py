"""What the kernel tells of processes, a port nobody listens on, and waiting for a server."""

import socket
import time
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


def wait_until(answers, server, within_s, said=""):
    """Wait for a server that was started; nobody announces when it answers.

    Args:
        answers: Tells whether it does.
        server: The process; that it ends is a failure.
        within_s: How long, in seconds.
        said: Returns what it wrote, for whoever reads the failure.
    """
    until = time.monotonic() + within_s
    while not answers():
        assert server.poll() is None, said and said()
        assert time.monotonic() < until, f"it does not answer: {said and said()}"
        time.sleep(0.2)
