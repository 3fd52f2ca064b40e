"""Every run of an experiment, by name, age and end: what a doctor asks of thousands at once.

Of a database the few columns are asked for themselves. MLflow's client loads parameters, metrics
and inputs with each run, nearly a millisecond of them, and has no way to leave them out; a server
can be asked through it alone. A test holds the two to the same answer.
"""

from datetime import UTC, datetime, timedelta

from mlflow import MlflowClient
from mlflow.entities import Run, RunStatus
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from fire_risk_assets.core.references import TrackedRun

PAGE = 5_000
"""Runs a request."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_PARENT, _DAGSTER = "mlflow.parentRunId", "dagster_run_id"
_LISTED = text(
    "SELECT r.run_uuid, r.name, r.status, r.start_time, d.value FROM runs r"
    " LEFT JOIN tags d ON d.run_uuid = r.run_uuid AND d.key = :dagster"
    " LEFT JOIN tags p ON p.run_uuid = r.run_uuid AND p.key = :parent"
    " WHERE r.experiment_id = :experiment AND r.lifecycle_stage = 'active' AND p.value IS NULL"
)


def instant_of(millis: int | None) -> datetime | None:
    """Return MLflow's milliseconds since 1970 as an instant."""
    return None if millis is None else _EPOCH + timedelta(milliseconds=millis)


def runs_by_database(database_uri: str, experiment_id: str) -> list[TrackedRun]:
    """Return what `ports.ModelRegistry.runs` asks for, from MLflow's tables."""
    asked = {"experiment": int(experiment_id), "parent": _PARENT, "dagster": _DAGSTER}
    engine = create_engine(database_uri, poolclass=NullPool)
    with engine.connect() as connection:
        found = connection.execute(_LISTED, asked).all()
    return [_run(*row) for row in found]


def runs_by_client(client: MlflowClient, experiment_id: str) -> list[TrackedRun]:
    """Return the same through MLflow's client."""
    found: list[Run] = []
    token = None
    while token is None or token:
        page = client.search_runs(
            [experiment_id],
            filter_string=f"tags.`{_PARENT}` IS NULL",
            max_results=PAGE,
            page_token=token,
        )
        found.extend(page)
        token = page.token or ""
    return [
        _run(
            run.info.run_id,
            run.info.run_name,
            run.info.status,
            run.info.start_time,
            run.data.tags.get(_DAGSTER),
        )
        for run in found
    ]


def _run(
    run_id: str, name: str | None, status: str, started: int | None, dagster: str | None
) -> TrackedRun:
    return TrackedRun(
        run_id=run_id,
        name=name or "",
        begun_at=instant_of(started) or _EPOCH,
        ended=RunStatus.is_terminated(RunStatus.from_string(status)),
        dagster_run_id=dagster or "",
    )
