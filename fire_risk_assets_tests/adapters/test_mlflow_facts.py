"""What MLflow says, told apart: it does not answer, or it answers no."""

from pathlib import Path

import pytest
from mlflow import MlflowClient
from mlflow.exceptions import MlflowException
from mlflow.protos.databricks_pb2 import ErrorCode
from sqlalchemy import create_engine, exc, text

from fire_risk_assets.adapters.mlflow_facts import mlflow_facts
from fire_risk_assets.adapters.mlflow_registry import MlflowRegistry
from fire_risk_assets.adapters.mlflow_store import prepare_mlflow
from fire_risk_assets.errors import RegistryUnavailable, StorageFull, StoreBroken

pytestmark = pytest.mark.slow


def test_a_value_mlflow_does_not_take_is_refused_for_good(tmp_path):
    address = f"sqlite:///{tmp_path / 'mlflow.db'}"
    prepare_mlflow(address, tmp_path / "artifacts")
    client = MlflowClient(tracking_uri=address, registry_uri=address)
    with pytest.raises(StoreBroken, match="MLflow, naming a model") as told:  # noqa: SIM117
        with mlflow_facts("naming a model"):
            client.create_registered_model("a/b:c")
    assert told.value.permanent
    assert "refused again" in told.value.remedy


def test_a_damaged_database_is_not_waited_for(tmp_path):
    file = tmp_path / "mlflow.db"
    registry = MlflowRegistry(f"sqlite:///{file}")
    prepare_mlflow(registry.tracking_uri, tmp_path / "artifacts")
    assert registry.versions("tiny") == []
    with file.open("r+b") as database:
        database.write(b"no database" * 5000)
    with pytest.raises(StoreBroken) as told:
        registry.versions("tiny")
    assert "backup" in told.value.remedy


def test_a_key_another_process_wrote_first_may_be_tried_again(tmp_path):
    engine = create_engine(f"sqlite:///{tmp_path / 'any.db'}")
    with engine.begin() as database:
        database.execute(text("CREATE TABLE t (x INTEGER PRIMARY KEY)"))
        database.execute(text("INSERT INTO t VALUES (1)"))
    with pytest.raises(RegistryUnavailable, match="UNIQUE") as told, mlflow_facts("writing"):
        try:
            with engine.begin() as database:
                database.execute(text("INSERT INTO t VALUES (1)"))
        except exc.SQLAlchemyError as cause:
            # As its store says it.
            raise MlflowException(cause, error_code=ErrorCode.Value("BAD_REQUEST")) from cause
    assert not told.value.permanent


def test_a_full_disk_is_told_as_such_and_not_as_a_server_that_is_down(tmp_path):
    with (
        pytest.raises(StorageFull, match="storing a page"),
        mlflow_facts("storing a page"),
        Path("/dev/full").open("w") as page,
    ):
        page.write("a page")
    engine = create_engine(f"sqlite:///{tmp_path / 'any.db'}")
    with engine.connect() as database:
        database.execute(text("PRAGMA max_page_count = 3"))
        database.execute(text("CREATE TABLE t (x BLOB)"))
        with pytest.raises(StorageFull), mlflow_facts("logging a metric"):
            database.execute(text("INSERT INTO t VALUES (zeroblob(100000))"))


def test_a_server_that_is_down_may_be_back_later(monkeypatch):
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
    with pytest.raises(RegistryUnavailable) as told:
        MlflowRegistry("http://127.0.0.1:9").versions("tiny")
    assert not told.value.permanent


@pytest.mark.parametrize("code", ["TEMPORARILY_UNAVAILABLE", "INTERNAL_ERROR"])
def test_every_other_answer_may_change(code):
    with pytest.raises(RegistryUnavailable), mlflow_facts("asking"):
        raise MlflowException("not now", error_code=ErrorCode.Value(code))
