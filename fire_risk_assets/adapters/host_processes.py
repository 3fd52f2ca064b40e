"""Processes of this host, told apart by pid and start time (pids are used again)."""

import os
from dataclasses import dataclass
from typing import Any

import psutil


@dataclass(frozen=True, slots=True)
class HostProcesses:
    """Implements `ports.Processes`."""

    def me(self) -> dict[str, Any]:
        """Return this process's mark."""
        process = psutil.Process()
        return {
            "host": os.uname().nodename,
            "pid": process.pid,
            "started": round(process.create_time(), 2),
        }

    def alive(self, mark: dict[str, Any]) -> bool:
        """Tell whether the marked process exists; on another host it is taken to be alive."""
        if mark["host"] != os.uname().nodename:
            return True
        try:
            started = psutil.Process(mark["pid"]).create_time()
        except psutil.NoSuchProcess:
            return False
        return bool(round(started, 2) == mark["started"])
