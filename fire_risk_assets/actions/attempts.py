"""Marks of attempts under way: made when a cycle is opened, gone when it ended or failed on record.

A mark whose process no longer exists tells of a kill; `record_failure` gives it its row.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fire_risk_assets.core.digest import sha256_of_json
from fire_risk_assets.core.references import Reference
from fire_risk_assets.errors import StoreBroken
from fire_risk_assets.ports import References, World

ATTEMPT = "attempt_"
"""Prefix of the references that mark attempts under way: one a process, since several may try the
same cycle and each may die by itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt(Reference):
    """An attempt under way.

    Attributes:
        run_id: Dagster run that makes it.
        as_of: Where its cycle stands.
        process: Mark of the process it runs in; see `ports.Processes`.
    """

    run_id: str
    as_of: datetime
    process: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Mark:
    """An attempt as it is marked: under which cycle, in a reference of which name."""

    cycle_id: str
    name: str
    attempt: Attempt


def open_attempt(
    model_name: str, cycle_id: str, as_of: datetime, run_id: str, world: World
) -> None:
    """Mark that this process attempts the cycle, so that a kill from here on is found; once a run.

    What fails earlier leaves no mark, and who records that knows the run and its instant himself.
    """
    if attempted(model_name, cycle_id, run_id, world):
        return
    attempt = Attempt(run_id=run_id, as_of=as_of, process=world.processes.me())
    world.references.save(model_name, cycle_id, _mine(world), attempt.to_json())


def close_attempt(model_name: str, cycle_id: str, world: World) -> None:
    """Mark that this process's attempt ended, well or recorded as failed."""
    world.references.forget(model_name, cycle_id, _mine(world))


def attempted(model_name: str, cycle_id: str, run_id: str, world: World) -> bool:
    """Tell whether a run has begun an attempt of the cycle, in this process."""
    attempt = my_attempt(model_name, cycle_id, world)
    return attempt is not None and attempt.run_id == run_id


def close_attempts_of(run_id: str, model_names: Iterable[str], references: References) -> None:
    """Mark that a run ended well, whether or not it went as far as a decision."""
    for model_name in model_names:
        for mark in marks_of(model_name, references):
            if mark.attempt.run_id == run_id:
                references.forget(model_name, mark.cycle_id, mark.name)


def marks_of(model_name: str, references: References) -> Iterator[Mark]:
    """Yield the marks of a model's attempts under way.

    Raises:
        StoreBroken: one was changed by hand.
    """
    for cycle_id, name in references.find(model_name, ATTEMPT):
        attempt = _load(model_name, cycle_id, name, references)
        # Closed meanwhile by the process it belongs to.
        if attempt is not None:
            yield Mark(cycle_id, name, attempt)


def is_running(
    model_name: str, mark: Mark, world: World, *, is_over: Callable[[str], bool] | None = None
) -> bool:
    """Tell whether the process of a mark still exists.

    Args:
        model_name: The model.
        mark: As found.
        world: Adapters.
        is_over: Tells of a run id whether that run has ended, where somebody knows: it decides
            about attempts of another host, whose processes cannot be looked at.

    Raises:
        StoreBroken: the mark was changed by hand.
    """
    process = mark.attempt.process
    with _named(model_name, mark.cycle_id, mark.name):
        if not world.processes.alive(process):
            return False
        here = world.processes.elsewhere(process) is None
        return is_over is None or here or not is_over(mark.attempt.run_id)


def my_attempt(model_name: str, cycle_id: str, world: World) -> Attempt | None:
    """Return this process's attempt of the cycle, None when it made none."""
    return _load(model_name, cycle_id, _mine(world), world.references)


def _mine(world: World) -> str:
    return f"{ATTEMPT}{sha256_of_json(world.processes.me())[:16]}"


def _load(model_name: str, cycle_id: str, name: str, references: References) -> Attempt | None:
    with _named(model_name, cycle_id, name):
        document = references.load(model_name, cycle_id, name)
        return None if document is None else Attempt.from_json(document)


@contextmanager
def _named(model_name: str, cycle_id: str, name: str) -> Iterator[None]:
    """Say of a mark that does not fit which file it is, and that it may go."""
    try:
        yield
    except StoreBroken as cause:
        file = f"references/{model_name}/{cycle_id}/{name}.json"
        raise StoreBroken(
            f"{file} of the home is no mark of an attempt: {cause}",
            remedy="Restore it, or delete it when no cycle of the model is running: then all that"
            " is lost is the `fail` row of one attempt.",
        ) from cause
