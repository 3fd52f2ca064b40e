"""Commands that bring in data and run one cycle: cycle, ingest, simulate.

The main job is `run.py`; what an operator does to the pointer is `operating.py`.
"""

from datetime import date
from pathlib import Path

import click

from fire_risk_assets.cli.commands import (
    DRY_RUN,
    Command,
    Invocation,
    at_fault,
    operator,
    shared_options,
)
from fire_risk_assets.cli.cycle_plan import last_tick, show_cycle
from fire_risk_assets.cli.exit_codes import DONE, cycles_code
from fire_risk_assets.cli.intake_view import answer_taken, require_offer, taken_before
from fire_risk_assets.cli.render import Grid
from fire_risk_assets.errors import UsageError


class Day(click.ParamType):
    """A date on the command line."""

    name = "date"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> date:
        """Read YYYY-MM-DD."""
        try:
            return date.fromisoformat(str(value))
        except ValueError:
            self.fail(f"{value!r} is not a date; write YYYY-MM-DD.", param, ctx)


@click.command(cls=Command)
@click.option("--model", required=True, help="The model.")
@click.option("--as-of", help="Where the cycle stands (ISO 8601); a date: 00:00 UTC.")
@click.option("--due", is_flag=True, help="Stand at the schedule's last tick instead.")
@click.option("--cycle-id", help="Default: the date of --as-of.")
@DRY_RUN
@shared_options
@click.pass_obj
def cycle(
    call: Invocation,
    *,
    model: str,
    as_of: str | None,
    cycle_id: str | None,
    due: bool,
    dry_run: bool,
) -> int:
    """Run one retraining cycle of a model and show its decision."""
    from fire_risk_assets.core.names import checked_identifier, checked_name
    from fire_risk_assets.wiring import model_spec, open_readers

    if (as_of is None) != due:
        raise UsageError(
            "A cycle stands at one instant.", remedy="Give --as-of or --due, and not both."
        )
    if cycle_id is not None:
        with at_fault("--cycle-id"):
            checked_identifier(cycle_id, what="cycle id")
    checked_name(model, what="model name")
    instant = None if as_of is None else call.as_of(as_of, "--as-of")
    # The home comes before the name: which names are known may be on its record alone.
    open_readers(call.settings)
    call.require_model(model)
    spec = model_spec(call.settings, model)
    if dry_run:
        return show_cycle(call, spec, cycle_id, instant or last_tick(call))

    from fire_risk_assets.cli.status_view import row_blocks
    from fire_risk_assets.defs.launch import run_cycle

    as_of_now = instant or last_tick(call)
    done: list[str] = []
    with call.output.working(f"Cycle of {model} as of {as_of_now:%Y-%m-%d}"):
        row = run_cycle(
            call.settings,
            model,
            cycle_id=cycle_id,
            as_of=as_of_now,
            actor=operator(),
            put_right=done.extend,
        )
    if done:
        call.output.remark(f"It was decided before; put right for {model}: {'; '.join(done)}.")
    call.output.answer(row.to_json(), lambda: row_blocks(row))
    return cycles_code([row.kind])


@click.command(cls=Command)
@click.argument("file", type=click.Path(path_type=Path, readable=False))
@click.option("--format", "layout", type=click.Choice(["canonical", "uci"]), help="Default: found.")
@click.option(
    "--kind", type=click.Choice(["weather", "reports", "cells"]), help="Default: by the header."
)
@click.option("--known-at", help="`now` or `observed+DAYS`; a column known_at wins.")
@DRY_RUN
@shared_options
@click.pass_obj
def ingest(
    call: Invocation,
    file: Path,
    *,
    layout: str | None,
    kind: str | None,
    known_at: str | None,
    dry_run: bool,
) -> int:
    """Check FILE and take it in; bad rows are set aside with their reason."""
    from fire_risk_assets.actions.ingest import ingest as take_in
    from fire_risk_assets.wiring import prepare_home
    from fire_risk_assets.wiring.landing import offered_file, open_intake

    require_offer(file, known_at)
    if not dry_run:
        prepare_home(call.settings)
    intake = open_intake(call.settings)
    with call.output.working(f"Checking {file.name}"):
        report = take_in(
            offered_file(file),
            store=intake.store,
            lease=intake.lease,
            clock=intake.clock,
            crash=intake.crash,
            kind=kind,  # type: ignore[arg-type]
            format=layout,  # type: ignore[arg-type]
            known_at=known_at,
            settings=intake.settings,
            dry_run=dry_run,
        )
    again = taken_before(report, file.name, known_at)
    return answer_taken(call, report, what=report.file_name, again=again, dry_run=dry_run)


@click.command(cls=Command)
@click.option("--out", type=click.Path(path_type=Path), required=True, help="Folder to write to.")
@click.option("--seed", type=click.IntRange(min=0), help="Which world.")
@click.option("--from", "start", type=Day(), help="First day.")
@click.option("--until", type=Day(), help="Last day.")
@click.option("--drift-from", type=Day(), help="First day of the concept change.")
@click.option("--drift-strength", type=click.FloatRange(0.0, 1.0), help="0: no change.")
@click.option("--bad-rows", is_flag=True, help="Plant impossible rows.")
@click.option("--no-corrections", is_flag=True, help="No report is corrected later.")
@click.option("--no-delays", is_flag=True, help="Fires are reported when they start.")
@DRY_RUN
@shared_options
@click.pass_obj
def simulate(
    call: Invocation,
    out: Path,
    *,
    seed: int | None,
    start: date | None,
    until: date | None,
    drift_from: date | None,
    drift_strength: float | None,
    bad_rows: bool,
    no_corrections: bool,
    no_delays: bool,
    dry_run: bool,
) -> int:
    """Write the simulated park as canonical CSV files."""
    from fire_risk_assets.cli.park import facts_of, park_of
    from fire_risk_assets.wiring import clock_of
    from fire_risk_assets.wiring.landing import write_park

    dates = {"--from": start, "--until": until}
    with at_fault(*(option for option, day in dates.items() if day is not None)):
        park = park_of(
            call.settings.simulate,
            clock_of(call.settings).now().date(),
            seed=seed,
            start=start,
            until=until,
            drift_from=drift_from,
            drift_strength=drift_strength,
            bad_rows=bad_rows,
            corrections=not no_corrections,
            report_delays=not no_delays,
        )
    with call.output.working("Simulating the park"):
        written = write_park(park, out, dry_run=dry_run)
    if dry_run:
        call.output.remark("Dry run: nothing was written. These files would be.")
    rows = [(kind, each["rows"], each["path"]) for kind, each in written.items()]
    call.output.answer(
        {**facts_of(park), "files": written},
        lambda: [
            f"The park from {park.start} to {park.until}, seed {park.seed}:",
            Grid(columns=("kind", "rows", "file"), rows=rows),
        ],
    )
    return DONE
