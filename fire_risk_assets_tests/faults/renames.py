"""Kills a forked child at its N-th rename or link, whichever thread and library makes it.

`strace` stops the process at each such call and the parent counts: its own counters are kept a
thread and call, and delta-rs commits from a pool of threads.
"""

import ctypes
import os
import signal
import subprocess
import time
from pathlib import Path

CALLS = "rename,renameat,renameat2,link,linkat"
_PR_SET_PTRACER, _ANY = 0x59616D61, ctypes.c_ulong(-1)


def wait_for_tracer() -> None:
    """Stop the calling process until its parent lets it go on under a tracer."""
    # Without leave a sibling may not trace: strace is no ancestor of ours.
    ctypes.CDLL(None).prctl(_PR_SET_PTRACER, _ANY, 0, 0, 0)
    os.kill(os.getpid(), signal.SIGSTOP)


def wait_status_of(child: int, *, kill_at: int) -> int:
    """Let a child that waits for its tracer run; return its wait status.

    Args:
        child: A direct child of this process.
        kill_at: The rename or link after which it is killed, from 1.
    """
    os.waitpid(child, os.WUNTRACED)
    tracer = subprocess.Popen(
        [
            *("strace", "-f", "-qq", "-o", "/dev/null", "-p", str(child)),
            *("-e", f"trace={CALLS}", "-e", f"inject={CALLS}:signal=SIGSTOP"),
        ]
    )
    try:
        wait_until_traced(child)
        os.kill(child, signal.SIGCONT)
        calls = 0
        while True:
            _, status = os.waitpid(child, os.WUNTRACED)
            if not os.WIFSTOPPED(status):
                return status
            calls += 1
            os.kill(child, signal.SIGKILL if calls == kill_at else signal.SIGCONT)
    except BaseException:
        os.kill(child, signal.SIGKILL)
        tracer.kill()
        raise
    finally:
        tracer.wait()


def wait_until_traced(child: int) -> None:
    """Return when strace has attached to the child."""
    status = Path(f"/proc/{child}/status")
    deadline = time.monotonic() + 30
    while "TracerPid:\t0\n" in status.read_text():
        if time.monotonic() > deadline:
            raise TimeoutError("strace did not attach")
        time.sleep(0.01)
