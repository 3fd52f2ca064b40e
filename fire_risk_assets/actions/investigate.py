"""Answer a question about an incident: gather every chapter of its dossier, check each claim."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import pandas as pd

from fire_risk_assets.actions.incident.cell_day import CellDay, cell_day_of, frame_of_day
from fire_risk_assets.actions.incident.scene import Scene, Versions, open_scene
from fire_risk_assets.actions.incident.what_if import what_if
from fire_risk_assets.actions.incident.what_it_said import Shown, shown, what_it_said
from fire_risk_assets.actions.incident.what_it_saw import what_it_saw
from fire_risk_assets.actions.incident.what_it_stood_on import what_it_stood_on
from fire_risk_assets.actions.incident.who_served import who_served
from fire_risk_assets.actions.resolve_version import resolve_version
from fire_risk_assets.core.explaining.explanation import Explanation
from fire_risk_assets.core.fitting import frame_of
from fire_risk_assets.core.incident.chapters import WhatIf
from fire_risk_assets.core.incident.claims import Claim, compared, missing
from fire_risk_assets.core.incident.dossier import Dossier
from fire_risk_assets.core.incident.question import Question
from fire_risk_assets.core.models.spec import ModelSpec
from fire_risk_assets.core.scoring.days import end_of
from fire_risk_assets.errors import InvalidScores
from fire_risk_assets.ports import World

STEPS = 6
"""How often whoever waits is told what is being done."""

BACKGROUND = 1_000
"""Training rows a row is explained against."""


def _silent(_step: str) -> None:
    """Tell nobody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """How a question is to be answered.

    Attributes:
        versions: Further versions to ask.
        tools: Addresses of the pages of `dagster` and `mlflow`, where known.
        tell: Told what is being done.
    """

    versions: Sequence[int] = ()
    tools: Mapping[str, str] = field(default_factory=dict)
    tell: Callable[[str], None] = _silent


def investigate(
    question: Question, spec: ModelSpec, world: World, wanted: Wanted | None = None
) -> Dossier:
    """Return the dossier of an incident; what is missing is named in its claims.

    Args:
        question: Model, cell and instant.
        spec: The model.
        world: The home; nothing in it is changed.
        wanted: How.

    Raises:
        NothingServed: the instant has not come, or nothing had been promoted by then.
        RegistryUnavailable, ProofUnfinished, StoreBroken, HomeUnusable.
    """
    wanted = wanted or Wanted()
    world.vault.warm_up()
    scene = open_scene(question, spec, world)
    wanted.tell("who served")
    served, claims = who_served(scene)
    wanted.tell("what it stood on")
    stood_on, training, of_stood_on = what_it_stood_on(scene, wanted.tools)
    wanted.tell("what it said")
    day = cell_day_of(question, world)
    seen = None if day is None else shown(scene, day)
    as_known = _then(question, day, seen)
    rows = None if day is None else day.known(as_known)
    versions = None if rows is None or not rows.num_rows else Versions(scene, rows)
    place = None if day is None or rows is None else day.place(rows)
    said, of_said = what_it_said(scene, day, seen, versions, place)
    saw, why, other = None, None, WhatIf(versions=[], no_rollback="No cell of the day is known.")
    of_saw: list[Claim] = []
    if day is not None and seen is not None and versions is not None and rows is not None:
        wanted.tell("why")
        why, of_why = _why(scene, day, versions, training, place)
        answer = versions.ask(scene.version)
        inputs = spec.features if isinstance(answer, str) else answer.inputs
        loudest = () if why is None else tuple(why.contributions)
        wanted.tell("what it saw")
        saw, of_saw = what_it_saw(scene, day, as_known, inputs, training=training, loudest=loudest)
        of_saw += of_why
        wanted.tell("what another version would have said")
        other = what_if(scene, day, rows, seen, versions, asked=wanted.versions)
    return Dossier(
        question=question,
        made_at=world.clock.now(),
        ledger_seq=scene.rows[-1].seq,
        served=served,
        saw=saw,
        said=said,
        why=why,
        what_if=other,
        stood_on=stood_on,
        claims=[*claims, *of_said, *of_saw, *of_stood_on],
    )


def _then(question: Question, day: CellDay | None, seen: Shown | None) -> datetime:
    """Return what "then" is: what the prediction that counts knew, else what scoring had known."""
    if day is None or seen is None:
        return question.at
    if seen.counts is None:
        return max(question.at, end_of(day.days.last))
    as_known: datetime = seen.counts["as_known"]
    return as_known


def _why(
    scene: Scene,
    day: CellDay,
    versions: Versions,
    training: pd.DataFrame | None,
    place: int | None,
) -> tuple[Explanation | None, list[Claim]]:
    code, says = "explanation_adds_up", "The contributions of the features add up to what it said."
    answer = versions.ask(scene.version)
    if isinstance(answer, str):
        return None, [missing(code, says, answer)]
    if training is None:
        return None, [missing(code, says, "the rows it was fitted on cannot be rebuilt")]
    absent = [name for name in answer.inputs if name not in training]
    if place is None or absent:
        gone = ", ".join(absent) or f"the features of cell {day.cell_id}"
        return None, [missing(code, says, f"not known: {gone}")]
    background = frame_of(
        answer.inputs, training.sample(min(BACKGROUND, len(training)), random_state=0)
    )
    row = frame_of(answer.inputs, frame_of_day(versions.rows.slice(place, 1)))
    found = resolve_version(scene.spec.name, scene.version, scene.world)
    try:
        why = scene.world.vault.explain(found.source, found.sha256, row, background)
    except InvalidScores as fact:
        return None, [compared(code, says, differs=str(fact))]
    detail = f"on {why.rows:,} rows, at most {why.worst_gap:.1g} apart"
    return why, [compared(code, says, differs="", detail=detail)]
