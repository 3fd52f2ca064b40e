"""`fire-risk export-incident` and `verify`: an incident in one file, and whether it holds."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from fire_risk_assets.cli.commands import Command, Invocation, at_fault, shared_options
from fire_risk_assets.cli.exit_codes import DONE, REFUSED
from fire_risk_assets.cli.investigating import MARKS
from fire_risk_assets.cli.render import Block, Grid

if TYPE_CHECKING:
    from fire_risk_assets.core.incident.claims import Claim


@click.command(name="export-incident", cls=Command)
@click.argument("incident")
@click.option(
    "--out", type=click.Path(path_type=Path), help="The file; default: INCIDENT.zip here."
)
@shared_options
@click.pass_obj
def export_incident(call: Invocation, *, incident: str, out: Path | None) -> int:
    """Pack INCIDENT (inc_…) with ledger, model, rows and packages into one file."""
    import hashlib
    import json

    from fire_risk_assets.actions.export_incident import export_incident as gathered
    from fire_risk_assets.core.incident.question import checked_incident_id
    from fire_risk_assets.wiring import model_spec, open_world
    from fire_risk_assets.wiring.site import open_site, write_archive

    with at_fault("INCIDENT"):
        checked_incident_id(incident)
    filed = open_site(call.settings).filed
    page, document = (filed.content(incident, name) for name in filed.names)
    dossier = json.loads(document)
    spec = model_spec(call.settings, dossier["model_name"])
    with call.output.working(f"Packing {incident}"):
        content = gathered(dossier, page, document, spec, open_world(call.settings))
    path = out or Path(f"{incident}.zip")
    with at_fault("--out"):
        write_archive(path, content)
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    answer = {"archive": str(path), "sha256": sha256, "files": len(content)}
    call.output.answer(
        answer,
        lambda: [
            f"The archive: {path} ({len(content)} files).",
            f"Note its digest elsewhere: sha256 {sha256}.",
            f"Check it anywhere: `{call.command} verify {path}`.",
        ],
    )
    return DONE


@click.command(cls=Command)
@click.argument("archive", type=click.Path(path_type=Path))
@shared_options
@click.pass_obj
def verify(call: Invocation, *, archive: Path) -> int:
    """Check an ARCHIVE of an incident, wherever; exit code 1 when a claim is contradicted."""
    from dataclasses import asdict

    from fire_risk_assets.core.incident.archive import check_archive
    from fire_risk_assets.wiring.site import read_archive

    claims = check_archive(read_archive(archive))
    call.output.answer([asdict(claim) for claim in claims], lambda: _blocks(claims))
    return REFUSED if any(claim.state == "contradicted" for claim in claims) else DONE


def _blocks(claims: "Sequence[Claim]") -> list[Block]:
    rows = [(MARKS[claim.state], claim.says, claim.detail) for claim in claims]
    return [Grid(columns=("state", "claim", "detail"), rows=rows)]
