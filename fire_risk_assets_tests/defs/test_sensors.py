"""What each sensor decides, and that it says why."""

import json
import os
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import dagster as dg
import pyarrow.csv
import pytest
from mlflow import MlflowClient

from fire_risk_assets.actions.attempts import ATTEMPT
from fire_risk_assets.actions.change_pointer import Request, change_pointer
from fire_risk_assets.core.park.settings import ParkSettings
from fire_risk_assets.core.park.simulate import simulate
from fire_risk_assets.defs.build import build_definitions
from fire_risk_assets.defs.instance import open_instance
from fire_risk_assets.defs.landing import Landed, decide_tick
from fire_risk_assets.defs.launch import bring_data_up_to_date, run_cycle
from fire_risk_assets.defs.operators_events import unreported
from fire_risk_assets.defs.resources import Home, world_of
from fire_risk_assets.defs.sensors import reconcile_now, reconcile_sensor
from fire_risk_assets_tests.defs.runs import dagster_runs
from fire_risk_assets_tests.homes import FIRST, SECOND, tiny_settings

pytestmark = pytest.mark.slow

FILE = Landed(kind="weather", path=Path("/in/weather/a.csv"), look="10:1:7", sha256="sha-a")
SEEN = {"/in/weather/a.csv": ["10:1:7", "sha-a"]}


def _tick(files=(FILE,), *, before=SEEN, decided=(), runs=None):
    return decide_tick(files, before=before, decided=decided, runs=runs or {})


def test_an_empty_landing_folder_is_skipped():
    assert _tick(()).skip == "The landing folder is empty."


def test_a_file_is_taken_in_when_two_looks_agree():
    assert _tick(before={}).skip.startswith("Waiting until 'a.csv' is written")
    assert _tick(before={"/in/weather/a.csv": ["9:1:7", "sha"]}).key is None
    assert _tick().key is not None


def test_the_key_comes_from_the_content_not_from_the_name():
    renamed = replace(FILE, path=Path("/in/weather/b.csv"))
    seen = {"/in/weather/b.csv": ["10:1:7", "sha-a"]}
    assert _tick((renamed,), before=seen).key == _tick().key
    assert _tick((replace(FILE, sha256="sha-b"),)).key != _tick().key


def test_a_decided_file_asks_for_nothing():
    weather = {("sha-a", "weather_observations", None)}
    assert _tick(decided=weather).skip.endswith("refused (1 file).")
    assert _tick(decided={("sha-a", "fire_reports", None)}).key is not None


def test_a_run_in_flight_is_waited_for():
    key = _tick().key.rpartition("-")[0]
    assert "under way" in _tick(runs={key: ["STARTED"]}).skip


def test_a_failed_run_is_repeated_under_a_new_key_and_not_for_ever():
    first = _tick().key
    key = first.rpartition("-")[0]
    second = _tick(runs={key: ["FAILURE"]}).key
    assert second not in (None, first)
    assert "by hand" in _tick(runs={key: ["FAILURE"] * 3}).skip


def test_a_new_file_goes_from_the_landing_folder_to_features_once(house):
    park = simulate(
        ParkSettings(
            seed=1,
            start=FIRST.date().replace(month=1, day=1),
            until=FIRST.date().replace(month=10, day=3),
        )
    )
    new = park.weather.filter(
        pyarrow.compute.field("observed_at") > pyarrow.scalar(FIRST.replace(month=10, day=1))
    )
    sensor = (
        build_definitions(house, home=Home(house))
        .get_repository_def()
        .get_sensor_def("landing_files")
    )
    folder = house.landing_folder / "weather"
    folder.mkdir(parents=True, exist_ok=True)
    with open_instance(house) as instance:
        empty = sensor.evaluate_tick(dg.build_sensor_context(instance=instance))
        assert empty.skip_message == "The landing folder is empty."
        (house.landing_folder / "day.csv").touch()
        beside = sensor.evaluate_tick(dg.build_sensor_context(instance=instance))
        assert "Passed over in the landing folder: 'day.csv'" in beside.skip_message
        pyarrow.csv.write_csv(new, folder / "october.csv")
        first = sensor.evaluate_tick(dg.build_sensor_context(instance=instance))
        assert "is written" in first.skip_message
        second = sensor.evaluate_tick(
            dg.build_sensor_context(instance=instance, cursor=first.cursor)
        )
        assert len(second.run_requests) == 1

    summary = bring_data_up_to_date(house)
    assert summary.files == 1
    assert summary.read == summary.accepted == new.num_rows
    assert summary.feature_rows == new.num_rows
    assert dagster_runs(house)[0].status.value == "SUCCESS"
    with open_instance(house) as instance:
        third = sensor.evaluate_tick(
            dg.build_sensor_context(instance=instance, cursor=second.cursor)
        )
    assert "refused (1 file)." in third.skip_message
    assert json.loads(second.cursor).keys() == {str(folder / "october.csv")}
    assert json.loads(third.cursor) == {}
    assert bring_data_up_to_date(house).files == 0


