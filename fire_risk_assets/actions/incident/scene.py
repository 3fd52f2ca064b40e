"""What all chapters look at: the question, the ledger, the move in force, and versions to ask."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import pyarrow as pa

from fire_risk_assets.actions.incident.cell_day import frame_of_day
from fire_risk_assets.actions.resolve_serving import nothing_served
from fire_risk_assets.actions.resolve_version import resolve_version
from fire_risk_assets.core.explaining.explanation import Asked
from fire_risk_assets.core.incident.question import Question
from fire_risk_assets.core.ledger.fold import serving_at
from fire_risk_assets.core.ledger.row import LedgerRow
from fire_risk_assets.core.models.spec import ModelSpec
from fire_risk_assets.errors import (
    ArtifactMismatch,
    ArtifactRejected,
    NothingServed,
    RequestRefused,
)
from fire_risk_assets.ports import World


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """What all chapters look at.

    Attributes:
        rows: The model's ledger.
        move: The pointer move in force at the instant asked about.
        version: What it put into production.
    """

    question: Question
    spec: ModelSpec
    world: World
    rows: Sequence[LedgerRow]
    move: LedgerRow
    version: int

    @property
    def judged_by(self) -> LedgerRow | None:
        """The row with the verdict that first put the version into service, None without one."""
        return next(
            (row for row in self.rows if row.updated and row.production_version == self.version),
            None,
        )


def open_scene(question: Question, spec: ModelSpec, world: World) -> Scene:
    """Return the scene of a question.

    Raises:
        NothingServed: the instant has not come yet, or nothing had been promoted by then.
    """
    if question.at > world.clock.now():
        raise NothingServed(
            f"{question.at:%Y-%m-%d %H:%M} UTC has not come yet.",
            remedy="Ask about a time that has passed.",
        )
    rows = world.ledger.rows(spec.name)
    move = serving_at(rows, question.at)
    if move is None or move.production_version is None:
        raise nothing_served(rows, spec.name, question.at)
    return Scene(
        question=question,
        spec=spec,
        world=world,
        rows=rows,
        move=move,
        version=move.production_version,
    )


@dataclass(slots=True)
class Versions:
    """Versions of the model, asked about the rows of one day, each once.

    Attributes:
        rows: Features of all cells of the day.
    """

    scene: Scene
    rows: pa.Table
    _answers: dict[int, Asked | str] = field(default_factory=dict)

    def on(self, rows: pa.Table) -> "Versions":
        """Return the versions to be asked about other rows: these, where they are no others."""
        return self if rows.equals(self.rows) else Versions(self.scene, rows)

    def ask(self, version: int) -> Asked | str:
        """Return what a version says of all rows, or a sentence why it cannot be asked.

        Its files are verified against the record before they are loaded, in a child process.
        """
        if version not in self._answers:
            self._answers[version] = self._asked(version)
        return self._answers[version]

    def _asked(self, version: int) -> Asked | str:
        world = self.scene.world
        try:
            found = resolve_version(self.scene.spec.name, version, world)
            return world.vault.predict(found.source, found.sha256, frame_of_day(self.rows))
        except (RequestRefused, ArtifactMismatch, ArtifactRejected) as gone:
            return str(gone)
