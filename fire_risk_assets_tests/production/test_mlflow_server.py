"""MLflow as compose.yaml starts it: on Postgres, handing artifacts on, for hosts it knows."""

import os
import signal
import subprocess
import sys
from contextlib import closing, contextmanager, suppress
from http.client import HTTPConnection

import pytest
import yaml
from mlflow import MlflowClient

from fire_risk_assets.adapters.mlflow_store import EXPERIMENT
from fire_risk_assets_tests.faults.aftermath import findings
from fire_risk_assets_tests.homes import EARLY, FIRST, make_tiny_home, run_cycle, tiny_settings
from fire_risk_assets_tests.proc import free_port, wait_until
from fire_risk_assets_tests.production.houses import PROFILE

pytestmark = pytest.mark.slow


@contextmanager
def mlflow_server(database, artifacts):
    """The server of compose.yaml on a port of this host; yields its address."""
    service = yaml.safe_load((PROFILE / "compose.yaml").read_text())["services"]["mlflow"]
    port = free_port()
    here = {
        "--host": "127.0.0.1",
        "--port": str(port),
        "--artifacts-destination": str(artifacts),
    }
    script, *words = service["command"]
    command = [f"{sys.executable.rpartition('/')[0]}/{script}"]
    for word in words:
        option, told, value = word.partition("=")
        command.append(f"{option}{told}{here.get(option, value)}".replace(":5000", f":{port}"))
    told = os.environ | service["environment"] | {"MLFLOW_BACKEND_STORE_URI": database}
    process = subprocess.Popen(command, env=told, start_new_session=True)
    try:
        wait_until(lambda: _answers(port), process, 120)
        yield f"http://127.0.0.1:{port}"
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        process.wait(30)


def _answers(port):
    with closing(HTTPConnection("127.0.0.1", port, timeout=2)) as asked:
        try:
            asked.request("GET", "/health")
            return asked.getresponse().status == 200
        except OSError:
            return False


def test_a_home_works_through_a_server_that_hands_artifacts_on__s10(postgres, tmp_path):
    database = postgres.made("server").replace("postgresql://", "postgresql+psycopg2://")
    with mlflow_server(database, tmp_path / "artifacts") as address:
        changes = {"mlflow_uri": address, "lease_uri": postgres.made("leases")}
        make_tiny_home(tmp_path / "home", **changes)
        settings = tiny_settings(tmp_path / "home", **changes)
        kinds = [run_cycle(settings, as_of).row.kind for as_of in (EARLY, FIRST)]
        assert kinds[0] == "promote"
        assert findings(settings) == []
        experiment = MlflowClient(address).get_experiment_by_name(EXPERIMENT)
        assert experiment.artifact_location.startswith("mlflow-artifacts:")
        assert list((tmp_path / "artifacts").rglob("*.skops"))
        assert not list(settings.home.rglob("*.skops"))
        port = int(address.rpartition(":")[2])
        with closing(HTTPConnection("127.0.0.1", port, timeout=10)) as foreign:
            foreign.request("GET", "/", headers={"Host": "evil.example"})
            assert foreign.getresponse().status == 403
