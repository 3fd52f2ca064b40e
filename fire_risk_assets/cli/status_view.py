"""Status and history as people read them: a table, a sentence a model, where to look next.

Turns reports into values for `render`; nothing is read and nothing is decided here.
"""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from fire_risk_assets.cli.as_typed import typed
from fire_risk_assets.cli.render import Block, Grid, shown
from fire_risk_assets.core.ledger.invariants import remedies
from fire_risk_assets.core.ledger.telling import done_by
from fire_risk_assets.core.wording import as_sentence, counted

if TYPE_CHECKING:
    from fire_risk_assets.actions.status import ModelStatus
    from fire_risk_assets.adapters.home_document import HomeDocument
    from fire_risk_assets.core.ledger.row import LedgerRow
    from fire_risk_assets.settings import Settings

_STATUS = (
    "model",
    "serves",
    "since (UTC)",
    "last event",
    "cycle",
    "cycles",
    "promotions",
    "ledger ok",
    "MLflow agrees",
)
_HISTORY = (
    "seq",
    "decided (UTC)",
    "what",
    "serves",
    "candidate",
    "its score",
    "production's",
    "p",
    "rows",
    "actor",
)
CYCLE_WIDTH = 14
"""Characters of a cycle id in the status table; `history` tells it whole."""


def status_blocks(
    found: "Sequence[ModelStatus]",
    settings: "Settings",
    home: "HomeDocument | None",
    command: str,
) -> Iterable[Block]:
    """Return what `fire-risk status` shows; `command` starts this program."""
    yield Grid(title=str(settings.home), columns=_STATUS, rows=[_line(each) for each in found])
    for each in found:
        yield sentence(each)
        yield from (f"  {typed(told, command)}" for told in remedies(each.ledger_findings))
    if home is not None:
        yield from home.about
    yield from next_steps(found, settings, command)


def sentence(each: "ModelStatus") -> str:
    """Say what was decided last about a model, and why."""
    text = f"{each.model_name}: no cycle has run yet." if each.kind is None else _last_event(each)
    if each.ledger_findings:
        text += as_sentence(f" THE LEDGER IS NOT WHOLE: {'; '.join(each.ledger_findings)}")
    return text


def _last_event(each: "ModelStatus") -> str:
    did = done_by(each.kind or "", each.production_version)
    text = f"{each.model_name}: {each.cycle_id} {did} ({each.reason_code})."
    text += f" {as_sentence(each.reason or '')}"
    if each.registry_checked_at is not None:
        checked = each.registry_checked_at
        text += f" MLflow was last compared with the ledger on {checked:%Y-%m-%d %H:%M} UTC."
    return text


def next_steps(found: "Sequence[ModelStatus]", settings: "Settings", command: str) -> Iterable[str]:
    """Say where to look next."""
    yield "Where to look next:"
    if not any(each.seq for each in found):
        yield f"  {command} run: take in data and run the cycles that are due"
        return
    name = next(each.model_name for each in found if each.seq)
    yield f"  {command} history {name}: every decision with its evidence"
    yield (
        f"  {command} ui: runs, assets and plots in Dagster (port {settings.servers.dagster_port}),"
        f" versions in MLflow ({settings.mlflow_models_page})"
    )
    if any(each.consistent is False for each in found):
        yield f"  {command} reconcile: bring MLflow into line with the ledger"


def history_grid(model: str, rows: "Sequence[LedgerRow]") -> Grid:
    """Return the events of a model as a table."""
    return Grid(
        title=f"{model}: {counted(len(rows), 'event')}",
        columns=_HISTORY,
        rows=[
            (
                row.seq,
                row.decided_at,
                f"{row.kind}: {row.reason_code}",
                row.production_version,
                row.candidate_version,
                row.candidate_score,
                row.production_score,
                row.p_value,
                row.holdout_rows,
                row.actor,
            )
            for row in rows
        ],
    )


def history_blocks(model: str, rows: "Sequence[LedgerRow]") -> list[Block]:
    """Return the events of a model: figures as a table, then the reason of each on a line."""
    why = [f"{row.seq}  {row.cycle_id}  {row.kind}: {row.reason}" for row in rows]
    return [history_grid(model, rows), *why]


def row_blocks(row: "LedgerRow") -> list[Block]:
    """Return one event as a table and a sentence."""
    did = done_by(row.kind, row.production_version)
    return [
        history_grid(row.model_name, [row]),
        f"{row.model_name}: {row.cycle_id} {did} ({row.reason_code}). {as_sentence(row.reason)}",
    ]


def _shortened(cycle_id: str | None) -> str | None:
    """Return a cycle id that leaves the table its width: an operator's key is a long digest."""
    if cycle_id is None or len(cycle_id) <= CYCLE_WIDTH:
        return cycle_id
    return f"{cycle_id[: CYCLE_WIDTH - 1]}…"


def _line(each: "ModelStatus") -> tuple[object, ...]:
    last = None if each.kind is None else f"{each.kind}: {each.reason_code}"
    agrees = "never checked" if each.registry_checked_at is None else shown(each.consistent)
    return (
        each.model_name,
        each.production_version,
        each.since,
        last,
        _shortened(each.cycle_id),
        each.cycles,
        each.promotions,
        each.ledger_ok,
        agrees,
    )
