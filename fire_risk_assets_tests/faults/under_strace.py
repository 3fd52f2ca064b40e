"""Runs a forked child under `strace`, which notes its calls or makes some of them fail."""

import os
import signal
import subprocess
from collections.abc import Sequence

from fire_risk_assets_tests.faults.renames import wait_until_traced


def wait_status_under(child: int, arguments: Sequence[str]) -> int:
    """Let a child that waits for its tracer run under strace; return its wait status.

    Args:
        child: A direct child of this process.
        arguments: What strace is given beside the child: what to trace, inject and note where.
    """
    os.waitpid(child, os.WUNTRACED)
    tracer = subprocess.Popen(["strace", "-f", "-qq", *arguments, "-p", str(child)])
    try:
        wait_until_traced(child)
        os.kill(child, signal.SIGCONT)
        return os.waitpid(child, 0)[1]
    except BaseException:
        os.kill(child, signal.SIGKILL)
        tracer.kill()
        raise
    finally:
        tracer.wait()
