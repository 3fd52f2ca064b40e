"""run on a real home: what it looks at when nothing is owed, and what it says of landed files."""

import shutil

import pytest

from fire_risk_assets_tests.homes import TINY, make_tiny_home, tiny_settings

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("run")
    make_tiny_home(folder / "home")
    (folder / "tiny.toml").write_text(f'models = ["{TINY}"]\n[training]\ntrials = 0\n')
    return folder


@pytest.fixture
def tiny(cli, made):
    """`fire-risk` on the home of this module: its tests tell one story, in their order."""

    def call(*arguments, home=made / "home"):
        return cli(*arguments, "--home", home, "--config", made / "tiny.toml", "--json")

    return call


def test_a_run_that_owes_nothing_still_compares_mlflow_with_the_ledger(tiny, made):
    from fire_risk_assets import wiring

    assert tiny("cycle", "--model", "tiny", "--as-of", "2025-09-08").code == 0
    agreed = tiny("run")
    assert (agreed.code, agreed.document["data"]) == (0, None)
    assert agreed.document["registry"] == [
        {"model_name": "tiny", "consistent": True, "actions": []}
    ]
    registry = wiring.open_world(tiny_settings(made / "home")).registry
    registry.point_alias("tiny", 1)
    mended = tiny("run")
    assert (mended.code, registry.production_alias("tiny")) == (0, 2)
    assert "alias production: 1 -> 2" in mended.document["registry"][0]["actions"]


@pytest.mark.parametrize("put", ["foreign", "fresh"])
def test_a_store_put_in_place_of_ours_is_told_though_nothing_is_owed(tiny, made, tmp_path, put):
    from fire_risk_assets.adapters.mlflow_store import prepare_mlflow

    store = made / "home" / "mlflow" / "mlflow.db"
    kept = store.read_bytes()
    if put == "foreign":
        store.write_bytes(b"none of yours" * 1000)
    else:
        prepare_mlflow(f"sqlite:///{tmp_path / 'mlflow.db'}", tmp_path / "artifacts")
        shutil.copy(tmp_path / "mlflow.db", store)
    try:
        ended = tiny("run")
    finally:
        store.write_bytes(kept)
    if put == "foreign":
        assert ended.code == 3
        assert "MLflow" in ended.document["error"]
        assert tiny("run").document["status"][0]["consistent"] is True
    else:
        assert ended.code == 1
        assert "was deleted from MLflow" in ended.document["failures"]["tiny"]["error"]
        assert ended.document["status"][0]["consistent"] is False


@pytest.mark.parametrize("command", [("run",), ("ingest", __file__)], ids=lambda each: each[0])
def test_a_copied_home_is_changed_by_no_command(tiny, made, tmp_path, command):
    copy = shutil.copytree(made / "home", tmp_path / "copy")
    ended = tiny(*command, home=copy)
    assert ended.code == 3
    assert "is a copy of the home" in ended.document["error"]
    assert tiny("status", home=copy).code == 0
