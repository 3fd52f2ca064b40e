"""The doctor names what is lost of registry, runs and files, each loss under its own number."""

import shutil
from datetime import UTC, datetime, timedelta

import pytest

from fire_risk_assets.actions.change_pointer import Request, change_pointer
from fire_risk_assets.adapters.mlflow_store import EXPERIMENT
from fire_risk_assets_tests.faults.losses import (
    client_of,
    codes,
    diagnosed,
    files_of,
    flip_a_byte,
    told,
    version_of,
)
from fire_risk_assets_tests.homes import SECOND, THIRD, copy_home, open_world

pytestmark = pytest.mark.slow
WEEK = timedelta(days=7)


@pytest.fixture
def home(judged_home, tmp_path):
    return copy_home(judged_home, tmp_path / "home")


@pytest.mark.parametrize("full", [False, True])
def test_a_whole_home_is_healthy(settings, full):
    found = diagnosed(settings, full=full)
    assert (found.findings, found.unexamined, found.healthy) == ([], [], True)
    assert found.checked == {
        "tables": 9,
        "models": 1,
        "rows": 3,
        "cycles": 3,
        "versions": 3,
        "runs": 3,
        "versions_hashed": 3,
        "snapshots_rebuilt": 6,
    }


def test_a_deleted_run_is_named_apart_when_its_version_serves(settings):
    lost = [version_of(settings, number).run_id for number in (2, 3)]
    for run_id in lost:
        client_of(settings).delete_run(run_id)
    assert told(settings) == [
        ("I16", f"MLflow run {lost[1]} of version 3, which serves, is deleted"),
        ("I20", f"MLflow run {lost[0]} of version 2 is deleted"),
    ]


def test_the_run_of_a_cycle_that_fitted_nothing_is_missed_too(children, home, settings):
    assert children.cycle(home, SECOND, cycle_id="late") == 0
    run_id = open_world(settings).ledger.rows("tiny")[-1].mlflow_run_id
    client_of(settings).delete_run(run_id)
    assert told(settings) == [("I20", f"MLflow run {run_id} of cycle late (row seq 4) is deleted")]


def test_a_deleted_version_is_named_with_the_row_that_names_it(settings):
    client_of(settings).delete_model_version("tiny", "2")
    assert told(settings) == [("I19", "version 2, of row seq 2, is deleted from MLflow")]


def test_a_deleted_version_that_serves_is_told_as_such(settings):
    client_of(settings).delete_model_version("tiny", "3")
    found = dict(told(settings))
    assert found["I19"] == "version 3, which serves, of row seq 3, is deleted from MLflow"
    assert "I5" in found


def test_a_changed_byte_is_found_in_what_serves_and_in_what_served(settings):
    for number in (1, 3):
        flip_a_byte(settings, number)
    found = told(settings)
    assert [code for code, _ in found] == ["I15", "I22"]
    assert found[0][1].startswith("the files of version 3, which serves, are not those of its row")
    assert found[1][1].startswith("the files of version 1 are not those of its row: they hash to")


def test_a_version_that_never_served_is_hashed_when_all_is_looked_at(children, home, settings):
    back = Request(model_name="tiny", kind="rollback", reason="r", actor="a", version=2)
    change_pointer(back, open_world(settings))
    assert children.cycle(home, THIRD, cycle_id="again") == 0
    assert open_world(settings).ledger.rows("tiny")[-1].kind == "keep"
    flip_a_byte(settings, 4)
    assert codes(settings) == []
    assert codes(settings, full=True) == ["I22"]


def test_a_missing_file_and_a_missing_folder_are_named(settings):
    (files_of(settings, 2) / "model.skops").unlink()
    shutil.rmtree(files_of(settings, 3))
    assert told(settings) == [
        ("I21", "of the files of version 2, model.skops is missing"),
        ("I21", "of the files of version 3, MLmodel, model.skops, proof.parquet are missing"),
    ]


def test_a_moved_alias_and_two_productions_have_numbers_of_their_own(settings):
    client_of(settings).set_registered_model_alias("tiny", "production", "1")
    assert told(settings) == [("I5", "alias production names 1, the ledger says 3")]
    client_of(settings).transition_model_version_stage("tiny", "2", "Production")
    assert told(settings)[1] == ("I18", "in stage Production: [2, 3], the ledger says [3]")
    assert all(each.repairable for each in diagnosed(settings).findings)


def test_an_alias_on_what_never_served_is_told_as_a_move_no_row_explains(settings, world):
    first = version_of(settings, 1)
    made = world.registry.register("tiny", source=first.source, run_id=first.run_id, tags={})
    client_of(settings).set_registered_model_alias("tiny", "production", str(made))
    assert codes(settings) == ["I1", "I5"]


def test_old_runs_that_nobody_ended_or_names_are_told_and_stay(settings):
    client = client_of(settings)
    experiment = client.get_experiment_by_name(EXPERIMENT).experiment_id
    long_ago = int((datetime.now(UTC) - WEEK - timedelta(hours=1)).timestamp() * 1000)
    running = client.create_run(experiment, start_time=long_ago, run_name="killed").info.run_id
    over = client.create_run(experiment, start_time=long_ago, run_name="lost").info.run_id
    client.set_terminated(over)
    client.create_run(experiment, run_name="under way")
    nested = {"mlflow.parentRunId": version_of(settings, 2).run_id}
    client.create_run(experiment, start_time=long_ago, tags=nested)
    found = dict(reversed(each[1].split(" of ", 1)) for each in told(settings))
    day = f"{datetime.now(UTC) - WEEK - timedelta(hours=1):%Y-%m-%d}"
    assert found == {
        f"{day} was never ended": f"MLflow run {running} (killed)",
        f"{day} belongs to no version and to no row": f"MLflow run {over} (lost)",
    }
    assert set(codes(settings)) == {"I25"}
    assert client.get_run(running).info.lifecycle_stage == "active"


def test_candidates_that_no_decision_used_are_told_after_a_week_and_stay(settings, world):
    used = version_of(settings, 3)
    for tags in (
        {"cycle_id": "2025-09-29", "role": "candidate"},
        {"cycle_id": used.tags["cycle_id"], "role": "candidate"},
        {},
    ):
        world.registry.register("tiny", source=used.source, run_id=used.run_id, tags=tags)
    assert codes(settings, later=WEEK - timedelta(minutes=5)) == []
    assert [
        each for each in told(settings, later=WEEK + timedelta(minutes=5)) if each[0] == "I26"
    ] == [
        ("I26", "version 4 was left over by cycle 2025-09-29, which has no decision"),
        (
            "I26",
            f"version 5 was left over by cycle {used.tags['cycle_id']}, whose candidate is version"
            " 3",
        ),
    ]
    assert len(world.registry.versions("tiny")) == 6
