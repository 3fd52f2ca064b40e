"""`fire-risk site`: the pages for people who use neither Dagster nor MLflow.

Reads the ledger, the references and the dossiers; neither MLflow nor scikit-learn is imported.
"""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from fire_risk_assets.cli.commands import Command, Invocation, at_fault, shared_options
from fire_risk_assets.cli.exit_codes import DONE, REFUSED
from fire_risk_assets.cli.findings import remark_findings
from fire_risk_assets.cli.render import Block
from fire_risk_assets.core.wording import counted

if TYPE_CHECKING:
    from fire_risk_assets.actions.publish_site import SiteReport


@click.command(cls=Command)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    required=True,
    help="Folder to write; new, empty, or one of an earlier site.",
)
@shared_options
@click.pass_obj
def site(call: Invocation, *, out: Path) -> int:
    """Write web pages of all models: what serves, every decision, the incidents."""
    from fire_risk_assets.actions.publish_site import publish_site
    from fire_risk_assets.pages.site import site_pages
    from fire_risk_assets.wiring.site import open_site

    names = call.builtin_names()
    with call.output.progress(len(names) + 1, "Drawing") as step, at_fault("--out"):
        report = publish_site(names, open_site(call.settings, out), render=site_pages, step=step)
    call.output.answer({"out": out, **asdict(report)}, lambda: _blocks(report, out))
    remark_findings(call, report.findings)
    for problem in report.problems:
        call.output.remark(f"fire-risk: {problem}")
    return REFUSED if report.findings or report.problems else DONE


def _blocks(report: "SiteReport", out: Path) -> list[Block]:
    models = counted(len(report.heads), "model")
    led = f" and {counted(report.incidents, 'incident')}" if report.incidents else ""
    return [f"The site of {models}{led}: {out / 'index.html'} ({counted(report.files, 'file')})."]
