"""Processes run together or not at all: each a group of its own, ended with all it started."""

import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from fire_risk_assets.core.wording import as_sentence
from fire_risk_assets.errors import FireRiskError
from fire_risk_assets.settings import inherited_environment

_ENDINGS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
"""Ctrl-C, a supervisor, a terminal that closes."""
PATIENCE_S = 10.0
"""How long a server may take to stop before it is killed."""


@dataclass(frozen=True, slots=True)
class Server:
    """A process of the UI.

    Attributes:
        arguments: Program and arguments.
        port: Where it listens, None for the daemon.
    """

    name: str
    arguments: tuple[str, ...]
    port: int | None = None


@contextmanager
def running(
    servers: Sequence[Server], told: Mapping[str, str], logs: Path
) -> Iterator[list[tuple[Server, subprocess.Popen[bytes]]]]:
    """Run the servers inside a `with`; at its end every process group is stopped.

    Raises:
        FireRiskError: one cannot be started; those already started are stopped.
    """
    given = {**inherited_environment(), **told}
    started: list[tuple[Server, subprocess.Popen[bytes]]] = []
    try:
        logs.mkdir(parents=True, exist_ok=True, mode=0o700)
        for server in servers:
            with (logs / log_name(server)).open("ab") as log:
                process = subprocess.Popen(  # noqa: S603  (our own arguments, no shell)
                    server.arguments,
                    env=given,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    start_new_session=True,
                )
            started.append((server, process))
        yield started
    except OSError as cause:
        raise FireRiskError(
            as_sentence(f"The servers cannot be started: {cause}"),
            remedy="See whether the home is whole.",
        ) from cause
    finally:
        stop([process for _, process in started])


def stop(processes: Sequence[subprocess.Popen[bytes]]) -> None:
    """Ask every process group to end, then end what is left of it: one patience for all.

    Another such signal meanwhile ends the patience; nothing that was started is left behind.
    """

    def at_once(_number: int, _frame: object) -> None:
        for process in processes:
            _signal(process, signal.SIGKILL)

    with _handling(at_once, *_ENDINGS):
        for process in processes:
            _signal(process, signal.SIGTERM)
        deadline = time.monotonic() + PATIENCE_S
        for process in processes:
            with suppress(subprocess.TimeoutExpired):
                process.wait(max(0.0, deadline - time.monotonic()))
            # The leader may be gone and its children not.
            _signal(process, signal.SIGKILL)
            process.wait()


def log_name(server: Server) -> str:
    """Return the name of a server's log file."""
    return f"{server.name.lower()}.log"


def _signal(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, number)


@contextmanager
def asked_to_stop() -> Iterator[threading.Event]:
    """Give an event that Ctrl-C, SIGTERM and SIGHUP set, instead of an exception where they strike.

    The servers run in sessions of their own, so nobody else ends them: no signal may be lost while
    something is printed.
    """
    asked = threading.Event()
    with _handling(lambda _number, _frame: asked.set(), *_ENDINGS):
        yield asked


@contextmanager
def _handling(handler: Callable[[int, object], None], *numbers: signal.Signals) -> Iterator[None]:
    """Let signals do this for the time of a `with`."""
    # `nohup` asks to outlive the terminal. Not so an ignored Ctrl-C: shells give that to whatever
    # runs in the background.
    outlives = signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    heard = [number for number in numbers if not (outlives and number == signal.SIGHUP)]
    before = {number: signal.signal(number, handler) for number in heard}
    try:
        yield
    finally:
        for number, handled in before.items():
            signal.signal(number, handled)
