"""What an operator does to the production pointer: promote, rollback, reconcile.

Each looks first: the target is verified and loaded, the row that would be written is shown, and
only then a question is asked or, with `--yes`, the row written.
"""

from typing import TYPE_CHECKING, Any

import click

from fire_risk_assets.cli.commands import (
    DRY_RUN,
    Command,
    Invocation,
    at_fault,
    operator,
    shared_options,
)
from fire_risk_assets.cli.exit_codes import DONE, REFUSED, exit_code
from fire_risk_assets.cli.render import Grid
from fire_risk_assets.errors import FireRiskError, UsageError

if TYPE_CHECKING:
    from fire_risk_assets.actions.change_pointer import Request

_MODEL = click.option("--model", required=True, help="The model.")
_REASON = click.option("--reason", required=True, help="Why; history is read by people.")
_KEY = click.option("--key", help="Your key: the same key is the same event.")
_YES = click.option("--yes", is_flag=True, help="Do not ask.")


@click.command(cls=Command)
@_MODEL
@click.option("--version", type=click.IntRange(min=1), required=True, help="Version to promote.")
@_REASON
@_KEY
@_YES
@DRY_RUN
@shared_options
@click.pass_obj
def promote(
    call: Invocation,
    model: str,
    version: int,
    reason: str,
    key: str | None,
    *,
    yes: bool,
    dry_run: bool,
) -> int:
    """Put a registered version into production by hand, without a verdict."""
    from fire_risk_assets.actions.change_pointer import Request

    request = Request(
        model_name=_checked(call, model, reason, key),
        kind="promote",
        version=version,
        reason=reason,
        actor=operator(),
        key=key,
    )
    return _move(call, request, yes=yes, dry_run=dry_run)


@click.command(cls=Command)
@_MODEL
@click.option("--to", "version", type=click.IntRange(min=1), help="Version to go back to.")
@click.option("--to-time", "time", help="Go back to what served at this time (ISO 8601).")
@_REASON
@_KEY
@_YES
@DRY_RUN
@shared_options
@click.pass_obj
def rollback(
    call: Invocation,
    model: str,
    *,
    version: int | None,
    time: str | None,
    reason: str,
    key: str | None,
    yes: bool,
    dry_run: bool,
) -> int:
    """Go back to a version that served before; by default the one before this."""
    from fire_risk_assets.actions.change_pointer import Request

    if version is not None and time is not None:
        raise UsageError("--to and --to-time both name a target; give one of them.")
    request = Request(
        model_name=_checked(call, model, reason, key),
        kind="rollback",
        version=version,
        at=None if time is None else call.instant(time, "--to-time"),
        reason=reason,
        actor=operator(),
        key=key,
    )
    return _move(call, request, yes=yes, dry_run=dry_run)


@click.command(cls=Command)
@click.option("--model", help="One model; default: all configured ones.")
@click.option("--adopt", is_flag=True, help="Record what MLflow shows as what serves (--model).")
@click.option("--reason", help="Why it is adopted.")
@DRY_RUN
@shared_options
@click.pass_obj
def reconcile(
    call: Invocation, model: str | None, reason: str | None, *, adopt: bool, dry_run: bool
) -> int:
    """Bring MLflow into line with the ledger, or adopt a move made by hand."""
    if adopt and (model is None or not (reason or "").strip() or dry_run):
        raise UsageError("--adopt takes --model and --reason, and no --dry-run.")
    from fire_risk_assets.cli.reconciling import failed, reconciled
    from fire_risk_assets.core.names import checked_name
    from fire_risk_assets.wiring import model_specs, open_readers, open_world

    if model is not None:
        checked_name(model, what="model name")

    open_readers(call.settings)
    names = [call.require_model(model)] if model else list(model_specs(call.settings))
    world = open_world(call.settings)
    because = reason if adopt else None
    found, failures = [], {}
    for name in names:
        try:
            each = reconciled(name, world, actor=operator(), adopt_because=because, dry_run=dry_run)
        except FireRiskError as fact:
            if model is not None:
                # The one model that was asked for: its error is the command's.
                raise
            # One model's damage keeps no other from being put right.
            failures[name] = fact
            each = failed(name, fact)
        found.append(each)
    _show_reconciled(call, found, failures, done="differences" if dry_run else "done")
    codes = [exit_code(fact) for fact in failures.values()]
    return max([*codes, DONE if all(map(_whole, found)) else REFUSED])


def _whole(each: dict[str, Any]) -> bool:
    return each["consistent"] and not each["findings"]


def _show_reconciled(
    call: Invocation,
    found: list[dict[str, Any]],
    failures: dict[str, FireRiskError],
    *,
    done: str,
) -> None:
    from fire_risk_assets.cli.findings import findings_of, remark_failures, remark_findings

    rows = [
        (
            each["model_name"],
            each["consistent"],
            "failed" if "error" in each else "; ".join(each["actions"]) or "nothing",
        )
        for each in found
    ]
    document: dict[str, Any] = {
        "consistent": all(each["consistent"] for each in found),
        "actions": [f"{each['model_name']}: {what}" for each in found for what in each["actions"]],
        "findings": findings_of(found),
        "models": found,
    }
    call.output.answer(document, lambda: [Grid(columns=("model", "consistent", done), rows=rows)])
    remark_findings(call, document["findings"])
    remark_failures(call, failures)


def _checked(call: Invocation, model: str, reason: str, key: str | None) -> str:
    from fire_risk_assets.core.names import checked_identifier, checked_name
    from fire_risk_assets.wiring import open_readers

    with at_fault("--model"):
        checked_name(model, what="model name")
    if not reason.strip():
        raise UsageError(
            "The reason is empty; history is read by people.", remedy="Say why with --reason."
        )
    if key is not None:
        with at_fault("--key"):
            checked_identifier(key, what="key")
    recorded = open_readers(call.settings).ledger.rows(model)
    return call.require_model(model, recorded=bool(recorded))


_REMARKS = {
    "serves": "Nothing to change: that version serves already. This is its row.",
    "recorded": "Nothing was moved: this request is on record, whatever serves now. This is its"
    " row.",
    "planned": "Dry run: nothing was written. This row would be.",
}


def _move(call: Invocation, request: "Request", *, yes: bool, dry_run: bool) -> int:
    from fire_risk_assets.actions.change_pointer import (
        as_shown,
        change_pointer,
        plan_pointer_change,
    )
    from fire_risk_assets.cli.status_view import row_blocks
    from fire_risk_assets.wiring import open_world

    if not dry_run:
        call.require_answer(yes=yes)
    world = open_world(call.settings)
    if dry_run or not yes:
        with call.output.working("Verifying and loading the target"):
            move = plan_pointer_change(request, world)
        if not dry_run and move.outcome == "planned":
            target, serving = move.row.production_version, move.row.previous_version
            call.confirm(f"Put {request.model_name} version {target} in place of {serving}?")
        # What was agreed to happens or nothing does: the ledger may have moved meanwhile.
        request = as_shown(request, move)
    if not dry_run:
        with call.output.working("Moving the pointer"):
            move = change_pointer(request, world)
    if move.outcome in _REMARKS:
        call.output.remark(_REMARKS[move.outcome])
    call.output.answer(move.row.to_json(), lambda: row_blocks(move.row))
    return DONE
