"""Rows set aside: which there are, a form to repair them on, and their replay.

Looking needs the data tables only; neither MLflow, Dagster nor scikit-learn is imported for it.
"""

import shlex
from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from fire_risk_assets.cli.commands import (
    DRY_RUN,
    Command,
    Invocation,
    Sections,
    at_fault,
    shared_options,
)
from fire_risk_assets.cli.exit_codes import DONE
from fire_risk_assets.cli.intake_view import answer_taken, require_offer
from fire_risk_assets.cli.render import Block, Grid

if TYPE_CHECKING:
    from fire_risk_assets.core.border.set_aside import AsideBatch

SHOWN_ROWS, SHOWN_RAW = 50, 160
"""What a terminal is given at most; `--json` has it all."""

_BATCH = click.argument("batch", type=click.IntRange(min=1))


class _Quarantine(Sections):
    sections = (("Read", ("list", "show")), ("Change", ("replay",)))


@click.group(cls=_Quarantine)
@shared_options
def quarantine() -> None:
    """Show rows that were set aside, and take them in once they are repaired."""


@quarantine.command("list", cls=Command)
@shared_options
@click.pass_obj
def list_batches(call: Invocation) -> int:
    """Show the batches with rows set aside."""
    from fire_risk_assets.actions.set_aside import batches_set_aside
    from fire_risk_assets.wiring.landing import open_quarantine

    found = batches_set_aside(open_quarantine(call.settings).store)
    call.output.answer([_facts(batch) for batch in found], lambda: _list_blocks(found, call))
    return DONE


@quarantine.command(cls=Command)
@_BATCH
@click.option("--out", type=click.Path(path_type=Path), help="Write the open rows there as CSV.")
@shared_options
@click.pass_obj
def show(call: Invocation, batch: int, *, out: Path | None) -> int:
    """Show the rows BATCH set aside; with --out, write those still open to be repaired."""
    from fire_risk_assets.actions.set_aside import batch_set_aside, refuse_uci
    from fire_risk_assets.core.border.set_aside import repair_form
    from fire_risk_assets.wiring.landing import open_quarantine, write_new

    found = batch_set_aside(batch, open_quarantine(call.settings).store)
    if out is not None:
        refuse_uci(found)
        if found.open_rows:
            with at_fault("--out"):
                write_new(out, repair_form(found))
    written = out if found.open_rows else None
    rows = [asdict(row) for row in found.rows]
    document = {**_facts(found), "columns": found.columns, "out": written, "rows": rows}
    call.output.answer(document, lambda: _show_blocks(found, out, call))
    return DONE


@quarantine.command(cls=Command)
@_BATCH
@click.argument("file", type=click.Path(path_type=Path, readable=False))
@click.option("--known-at", help="`now` or `observed+DAYS`; a column known_at wins.")
@DRY_RUN
@shared_options
@click.pass_obj
def replay(call: Invocation, batch: int, file: Path, *, known_at: str | None, dry_run: bool) -> int:
    """Check the repaired rows of FILE and take them in as the lines BATCH set aside."""
    from fire_risk_assets.actions.replay import replay as take_in
    from fire_risk_assets.wiring.landing import offered_file, open_quarantine

    require_offer(file, known_at)
    intake = open_quarantine(call.settings, change=not dry_run)
    with call.output.working(f"Checking {file.name}"):
        report = take_in(
            offered_file(file),
            batch,
            store=intake.store,
            lease=intake.lease,
            clock=intake.clock,
            crash=intake.crash,
            known_at=known_at,
            settings=intake.settings,
            dry_run=dry_run,
        )
    return answer_taken(
        call,
        report,
        what=f"Batch {batch}, {report.file_name}, repaired",
        again="They were replayed before; nothing changed.",
        dry_run=dry_run,
        replay_of=batch,
    )


def _facts(batch: "AsideBatch") -> dict[str, Any]:
    reasons = Counter(row.reason_code for row in batch.open_rows)
    told = ("batch_seq", "file_name", "file_sha256", "tables", "kind", "recorded_at")
    return {
        **{name: getattr(batch, name) for name in told},
        "set_aside": len(batch.rows),
        "open": len(batch.open_rows),
        "reasons": dict(sorted(reasons.items())),
    }


def _list_blocks(found: "list[AsideBatch]", call: Invocation) -> list[Block]:
    if not found:
        return ["No row was set aside."]
    rows = []
    for facts in map(_facts, found):
        why = ", ".join(f"{code} {count:,}" for code, count in facts["reasons"].items())
        told = ("file_name", "kind", "recorded_at", "set_aside", "open")
        # A number one types is shown without a comma.
        rows.append((str(facts["batch_seq"]), *(facts[name] for name in told), why or None))
    columns = ("batch", "file", "kind", "when (UTC)", "set aside", "open", "why (open ones)")
    hint = "`fire-risk quarantine show BATCH --out FILE` writes open rows as CSV to repair."
    return [Grid(columns=columns, rows=rows), call.typed(hint)]


def _show_blocks(batch: "AsideBatch", out: Path | None, call: Invocation) -> list[Block]:
    still_open = len(batch.open_rows)
    blocks: list[Block] = [
        f"Batch {batch.batch_seq} of {batch.recorded_at:%Y-%m-%d %H:%M} UTC, {batch.file_name}"
        f" ({batch.kind}): {len(batch.rows):,} rows set aside, {still_open:,} open."
    ]
    shown = [
        (str(row.line), "yes" if row.open else "no", row.reason_code, row.reason, _short(row.raw))
        for row in batch.rows[:SHOWN_ROWS]
    ]
    blocks.append(Grid(columns=("line", "open", "code", "reason", "raw"), rows=shown))
    if len(batch.rows) > SHOWN_ROWS:
        blocks.append(f"… and {len(batch.rows) - SHOWN_ROWS:,} more; --json shows all.")
    if out is not None and not still_open:
        blocks.append("No row is open, so no file was written.")
    elif out is not None:
        name = shlex.quote(str(out))
        again = f"`fire-risk quarantine replay {batch.batch_seq} {name}`"
        blocks.append(call.typed(f"The open rows are in {name}; when they are repaired: {again}."))
        if batch.columns is None:
            blocks.append(
                f"The header of {batch.file_name} is on no record: the columns are those a"
                f" {batch.kind} file must have, and cells of text files are left empty."
            )
    return blocks


def _short(raw: str) -> str:
    return raw if len(raw) <= SHOWN_RAW else f"{raw[:SHOWN_RAW]}…"
