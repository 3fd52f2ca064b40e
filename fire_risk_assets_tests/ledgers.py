"""Small ledgers for tests: rows built by the same pure function the product uses."""

from datetime import UTC, datetime, timedelta

from fire_risk_assets.core.ledger.events import Event, row_for
from fire_risk_assets.core.ledger.row import LedgerRow

START = datetime(2026, 8, 3, 6, tzinfo=UTC)
WEEK = timedelta(weeks=1)


def event(kind="keep", reason_code="not_better", cycle_id="2026-08-03", **values):
    """An event of the model `burned_area`; `moves_to` makes it a pointer move."""
    moves_to = values.pop("moves_to", None)
    return Event(
        model_name=values.pop("model_name", "burned_area"),
        cycle_id=cycle_id,
        request=values.pop("request", "cycle"),
        kind=kind,
        reason_code=reason_code,
        reason=values.pop("reason", "Because."),
        actor="test",
        moves_to=moves_to,
        moves_to_sha256=None if moves_to is None else f"{moves_to:064x}",
        evidence=values,
    )


def ledger_of(*events: Event, start: datetime = START) -> list[LedgerRow]:
    """Rows recording the events a week apart."""
    rows: list[LedgerRow] = []
    for place, each in enumerate(events):
        rows.append(row_for(each, rows, now=start + place * WEEK))
    return rows


def first(version=1, cycle_id="2026-08-03", **values):
    """The promotion that starts a ledger."""
    as_of = values.pop("as_of", datetime(2026, 8, 3, tzinfo=UTC))
    return event("promote", "first", cycle_id, moves_to=version, as_of=as_of, **values)


def better(version, cycle_id, **values):
    """A promotion by the paired test."""
    return event(
        "promote", "better", cycle_id, moves_to=version, candidate_version=version, **values
    )


def rollback(version, key="key"):
    """An operator's rollback."""
    return event("rollback", "operator", key, request="rollback", moves_to=version)
