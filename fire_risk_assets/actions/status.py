"""Read the ledger for people: status, history, who served when. No MLflow, no data tables."""

from dataclasses import dataclass
from datetime import datetime

from fire_risk_assets.actions.project import last_check
from fire_risk_assets.actions.resolve_serving import nothing_served, unchanged
from fire_risk_assets.core.ledger.chain import chain_findings
from fire_risk_assets.core.ledger.fold import head, is_cycle_decision, serving
from fire_risk_assets.core.ledger.invariants import Invariant
from fire_risk_assets.core.ledger.lineage import production_since
from fire_risk_assets.core.ledger.row import LedgerRow
from fire_risk_assets.core.references import RegistryCheck
from fire_risk_assets.core.verdict import Kind
from fire_risk_assets.errors import StoreBroken
from fire_risk_assets.ports import Ledger, References


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelStatus:
    """One line of `fire-risk status`; the fields are a public contract.

    Attributes:
        since: Since when `production_version` has served without a break.
        cycles: Decision rows.
        promotions: Rows of kind promote.
        ledger_ok: The chain was verified now and is whole.
        consistent: Outcome of the last VERIFY or reconcile, at `registry_checked_at`.
    """

    model_name: str
    production_version: int | None
    since: datetime | None
    seq: int
    event_id: str | None
    kind: str | None
    reason_code: str | None
    reason: str | None
    cycle_id: str | None
    metric_name: str | None
    production_score: float | None
    candidate_score: float | None
    cycles: int
    promotions: int
    ledger_ok: bool
    ledger_findings: tuple[str, ...]
    consistent: bool | None
    registry_checked_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """Which version served at an instant, and the row that says so."""

    model_name: str
    production_version: int
    event_id: str
    seq: int
    since: datetime


def status(
    models: tuple[str, ...], ledger: Ledger, references: References
) -> tuple[ModelStatus, ...]:
    """Return the status of every configured model and of every model with a ledger.

    Raises:
        TableMissing: the home has no ledger yet.
    """
    return tuple(found for found, _ in recorded_status(models, ledger, references))


def recorded_status(
    models: tuple[str, ...], ledger: Ledger, references: References
) -> list[tuple[ModelStatus, list[LedgerRow]]]:
    """Return what `status` does, each with the rows it was read from, ordered by seq.

    Raises:
        TableMissing: the home has no ledger yet.
    """
    # Before the ledger: a row that comes in between is no row that is missing.
    checks = {name: _remembered(name, references) for name in models}
    recorded = ledger.all_rows()
    checks |= {name: _remembered(name, references) for name in recorded.keys() - checks.keys()}
    ledgers = {name: recorded.get(name, []) for name in sorted(checks)}
    return [(_status_of(name, rows, *checks[name]), rows) for name, rows in ledgers.items()]


def history(
    model_name: str, ledger: Ledger, references: References
) -> tuple[list[LedgerRow], list[str]]:
    """Return the rows of a model ordered by seq, and what is wrong with them.

    Raises:
        TableMissing: the home has no ledger yet.
    """
    check, unread = _remembered(model_name, references)
    rows = ledger.rows(model_name)
    return rows, _findings(rows, check, unread)


def served_at(model_name: str, instant: datetime, ledger: Ledger) -> Served:
    """Return what served at an instant (ties at the same instant: the higher seq).

    Raises:
        NothingServed: no version had been promoted by then.
        LedgerBroken: the row that says so was changed after it was written.
    """
    row = ledger.serving_at(model_name, instant)
    if row is not None:
        unchanged(row)
    if row is None or row.production_version is None:
        raise nothing_served(ledger.rows(model_name), model_name, instant)
    return Served(
        model_name=model_name,
        production_version=row.production_version,
        event_id=row.event_id,
        seq=row.seq,
        since=row.decided_at,
    )


def _remembered(name: str, references: References) -> tuple[RegistryCheck | None, list[str]]:
    """Return the last check, and that it cannot be read: whoever only reads goes on without it."""
    try:
        return last_check(name, references), []
    except StoreBroken as fact:
        said = f"which row was acknowledged last cannot be told: {fact}"
        return None, [Invariant.ROW_KEPT.broken(said)]


def _findings(rows: list[LedgerRow], check: RegistryCheck | None, unread: list[str]) -> list[str]:
    return [*chain_findings(rows, acknowledged=check.head_seq if check else 0), *unread]


def _status_of(
    name: str, rows: list[LedgerRow], check: RegistryCheck | None, unread: list[str]
) -> ModelStatus:
    last, now = head(rows), serving(rows)
    findings = tuple(_findings(rows, check, unread))
    return ModelStatus(
        model_name=name,
        production_version=now.production_version if now else None,
        since=production_since(rows),
        seq=last.seq if last else 0,
        event_id=last.event_id if last else None,
        kind=last.kind if last else None,
        reason_code=last.reason_code if last else None,
        reason=last.reason if last else None,
        cycle_id=last.cycle_id if last else None,
        # What an operator did was judged by no metric; the model still is.
        metric_name=next((row.metric_name for row in reversed(rows) if row.metric_name), None),
        production_score=last.production_score if last else None,
        candidate_score=last.candidate_score if last else None,
        cycles=sum(is_cycle_decision(row) for row in rows),
        promotions=sum(row.kind == Kind.PROMOTE for row in rows),
        ledger_ok=not findings,
        ledger_findings=findings,
        # What was verified before the last pointer move says nothing of the present one.
        consistent=check.consistent and check.serving_seq == (now.seq if now else 0)
        if check
        else None,
        registry_checked_at=check.checked_at if check else None,
    )
