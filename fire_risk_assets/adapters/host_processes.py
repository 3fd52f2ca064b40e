"""Processes of this host, told apart by pid and start (pids are used again).

The start is counted in ticks since the host booted, together with the boot: a wall-clock start
moves whenever the clock is corrected, and a living process would look dead.
"""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from fire_risk_assets.core.stored import from_document
from fire_risk_assets.errors import StoreBroken

_BOOT = Path("/proc/sys/kernel/random/boot_id")


@dataclass(frozen=True, slots=True)
class _Mark:
    host: str
    pid: int
    started: str | float


@dataclass(frozen=True, slots=True)
class HostProcesses:
    """Implements `ports.Processes`."""

    def me(self) -> dict[str, Any]:
        """Return this process's mark."""
        number = os.getpid()
        return {"host": os.uname().nodename, "pid": number, "started": _start(number)}

    def elsewhere(self, mark: dict[str, Any]) -> str | None:
        """Return the other host of the mark; see `ports.Processes`."""
        host = from_document(_Mark, mark).host
        return None if host == os.uname().nodename else host

    def alive(self, mark: dict[str, Any]) -> bool:
        """Tell whether the marked process exists; on another host it is taken to be alive.

        A process that has ended and waits for its parent to notice is dead.
        """
        marked = from_document(_Mark, mark)
        if self.elsewhere(mark) is not None:
            return True
        try:
            process = psutil.Process(marked.pid)
            if process.status() == psutil.STATUS_ZOMBIE:
                return False
            if isinstance(marked.started, str):
                return bool(_start(marked.pid) == marked.started)
            return bool(round(process.create_time(), 2) == marked.started)
        except psutil.NoSuchProcess:
            return False
        except (TypeError, ValueError) as cause:
            raise StoreBroken(f"{marked.pid!r:.80} is no number of a process.") from cause


def _start(number: int) -> str | float:
    """Return `BOOT:TICKS` on Linux, seconds since the epoch elsewhere.

    Raises:
        psutil.NoSuchProcess: there is no such process.
    """
    try:
        boot = _BOOT.read_text().strip()
    except OSError:
        return round(psutil.Process(number).create_time(), 2)
    try:
        # The name in field 2 may hold blanks and brackets, so fields are counted behind it.
        fields = Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()
    except OSError as cause:
        raise psutil.NoSuchProcess(number) from cause
    return f"{boot}:{fields[19]}"
