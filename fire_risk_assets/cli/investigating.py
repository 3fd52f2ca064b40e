"""`fire-risk investigate`: from a cell and an hour to the cause, as a page and a document."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from fire_risk_assets.cli.commands import Command, Invocation, at_fault, shared_options
from fire_risk_assets.cli.exit_codes import DONE, REFUSED
from fire_risk_assets.cli.render import Block, Grid

if TYPE_CHECKING:
    from fire_risk_assets.core.incident.dossier import Dossier

MARKS = {"verified": "✓ verified", "contradicted": "✗ contradicted", "unverifiable": "? unknown"}


@click.command(cls=Command)
@click.option("--model", required=True, help="The model.")
@click.option("--at", "time", required=True, help="The instant asked about (ISO 8601).")
@click.option("--cell", required=True, help="The cell, e.g. 7-4.")
@click.option(
    "--version",
    "versions",
    type=click.IntRange(min=1),
    multiple=True,
    help="Ask these versions too.",
)
@click.option(
    "--out", type=click.Path(path_type=Path), help="Folder of the page; default: in the home."
)
@shared_options
@click.pass_obj
def investigate(
    call: Invocation,
    *,
    model: str,
    time: str,
    cell: str,
    versions: tuple[int, ...],
    out: Path | None,
) -> int:
    """Answer why a cell was scored as it was: who served, what it saw and said, and why.

    Exit code 1 when a claim of the dossier is contradicted.
    """
    from fire_risk_assets.actions.file_incident import file_incident
    from fire_risk_assets.actions.investigate import STEPS, Wanted
    from fire_risk_assets.core.incident.question import Question
    from fire_risk_assets.core.names import checked_identifier
    from fire_risk_assets.pages.dossier import dossier_page
    from fire_risk_assets.wiring import model_spec, open_readers, open_world
    from fire_risk_assets.wiring.site import open_incidents, tools_of

    with at_fault("--cell"):
        checked_identifier(cell, what="cell")
    instant = call.instant(time, "--at")
    # The home comes before the name: which names are known may be on its record alone.
    open_readers(call.settings)
    with at_fault("--model"):
        call.require_model(model)
    spec = model_spec(call.settings, model)
    question = Question(model_name=spec.name, cell_id=cell, at=instant)
    wanted = Wanted(versions=versions, tools=tools_of(call.settings))
    files = open_incidents(call.settings, out)
    with call.output.progress(STEPS, f"Investigating {question.incident_id}") as step:
        dossier, page = file_incident(
            question,
            spec,
            open_world(call.settings),
            files,
            render=dossier_page,
            wanted=replace(wanted, tell=step),
        )
    call.output.answer(dossier.to_json(), lambda: _blocks(dossier, page))
    return REFUSED if dossier.states["contradicted"] else DONE


def _blocks(dossier: "Dossier", page: Path) -> list[Block]:
    rows = [(MARKS[claim.state], claim.says, claim.detail) for claim in dossier.claims]
    return [
        dossier.headline,
        Grid(title="What was checked", columns=("state", "claim", "detail"), rows=rows),
        f"The dossier: {page}",
    ]
