"""Fresh processes timed by turns, and the arithmetic of medians, ratios and targets.

What is measured is said by the measurements; here is only how.
"""

import os
import subprocess
import sys
import time
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from tempfile import TemporaryFile
from typing import Any

ROOT = Path(__file__).parents[1]
PYTHON = sys.executable
FIRE_RISK = str(Path(sys.executable).with_name("fire-risk"))


class CommandFailed(RuntimeError):
    """A contestant did not reach its end: there is nothing to time."""


@dataclass(frozen=True, slots=True)
class Command:
    """What one fresh process runs.

    Attributes:
        argv: Program and arguments.
        settings: Environment variables on top of an environment without any of ours.
        folder: Where it runs.
    """

    argv: tuple[str, ...]
    settings: Mapping[str, str] = field(default_factory=dict)
    folder: Path = ROOT


@dataclass(frozen=True, slots=True)
class Timing:
    """How long a process took, and what it wrote to stdout.

    Attributes:
        seconds: From start to end.
        said: Its stdout.
        cpu_s: Processor seconds of it and of the children it waited for: what stays alike when
            the machine is busy with other things.
        peak_mib: Most memory it, or one of those children, had resident. Never less than what the
            process that measures had when it started it, and without what a JVM of its took.
    """

    seconds: float
    said: str
    cpu_s: float = 0.0
    peak_mib: float = 0.0


@dataclass(frozen=True, slots=True)
class Target:
    """A figure and the most it may be."""

    name: str
    found: float
    at_most: float

    def to_json(self) -> dict[str, Any]:
        """Return it with whether it is met."""
        return {
            "name": self.name,
            "found": round(self.found, 3),
            "at_most": self.at_most,
            "met": self.found <= self.at_most,
        }


def timed(command: Command) -> Timing:
    """Run a fresh process to its end.

    Raises:
        CommandFailed: it exited with anything but 0.
    """
    with TemporaryFile("w+") as out, TemporaryFile("w+") as err:
        started = time.perf_counter()
        child = subprocess.Popen(
            command.argv,
            cwd=command.folder,
            env=environment(command.settings),
            stdout=out,
            stderr=err,
        )
        # Not `wait`: only this tells what this one process has used.
        _, status, used = os.wait4(child.pid, 0)
        seconds = time.perf_counter() - started
        child.returncode = os.waitstatus_to_exitcode(status)
        for each in (out, err):
            each.seek(0)
        if child.returncode != 0:
            raise CommandFailed(
                f"{' '.join(command.argv)} exited with {child.returncode}:\n{err.read()[-3000:]}"
            )
        cpu_s = used.ru_utime + used.ru_stime
        # In KiB, as Linux counts.
        return Timing(seconds, out.read(), cpu_s, used.ru_maxrss / 1024)


def environment(settings: Mapping[str, str]) -> dict[str, str]:
    """Return this process's environment without ours, MLflow's and Python's, then `settings`.

    A FIRE_RISK_HOME of whoever calls must not become the home that is measured, or written to; and
    PYTHONDONTWRITEBYTECODE would have each process compile anew what it imports.
    """
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("FIRE_RISK_", "MLFLOW_", "DAGSTER_", "SPARK_", "PY"))
    }
    quiet = {"DAGSTER_DISABLE_TELEMETRY": "1", "MLFLOW_DISABLE_TELEMETRY": "true"}
    return {**kept, **quiet, "PYTHONPATH": str(ROOT), **settings}


def by_turns(
    contestants: Mapping[str, Callable[[int], Command]],
    *,
    rounds: int,
    run: Callable[[Command], Timing] = timed,
) -> dict[str, list[Timing]]:
    """Return the timings of each contestant, run one after the other in every round.

    By turns, so that a busy minute of the machine falls on all of them. Round 0 warms disk caches
    and compiled files and is thrown away.

    Args:
        contestants: By name: the command for a round, 0 … `rounds`.
        rounds: How many rounds count.
        run: Runs one command.
    """
    found: dict[str, list[Timing]] = {name: [] for name in contestants}
    for turn in range(rounds + 1):
        for name, command in contestants.items():
            timing = run(command(turn))
            progress(f"{name}, round {turn} of {rounds}: {timing.seconds:.2f} s")
            if turn > 0:
                found[name].append(timing)
    return found


def typical(values: Sequence[float]) -> float:
    """Return the median."""
    return float(median(values))


def ratio(ours: Sequence[float], theirs: Sequence[float]) -> float:
    """Return the median of the ratios within each round.

    Not the ratio of the medians: those may come from different rounds, and the machine was not
    equally busy in them.

    >>> ratio([2.0, 8.0, 3.0], [1.0, 8.0, 2.0])
    1.5
    """
    return typical([one / other for one, other in zip(ours, theirs, strict=True)])


def seconds(timings: Sequence[Timing]) -> list[float]:
    """Return the seconds of some timings."""
    return [each.seconds for each in timings]


def spread(values: Sequence[float]) -> dict[str, Any]:
    """Return median, least, most and all values, rounded for people; seconds."""
    return {
        "median_s": round(typical(values), 3),
        "least_s": round(min(values), 3),
        "most_s": round(max(values), 3),
        "all_s": [round(value, 3) for value in values],
    }


def contestant(doc: str | None, told: Mapping[str, Sequence[str] | None]) -> dict[str, str]:
    """Return the arguments of a module that is one contestant of a measurement, by their names.

    Whoever starts it without them is told what they are, and by the docstring which command
    measures.

    Args:
        doc: Docstring of the module.
        told: Arguments in their order, each with what it may be; None: anything.
    """
    parser = ArgumentParser(description=doc, formatter_class=RawDescriptionHelpFormatter)
    for name, choices in told.items():
        parser.add_argument(name, choices=choices)
    return dict(vars(parser.parse_args()))


def progress(line: str) -> None:
    """Tell whoever waits; stdout is kept for the result."""
    print(line, file=sys.stderr, flush=True)
