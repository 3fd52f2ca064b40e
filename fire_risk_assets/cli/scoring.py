"""`fire-risk score`: predictions for some days by the version that serves."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from typing import TYPE_CHECKING, Any

import click

from fire_risk_assets.cli.changing import Day
from fire_risk_assets.cli.commands import DRY_RUN, Command, Invocation, at_fault, shared_options
from fire_risk_assets.cli.exit_codes import DONE
from fire_risk_assets.cli.render import Block, Grid
from fire_risk_assets.core.scoring.batch import THEN, AsKnown
from fire_risk_assets.core.wording import counted

if TYPE_CHECKING:
    from fire_risk_assets.actions.score_batch import ScoredBatch, ScoreRequest

_COLUMNS = ("model", "days (UTC)", "version", "rows", "mean", "highest", "as known (UTC)", "batch")
SHOWN = 5
"""Days named in a remark, at most."""


@click.command(cls=Command)
@click.option("--model", required=True, help="The model.")
@click.option("--from", "first", type=Day(), required=True, help="First day of the observations.")
@click.option("--to", "last", type=Day(), help="Last day; default: that of --from.")
@click.option(
    "--as-known",
    help="Use nothing learned later (ISO 8601), nor a later version; `then`: each day by its end."
    " Default: now, in a home that replays the past `then`.",
)
@click.option("--key", help="Your key: the same key is the same batch.")
@DRY_RUN
@shared_options
@click.pass_obj
def score(
    call: Invocation,
    *,
    model: str,
    first: date,
    last: date | None,
    as_known: str | None,
    key: str | None,
    dry_run: bool,
) -> int:
    """Predict some days by the version that serves; what was predicted before is shown again."""
    from fire_risk_assets.actions.score_batch import ScoreRequest, score_batch
    from fire_risk_assets.core.names import checked_identifier, checked_name
    from fire_risk_assets.core.scoring.days import Days
    from fire_risk_assets.wiring import model_spec, open_readers, open_world

    with at_fault("--model"):
        checked_name(model, what="model name")
    with at_fault("--from", "--to"):
        days = Days(first, last or first)
    if key is not None:
        with at_fault("--key"):
            checked_identifier(key, what="key")
    request = ScoreRequest(days=days, as_known=_instant(call, as_known), key=key)
    # The home comes before the name: which names are known may be on its record alone.
    open_readers(call.settings)
    call.require_model(model)
    if dry_run:
        spec = model_spec(call.settings, model)
        found = score_batch(spec, request, open_world(call.settings), dry_run=True)
        call.output.remark("Dry run: nothing was written.")
    else:
        from fire_risk_assets.defs.launch import score_days

        with call.output.working(f"Scoring {days} by {model}"):
            found = score_days(call.settings, model, request)
    call.output.answer(batches_as_documents(found), lambda: scored_blocks(found))
    _remark(call, request, found)
    return DONE


def _instant(call: Invocation, text: str | None) -> AsKnown:
    if text is None or text == THEN:
        return text
    return call.as_of(text, "--as-known")


def batches_as_documents(found: "Sequence[ScoredBatch]") -> list[dict[str, Any]]:
    """Return the batches as one object each, for `--json`."""
    return [
        {**asdict(each.batch), "outcome": each.outcome, "days_without": list(each.days_without)}
        for each in found
    ]


def scored_blocks(found: "Sequence[ScoredBatch]", *, title: str = "") -> list[Block]:
    """Return the batches as a table."""
    rows = [
        (
            each.batch.model_name,
            _span(each),
            each.batch.model_version,
            each.batch.rows,
            each.batch.mean,
            each.batch.highest,
            each.batch.as_known_until,
            each.batch.batch_id,
        )
        for each in found
    ]
    return [Grid(title=title, columns=_COLUMNS, rows=rows)]


def _span(each: "ScoredBatch") -> str:
    first, last = each.batch.first_day, each.batch.last_day
    return str(first) if first == last else f"{first} to {last}"


def _remark(call: Invocation, request: "ScoreRequest", found: "Sequence[ScoredBatch]") -> None:
    recorded = [each for each in found if each.outcome == "recorded"]
    if recorded and len(recorded) == len(found):
        call.output.remark("Nothing was written: this is on record.")
    without = [day for each in found for day in each.days_without]
    if without:
        named = ", ".join(map(str, without[:SHOWN])) + (" …" if without[SHOWN:] else "")
        call.output.remark(f"No features of {counted(len(without), 'day')}: {named}.")
    if request.key is not None and any(
        (each.batch.first_day, each.batch.last_day) != (request.days.first, request.days.last)
        for each in recorded
    ):
        call.output.remark(f"The batch {request.key!r} is of other days than those asked for.")
