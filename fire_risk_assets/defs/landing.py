"""What the landing sensor does with what lies in the folder: pure, no instance, no listing."""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fire_risk_assets.core.border.landed import Decided, Landed, at_rest, is_decided
from fire_risk_assets.core.wording import counted

MAX_ATTEMPTS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """What the landing sensor does: request a run under `key`, or skip and say why."""

    key: str | None = None
    skip: str | None = None


def decide_tick(
    files: Sequence[Landed],
    *,
    before: Mapping[str, Any],
    decided: Collection[Decided],
    runs: Mapping[str, Sequence[str]],
) -> Tick:
    """Say what the sensor does now.

    Args:
        files: What lies there.
        before: Path -> [look] of what was undecided at the last tick.
        decided: What was accepted or refused; see `decided_files`.
        runs: Statuses of earlier runs by request key, without the attempt.
    """
    if not files:
        return Tick(skip="The landing folder is empty.")
    new = [file for file in files if not is_decided(file, decided)]
    if not new:
        return Tick(skip=f"All of the landing folder is taken in or refused ({_files(files)}).")
    if moving := [f.path.name for f in new if not at_rest(f, before)]:
        return Tick(skip=f"Waiting until {moving[0]!r} is written: it changed since the last look.")
    named = sorted(f"{file.kind} {file.content}" for file in new)
    key = hashlib.sha256("|".join(named).encode()).hexdigest()[:16]
    earlier = runs.get(key, ())
    if busy := [status for status in earlier if status not in ("SUCCESS", "FAILURE", "CANCELED")]:
        return Tick(skip=f"A run for {_files(new)} is under way ({busy[0].lower()}).")
    if len(earlier) >= MAX_ATTEMPTS:
        return Tick(
            skip=f"{counted(len(earlier), 'run')} left {_files(new)} undecided, e.g."
            f" {new[0].path.name!r}. See their events, then run the job `data` by hand."
        )
    return Tick(key=f"{key}-{len(earlier) + 1}")


def _files(files: Sequence[Landed]) -> str:
    return counted(len(files), "file")
