"""Commands that read: the ledger and the home's documents, nothing else.

`status`, `history` and `at` must answer at once, so neither MLflow, Dagster, scikit-learn, Spark
nor pandas may be imported on their way; a test looks at `sys.modules`.
"""

from dataclasses import asdict

import click

from fire_risk_assets.cli.commands import Command, Invocation, shared_options
from fire_risk_assets.cli.exit_codes import DONE, REFUSED
from fire_risk_assets.cli.render import Grid


@click.command(cls=Command)
@shared_options
@click.pass_obj
def status(call: Invocation) -> int:
    """Show what serves, since when, and what was decided last."""
    from fire_risk_assets.actions.status import status as read_status
    from fire_risk_assets.cli.status_view import status_blocks
    from fire_risk_assets.wiring import find_home, open_readers

    readers = open_readers(call.settings)
    found = read_status(call.builtin_names(), readers.ledger, readers.references)
    document = [asdict(each) for each in found]
    call.output.answer(
        document,
        lambda: status_blocks(found, call.settings, find_home(call.settings), call.command),
    )
    return DONE if all(each.ledger_ok for each in found) else REFUSED


@click.command(cls=Command)
@click.argument("model")
@shared_options
@click.pass_obj
def history(call: Invocation, model: str) -> int:
    """Show every event of MODEL: decisions, failures, rollbacks."""
    from fire_risk_assets.actions.status import history as read_history
    from fire_risk_assets.cli.findings import remark_findings
    from fire_risk_assets.cli.status_view import history_blocks
    from fire_risk_assets.core.names import checked_name
    from fire_risk_assets.wiring import open_readers

    checked_name(model, what="model name")
    readers = open_readers(call.settings)
    rows, findings = read_history(model, readers.ledger, readers.references)
    call.require_model(model, recorded=bool(rows))
    call.output.answer([row.to_json() for row in rows], lambda: history_blocks(model, rows))
    whole = f"the ledger of {model} is not whole. "
    remark_findings(call, [f"{whole}{finding}" for finding in findings])
    return REFUSED if findings else DONE


@click.command(cls=Command)
@click.argument("time")
@click.option("--model", required=True, help="The model.")
@shared_options
@click.pass_obj
def at(call: Invocation, time: str, model: str) -> int:
    """Show which version of a model served at TIME (ISO 8601)."""
    from fire_risk_assets.actions.status import served_at
    from fire_risk_assets.core.names import checked_name
    from fire_risk_assets.errors import NothingServed
    from fire_risk_assets.wiring import clock_of, open_readers

    checked_name(model, what="model name")
    instant = call.instant(time, "TIME")
    readers = open_readers(call.settings)
    if instant > clock_of(call.settings).now():
        raise NothingServed(
            f"{instant:%Y-%m-%d %H:%M} UTC has not come yet; what will serve then is not known.",
            remedy="See `fire-risk status` for what serves now.",
        )
    try:
        served = served_at(model, instant, readers.ledger)
    except NothingServed:
        call.require_model(model, recorded=bool(readers.ledger.rows(model)))
        raise
    call.output.answer(
        asdict(served),
        lambda: [
            f"At {instant:%Y-%m-%d %H:%M} UTC version {served.production_version} of {model}"
            f" served, since {served.since:%Y-%m-%d %H:%M} UTC (event {served.event_id[:12]},"
            f" row {served.seq} of `{call.command} history {model}`)."
        ],
    )
    return DONE


@click.command(cls=Command)
@shared_options
@click.pass_obj
def models(call: Invocation) -> int:
    """Show the configured models and how each is judged."""
    from fire_risk_assets.wiring import model_specs

    specs = model_specs(call.settings)
    document = [
        {
            "model_name": spec.name,
            "rows": spec.rows,
            "target": spec.target,
            "task": spec.task,
            "metric_name": spec.metric,
            "metric_direction": spec.direction,
            "reported_metrics": spec.reported_metrics,
            "features": len(spec.features),
            "windows": asdict(spec.windows),
            "alpha": spec.policy.alpha,
            "rule": spec.policy.rule,
            "caution": spec.caution,
        }
        for spec in specs.values()
    ]
    columns = ("model", "predicts", "rows", "judged on", "rule, alpha", "holdout", "label lag")
    rows = [
        (
            spec.name,
            spec.target,
            spec.rows,
            f"{spec.metric}, {'lower' if spec.direction == 'ASC' else 'higher'} wins",
            f"{spec.policy.rule}, {spec.policy.alpha:g}",
            _weeks(spec.windows.holdout_weeks, spec.windows.max_holdout_weeks),
            f"{spec.windows.label_lag_days} d",
        )
        for spec in specs.values()
    ]
    cautions = [f"{spec.name}: {spec.caution}" for spec in specs.values() if spec.caution]
    call.output.answer(document, lambda: [Grid(columns=columns, rows=rows), *cautions])
    return DONE


def _weeks(planned: int, most: int) -> str:
    return f"{planned} weeks" if planned == most else f"{planned} to {most} weeks"
