"""The MLflow run of a Dagster run, where the shipped resource does not start."""

import dagster as dg
import pytest

from fire_risk_assets.defs.tracking import TrackingRun, tracking_resource
from fire_risk_assets.errors import RegistryUnavailable
from fire_risk_assets.settings import read_settings

pytestmark = pytest.mark.slow


def test_a_start_that_failed_is_tried_again_when_the_run_is_next_asked_for(tmp_path, monkeypatch):
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
    # Port 9 answers nobody.
    settings = read_settings(home=tmp_path / "home", mlflow_uri="http://127.0.0.1:9")
    said = []

    @dg.op
    def asks_twice(mlflow: dg.ResourceParam[TrackingRun]):
        for _ in range(2):
            with pytest.raises(RegistryUnavailable) as told:
                _ = mlflow.run_id
            said.append(str(told.value))

    @dg.job(resource_defs={"mlflow": tracking_resource(settings)})
    def asking():
        asks_twice()

    assert asking.execute_in_process().success
    assert len(said) == 2
