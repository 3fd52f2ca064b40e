"""Which engine writes the data tables, and handing them over to the one in force."""

from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from fire_risk_assets.cli.commands import DRY_RUN, Command, Invocation, Sections, shared_options
from fire_risk_assets.cli.exit_codes import DONE
from fire_risk_assets.cli.render import Block, Grid

if TYPE_CHECKING:
    from fire_risk_assets.actions.take_over import TableWriter


class _Engine(Sections):
    sections = (("Read", ("show",)), ("Change", ("take-over",)))


@click.group(cls=_Engine)
@shared_options
def engine() -> None:
    """Show which engine writes the data tables, or hand them over."""


@engine.command(cls=Command)
@shared_options
@click.pass_obj
def show(call: Invocation) -> int:
    """Show the engine in force and who writes each data table."""
    from fire_risk_assets.actions.take_over import table_writers
    from fire_risk_assets.wiring.landing import open_quarantine

    _answer(call, table_writers(open_quarantine(call.settings).store))
    return DONE


@engine.command("take-over", cls=Command)
@click.option("--yes", is_flag=True, help="Do not ask.")
@DRY_RUN
@shared_options
@click.pass_obj
def take_over(call: Invocation, *, yes: bool, dry_run: bool) -> int:
    """Make the engine in force (FIRE_RISK_ENGINE) the writer of every data table.

    The other engine refuses to write them from then on. Stop its processes first.
    """
    from fire_risk_assets.actions.take_over import table_writers
    from fire_risk_assets.actions.take_over import take_over as hand_over
    from fire_risk_assets.wiring.landing import open_quarantine

    if dry_run:
        call.output.remark("Dry run: nothing was changed.")
        _answer(call, table_writers(open_quarantine(call.settings).store))
        return DONE
    call.require_answer(yes=yes)
    intake = open_quarantine(call.settings, change=True)
    if not yes:
        call.confirm(f"Hand the data tables to the {call.settings.engine} engine?")
    _answer(call, hand_over(intake.store, intake.lease))
    return DONE


def _answer(call: Invocation, found: "list[TableWriter]") -> None:
    document = {"engine": call.settings.engine, "tables": [asdict(each) for each in found]}
    call.output.answer(document, lambda: _blocks(call, found))


def _blocks(call: Invocation, found: "list[TableWriter]") -> list[Block]:
    rows = [(each.table, each.writer, "now" if each.taken_over else None) for each in found]
    return [
        f"The engine in force is {call.settings.engine}.",
        Grid(columns=("table", "written by", "taken over"), rows=rows),
    ]