def _sensor(settings, name):
    """A sensor of a home that nothing has opened yet."""
    return (
        build_definitions(settings, home=Home(settings)).get_repository_def().get_sensor_def(name)
    )


def test_no_sensor_decides_what_a_home_is(tmp_path):
    settings = tiny_settings(tmp_path / "home")
    (settings.landing_folder / "weather").mkdir(parents=True)
    (settings.landing_folder / "weather" / "a.csv").write_text("a,b\n1,2\n")
    before = sorted(tmp_path.rglob("*"))
    with dg.DagsterInstance.ephemeral() as instance:
        for name in ("landing_files", "tiny_reconcile"):
            tick = _sensor(settings, name).evaluate_tick(dg.build_sensor_context(instance=instance))
            assert tick.skip_message.startswith("There is no home yet")
    assert sorted(tmp_path.rglob("*")) == before


def test_the_landing_sensor_asks_mlflow_nothing(house):
    folder = house.landing_folder / "weather"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "a.csv").write_text("a,b\n1,2\n")
    sensor = _sensor(house, "landing_files")
    database = sqlite3.connect(house.home / "mlflow" / "mlflow.db", isolation_level=None)
    with closing(database), open_instance(house) as instance:
        database.execute("BEGIN EXCLUSIVE")
        first = sensor.evaluate_tick(dg.build_sensor_context(instance=instance))
        second = sensor.evaluate_tick(
            dg.build_sensor_context(instance=instance, cursor=first.cursor)
        )
    assert len(second.run_requests) == 1


def test_one_process_reads_a_landed_file_again_only_when_it_looks_changed(house):
    path = house.landing_folder / "reports" / "strange.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("a,b\n1,2\n")
    assert bring_data_up_to_date(house).refused == 1
    seen = path.stat()
    path.write_text("a,b\n1,3\n")
    os.utime(path, ns=(seen.st_atime_ns, seen.st_mtime_ns))
    assert bring_data_up_to_date(house).files == 0
    os.utime(path, ns=(seen.st_atime_ns, seen.st_mtime_ns + 1))
    assert bring_data_up_to_date(house).refused == 1


def test_drift_made_by_hand_is_restored_by_the_sensor_and_said(house):
    run_cycle(house, "tiny", cycle_id=None, as_of=FIRST, actor="test")

    def reconcile():
        with open_instance(house) as instance:
            return reconcile_now(Home(house), "tiny", instance)

    assert reconcile() == "MLflow agrees with the ledger."
    MlflowClient(registry_uri=house.tracking_uri).set_registered_model_alias(
        "tiny", "production", "1"
    )
    served = world_of(house).ledger.rows("tiny")[-1].production_version
    assert reconcile().startswith("MLflow brought into line: alias production names 1")
    assert world_of(house).registry.production_alias("tiny") == served
    assert world_of(house).ledger.rows("tiny")[-1].kind == "repair"


def test_a_killed_attempt_is_said_to_be_recorded_and_not_to_be_drift(house):
    dead = {"host": os.uname().nodename, "pid": 2**22 + 1, "started": 0.0}
    attempt = {"run_id": "gone", "as_of": "2025-09-22T00:00:00Z", "process": dead}
    world_of(house).references.save("tiny", "2025-09-22", f"{ATTEMPT}dead", attempt)
    with open_instance(house) as instance:
        said = reconcile_now(Home(house), "tiny", instance)
        again = reconcile_now(Home(house), "tiny", instance)
    assert said == "MLflow agrees with the ledger. Recorded as killed: 2025-09-22."
    assert again == "MLflow agrees with the ledger."


def test_what_an_operator_did_from_the_command_line_reaches_the_pages_once(house):
    run_cycle(house, "tiny", cycle_id=None, as_of=FIRST, actor="test")
    row = run_cycle(house, "tiny", cycle_id=None, as_of=SECOND, actor="test")
    home = Home(house)
    events, seq = unreported(home, "tiny", None)
    assert (events, seq) == ([], row.seq)
    request = Request(model_name="tiny", kind="promote", reason="r", actor="ann", version=1)
    change_pointer(request, home.world)
    with open_instance(house) as instance:
        sensor = reconcile_sensor(home, "tiny")
        context = dg.build_sensor_context(instance=instance, cursor=str(seq))
        first = sensor.evaluate_tick(context)
        context = dg.build_sensor_context(instance=instance, cursor=first.cursor)
        second = sensor.evaluate_tick(context)
    pointer, table = first.asset_events
    assert pointer.asset_key == dg.AssetKey(["tiny", "production_model_pointer"])
    assert "forced" in table.metadata["status"].value
    # Somebody had looked when there was no row yet: then all that came since counts.
    assert len(unreported(home, "tiny", 0)[0]) == 2
    assert list(second.asset_events) == []


def test_the_reconcile_sensor_does_not_wait_for_a_promotion_under_way(house):
    with world_of(house).lease.hold("promote_tiny"), open_instance(house) as instance:
        assert reconcile_now(Home(house), "tiny", instance) == (
            "A promotion is under way; it reconciles by itself."
        )
