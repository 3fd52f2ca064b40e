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

    def call(*arguments, home=made / "home", as_json=True):
        form = ("--json",) if as_json else ()
        return cli(*arguments, "--home", home, "--config", made / "tiny.toml", *form)

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


def test_a_refused_file_ends_its_run_in_one_and_later_runs_mention_it(tiny, made):
    folder = made / "home" / "landing"
    (folder / "weather").mkdir(parents=True, exist_ok=True)
    (folder / "weather" / "bad.csv").write_text("who,what\n1,2\n")
    (folder / "day.csv").write_text("who,what\n1,2\n")
    first = tiny("run")
    assert first.code == 1
    assert "fire-risk: Refused bad.csv: " in first.err
    assert first.document["data"]["refused"] == 1
    lying = {"refused": ["weather/bad.csv"], "waiting": [], "misplaced": ["day.csv"]}
    assert first.document["landing"] == lying
    assert first.document["registry"][0]["consistent"] is True
    later = tiny("run")
    assert (later.code, later.document["landing"]) == (0, lying)
    said = tiny("run", as_json=False).out
    assert "Refused before and still in the landing folder: weather/bad.csv." in said
    assert "'day.csv'; only cells/, weather/, reports/ are looked into." in " ".join(said.split())
