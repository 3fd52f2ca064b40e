"""The first start of MLflow's store, and a look at it before MLflow opens it.

Once, in one process: several at once, a kill or a full disk in the middle of MLflow's migrations
leave a file that no later start can repair.
"""

import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

from fire_risk_assets.adapters.durable import flush
from fire_risk_assets.core.redaction import redacted
from fire_risk_assets.core.wording import as_sentence
from fire_risk_assets.errors import HomeUnusable, StoreBroken, StoreBusy

EXPERIMENT = "fire_risk"
_SHOWN_AS = {
    "mlflow.experimentKind": "custom_model_development",
    "mlflow.note.content": "One run a cycle and model, named by its date, with its search trials"
    " nested; the verdict page is under Artifacts.",
}
_SQLITE = "sqlite:///"
_ITS_TABLES = ("alembic_version", "experiments")


def prepare_mlflow(tracking_uri: str, artifacts: Path) -> None:
    """Create schema and experiment when they are missing; a file beside its place, then renamed.

    Raises:
        RegistryUnavailable: the store does not answer.
        HomeUnusable: its folder is missing.
        StoreBroken, StoreBusy: see `require_store`.
    """
    file = sqlite_file(tracking_uri)
    if tracking_uri.startswith("http"):
        # Its own choice: a server that hands artifacts on keeps them where only it can reach.
        _create(tracking_uri, None)
    elif file is None:
        _create(tracking_uri, artifacts.as_uri())
    elif file.exists():
        require_store(tracking_uri)
        _create(tracking_uri, artifacts.as_uri())
    else:
        if not file.parent.is_dir():
            raise HomeUnusable(
                f"MLflow's database {file} cannot be made: there is no folder {file.parent}.",
                remedy="Make the folder, or correct mlflow_uri (FIRE_RISK_MLFLOW_URI).",
            )
        with tempfile.TemporaryDirectory(dir=file.parent, prefix="making-") as scratch:
            partial = Path(scratch) / file.name
            _create(f"{_SQLITE}{partial}", artifacts.as_uri())
            partial.replace(file)
        flush([file.parent])


def require_store(tracking_uri: str) -> None:
    """Make sure that a database is MLflow's, before MLflow opens it and adds what it misses.

    Raises:
        StoreBroken: the file is missing, or file or database hold something else.
        StoreBusy: another process has locked it.
        RegistryUnavailable: the database's server does not answer. An http server is asked later.
    """
    file = sqlite_file(tracking_uri)
    if file is None:
        if not tracking_uri.startswith("http"):
            _require_tables(tracking_uri)
        return
    if not file.is_file():
        raise StoreBroken(f"MLflow's database {file} is missing.")
    query = "SELECT count(*) FROM sqlite_master WHERE name IN ('experiments', 'alembic_version')"
    try:
        # Not read-only: what a kill left half-written must be rolled back before it can be read.
        with closing(sqlite3.connect(f"file:{quote(str(file))}?mode=rw", uri=True)) as database:
            (found,) = database.execute(query).fetchone()
    except sqlite3.DatabaseError as cause:
        if "locked" in str(cause):
            raise StoreBusy(f"MLflow's database {file} is locked by another process.") from cause
        raise StoreBroken(
            as_sentence(f"MLflow's database {file} cannot be read: {cause}")
        ) from cause
    if found != 2:
        raise StoreBroken(f"{file} is a database of something else than MLflow.")


def _require_tables(database_uri: str) -> None:
    from sqlalchemy import create_engine, inspect
    from sqlalchemy.pool import NullPool

    from fire_risk_assets.adapters.mlflow_facts import mlflow_facts

    with mlflow_facts("looking at its database"):
        there = inspect(create_engine(database_uri, poolclass=NullPool)).get_table_names()
    missing = sorted(set(_ITS_TABLES) - set(there))
    if missing:
        raise StoreBroken(
            f"MLflow's database {redacted(database_uri)} has no table {missing[0]}: it is empty,"
            " or a database of something else.",
            remedy="Restore it from a backup, or correct mlflow_uri (FIRE_RISK_MLFLOW_URI).",
        )


def sqlite_file(tracking_uri: str) -> Path | None:
    """Return the file of a SQLite address, None for any other."""
    if not tracking_uri.startswith(_SQLITE):
        return None
    return Path(tracking_uri.removeprefix(_SQLITE))


def _create(tracking_uri: str, artifact_location: str | None) -> None:
    from mlflow import MlflowClient

    from fire_risk_assets.adapters.mlflow_facts import mlflow_facts

    client = MlflowClient(tracking_uri=tracking_uri, registry_uri=tracking_uri)
    with mlflow_facts("opening the store"):
        if client.get_experiment_by_name(EXPERIMENT) is None:
            # Named, because the default is a folder under wherever the first caller stands.
            client.create_experiment(
                EXPERIMENT, artifact_location=artifact_location, tags=_SHOWN_AS
            )
