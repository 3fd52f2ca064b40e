"""run on a real home: what it looks at when nothing is owed, and what it says of landed files."""

import json
import shutil

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from fire_risk_assets_tests.homes import tiny_house, tiny_settings

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return tiny_house(tmp_path_factory.mktemp("run"))


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
        {"model_name": "tiny", "consistent": True, "actions": [], "findings": []}
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


def test_a_run_never_calls_a_broken_ledger_up_to_date(tiny, made, tmp_path):
    from deltalake import DeltaTable, write_deltalake

    table = made / "home" / "lake" / "registry_status"
    kept = tmp_path / "kept"
    shutil.copytree(table, kept)
    rows = pq.read_table(DeltaTable(table).file_uris())
    place = rows.schema.get_field_index("reason")
    edited = rows.set_column(place, "reason", pa.array(["another story"] * rows.num_rows))
    shutil.rmtree(table)
    write_deltalake(table, edited)
    try:
        for command in ("run", "status"):
            assert tiny(command).code == 1
        told = tiny("run", as_json=False)
        assert "up to date" not in told.out
        assert "tiny: I4: row seq 2 was changed after it was written." in told.err
    finally:
        shutil.rmtree(table)
        shutil.copytree(kept, table)


def everything(folder):
    return {path: path.stat().st_mtime_ns for path in folder.rglob("*")}


@pytest.mark.parametrize("name", ["weather_observations", "features"])
def test_a_lost_table_is_told_though_nothing_is_owed(tiny, made, tmp_path, name):
    table = made / "home" / "lake" / name
    shutil.move(table, tmp_path / name)
    for command in (("run",), ("run", "--dry-run")):
        ended = tiny(*command)
        assert ended.code == 3
        assert f"Table {name} is missing" in ended.document["error"]
        assert f"Restore lake/{name} from a backup" in ended.document["remedy"]
    shutil.move(tmp_path / name, table)


def test_what_a_run_could_not_do_stands_below_what_it_did(tiny, made):
    home = made / "home"
    document = home / "home.json"
    replaying = document.read_text()
    # With the present as its clock the home owes the cycle of the schedule's last tick.
    document.write_text(json.dumps({**json.loads(replaying), "clock": "system", "simulate": {}}))
    check = home / "references" / "tiny" / "registry" / "check.json"
    check.write_text("")
    worse = home / "landing" / "weather" / "worse.csv"
    worse.write_text("who,why\n1,2\n")
    told = tiny("run", as_json=False)
    assert told.code == 3
    assert "Not decided, since tiny failed: 1 cycle, 2" in told.out
    assert "Not taken in, since it was refused: weather/worse.csv." in told.out
    assert "THE LEDGER IS NOT WHOLE: I6: which row was acknowledged last" in told.out
    assert f"tiny failed. The reference {check} cannot be read" in told.err
    worse.unlink()
    (owed,) = tiny("run").document["owed"]
    assert owed["model_name"] == "tiny"
    document.write_text(replaying)
    check.unlink()
    assert tiny("reconcile").code == 0


def test_a_run_leaves_pages_that_show_what_it_decided_and_says_when_it_cannot(tiny, made):
    site = made / "home" / "site"
    shutil.rmtree(site)
    assert tiny("run").document["site"] == {"made": str(site / "index.html")}
    assert "row 1 of its ledger" not in (site / "models" / "tiny.html").read_text()
    assert tiny("run").document["site"] == {"made": None}
    (site / "site.json").unlink()
    refused = tiny("run")
    assert refused.code == 2
    assert "holds other things (index.html" in refused.document["site"]["error"]
    assert "The site failed." in refused.err
    assert refused.document["registry"][0]["consistent"]
    shutil.rmtree(site)


def test_a_dry_run_lists_what_is_owed_and_changes_nothing(tiny, made):
    home = made / "home"
    file = home / "landing" / "cells" / "more.csv"
    file.parent.mkdir(exist_ok=True)
    file.write_text("cell_id,latitude,longitude,zone\nz-1,41.9,-6.8,north\n")
    before = everything(home)
    plan = tiny("run", "--dry-run")
    assert (plan.code, plan.document["files"]) == (0, ["cells/more.csv"])
    assert plan.document["registry"] == [
        {"model_name": "tiny", "consistent": True, "actions": [], "findings": []}
    ]
    assert (plan.document["makes_home"], plan.document["cycles"]) == (False, [])
    assert "Files to take in: cells/more.csv." in tiny("run", "--dry-run", as_json=False).out
    assert everything(home) == before
    file.unlink()
    assert "Nothing is owed" in tiny("run", "--dry-run", as_json=False).out


def test_a_dry_run_of_a_cycle_shows_its_rows_and_changes_nothing(tiny, made):
    before = everything(made / "home")
    plan = tiny("cycle", "--model", "tiny", "--as-of", "2025-09-15", "--dry-run")
    assert everything(made / "home") == before
    found = plan.document
    assert plan.code == 0
    assert (found["decided"], found["ending"], found["data_owed"]) == (False, None, False)
    said = tiny("cycle", "--model", "tiny", "--as-of", "2025-09-15", "--dry-run", as_json=False)
    assert "A candidate would be fitted and judged" in said.out
    row = tiny("cycle", "--model", "tiny", "--as-of", "2025-09-15").document
    assert (found["training"]["rows"], found["training"]["content_digest"]) == (
        row["training_rows"],
        row["training_digest"],
    )
    assert (found["holdout"]["content_digest"], found["looks"]) == (
        row["holdout_digest"],
        row["looks"],
    )
    assert (found["production_version"], found["head_seq"]) == (
        row["previous_version"],
        row["seq"] - 1,
    )


def test_a_dry_run_of_a_decided_or_refused_cycle_says_so(tiny):
    decided = tiny("cycle", "--model", "tiny", "--as-of", "2025-09-15", "--dry-run")
    assert (decided.code, decided.document["decided"]) == (0, True)
    late = tiny("cycle", "--model", "tiny", "--as-of", "2025-09-01", "--dry-run")
    assert (late.code, late.document["ending"]["reason_code"]) == (1, "out_of_order")
    assert late.document["training"] is None


def test_a_dry_run_without_a_home_says_what_would_be_made_and_makes_nothing(cli, tmp_path):
    plan = cli("run", "--dry-run", "--home", tmp_path / "new", "--json")
    assert (plan.code, plan.document["makes_home"]) == (0, True)
    assert len(plan.document["cycles"]) == 14
    assert plan.document["simulated"]["seed"] == 0
    said = cli("run", "--dry-run", "--home", tmp_path / "new").out
    assert "A home would be made at" in said
    assert "a simulated park" in said
    assert not (tmp_path / "new").exists()


def test_a_dry_run_of_a_simulation_names_its_files_and_writes_none(cli, tmp_path):
    short = ("--from", "2026-09-01", "--until", "2026-09-03", "--json")
    dry = cli("simulate", "--out", tmp_path / "park", "--dry-run", *short)
    assert not (tmp_path / "park").exists()
    assert cli("simulate", "--out", tmp_path / "park", *short).document == dry.document
