"""Secrets planted where people keep them are afterwards nowhere in a home nor on the terminal."""

import pytest
from deltalake import DeltaTable

from fire_risk_assets.defs.launch import run_cycle
from fire_risk_assets.defs.resources import world_of
from fire_risk_assets.errors import FireRiskError
from fire_risk_assets_tests.defs.runs import dagster_runs
from fire_risk_assets_tests.homes import FIRST, SECOND, tiny_settings

pytestmark = pytest.mark.slow

CANARY = "c4n4ry9vq7"
ADDRESS = f"postgresql://ann:{CANARY}@127.0.0.1:9/mlflow"
PLANTED = {
    "AWS_SECRET_ACCESS_KEY": CANARY,
    "MLFLOW_TRACKING_USERNAME": "ann",
    "MLFLOW_TRACKING_PASSWORD": CANARY,
    "API_TOKEN": CANARY,
    "DATABASE_URL": ADDRESS,
}
CARELESS = "fire_risk_assets_tests.security.careless:SPEC"


@pytest.fixture
def planted(monkeypatch):
    for name, value in PLANTED.items():
        monkeypatch.setenv(name, value)


def places_of(home):
    """Files that hold the canary, and tables whose rows do: Parquet hides text by packing it."""
    canary = CANARY.encode()
    files = {path for path in home.rglob("*") if path.is_file() and canary in path.read_bytes()}
    logs = (home / "lake").glob("*/_delta_log")
    rows = {log.parent for log in logs if CANARY in str(DeltaTable(log.parent).to_pyarrow_table())}
    return sorted(path.relative_to(home) for path in files | rows)


def test_a_cycle_leaves_no_secret_of_the_environment_behind__s12(house, planted, capfd):
    assert run_cycle(house, "tiny", cycle_id=None, as_of=FIRST, actor="test")
    assert dagster_runs(house)[0].status.value == "SUCCESS"
    assert places_of(house.home) == []
    assert CANARY not in "".join(capfd.readouterr())


def test_a_cycle_that_fails_with_a_secret_in_its_error_leaves_none_behind__s12_s13(
    house, planted, capfd
):
    settings = tiny_settings(house.home, models=(CARELESS,))
    with pytest.raises((FireRiskError, ConnectionError)) as caught:
        run_cycle(settings, "tiny", cycle_id=None, as_of=SECOND, actor="test")
    assert "postgresql://***@127.0.0.1:9/mlflow" in str(caught.value)
    assert world_of(settings).ledger.rows("tiny")[-1].kind == "fail"
    assert places_of(house.home) == []
    assert CANARY not in "".join(capfd.readouterr()) + str(caught.value)


def test_a_registry_whose_address_holds_a_password_is_named_without_it__s12_s13(
    house, planted, capfd
):
    # No database, whose driver would fail before anybody reads the address.
    address = f"http://ann:{CANARY}@127.0.0.1:9"
    settings = tiny_settings(house.home, mlflow_uri=address, registry={"retries": 0})
    with pytest.raises(FireRiskError, match=r"http://\*\*\*@127\.0\.0\.1:9/") as caught:
        run_cycle(settings, "tiny", cycle_id=None, as_of=SECOND, actor="test")
    assert places_of(house.home) == []
    assert CANARY not in "".join(capfd.readouterr()) + str(caught.value)
