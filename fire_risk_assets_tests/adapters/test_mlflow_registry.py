"""Versions, stages and the alias in a real MLflow registry."""

import pytest
from mlflow import MlflowClient

from fire_risk_assets.adapters.mlflow_listing import runs_by_client
from fire_risk_assets.adapters.mlflow_registry import ABOUT, MlflowRegistry
from fire_risk_assets.adapters.mlflow_store import EXPERIMENT, prepare_mlflow

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore:.*transition_model_version_stage:FutureWarning"),
]

MODEL = "tiny"


@pytest.fixture(scope="module")
def empty(tmp_path_factory):
    """MLflow's own schema takes seconds to make; every test has a model of its own in it."""
    folder = tmp_path_factory.mktemp("registry")
    address = f"sqlite:///{folder / 'mlflow.db'}"
    prepare_mlflow(address, folder / "artifacts")
    return MlflowRegistry(address)


@pytest.fixture
def registry(empty):
    yield empty
    client = client_of(empty)
    for model in client.search_registered_models():
        client.delete_registered_model(model.name)


def client_of(registry):
    return MlflowClient(tracking_uri=registry.tracking_uri, registry_uri=registry.tracking_uri)


def register(registry, tmp_path, *, count, model=MODEL):
    source = (tmp_path / "model").as_uri()
    return [
        registry.register(model, source=source, run_id="", tags={"role": f"r{number}"})
        for number in range(count)
    ]


def stages(registry):
    return {version.version: version.stage for version in registry.versions(MODEL)}


def test_an_unknown_model_has_no_versions_and_no_alias(registry):
    assert registry.versions(MODEL) == []
    assert registry.production_alias(MODEL) is None


def test_versions_are_numbered_from_one_and_come_back_in_order(registry, tmp_path):
    assert register(registry, tmp_path, count=11) == list(range(1, 12))
    register(registry, tmp_path, count=1, model="tiny_too")
    listed = registry.versions(MODEL)
    assert [version.version for version in listed] == list(range(1, 12))
    assert listed[0].stage == "None"
    assert listed[1].tags == {"role": "r1"}
    assert listed[0].source == (tmp_path / "model").as_uri()
    assert client_of(registry).get_registered_model(MODEL).description == ABOUT


def test_the_alias_is_absent_at_first_moves_and_is_taken_away_again(registry, tmp_path):
    register(registry, tmp_path, count=2)
    assert registry.production_alias(MODEL) is None
    for version in (1, 2, 2, None, None, 1):
        registry.point_alias(MODEL, version)
        assert registry.production_alias(MODEL) == version
    assert stages(registry) == {1: "None", 2: "None"}


def test_a_version_moved_to_production_archives_the_one_there(registry, tmp_path):
    register(registry, tmp_path, count=3)
    registry.move_to_production(MODEL, 1)
    assert stages(registry) == {1: "Production", 2: "None", 3: "None"}
    registry.move_to_production(MODEL, 2)
    registry.move_to_production(MODEL, 2)
    assert stages(registry) == {1: "Archived", 2: "Production", 3: "None"}
    assert registry.production_alias(MODEL) is None


def test_two_in_production_are_both_listed_and_one_can_be_archived(registry, tmp_path):
    register(registry, tmp_path, count=2)
    for version in (1, 2):
        client_of(registry).transition_model_version_stage(MODEL, str(version), "Production")
    assert stages(registry) == {1: "Production", 2: "Production"}
    registry.archive(MODEL, 1)
    assert stages(registry) == {1: "Archived", 2: "Production"}


def test_moving_to_production_leaves_only_that_one_where_there_were_two(registry, tmp_path):
    register(registry, tmp_path, count=3)
    for version in (1, 2):
        client_of(registry).transition_model_version_stage(MODEL, str(version), "Production")
    registry.move_to_production(MODEL, 3)
    assert stages(registry) == {1: "Archived", 2: "Archived", 3: "Production"}


def test_tags_are_added_to_those_there_and_a_description_replaces(registry, tmp_path):
    register(registry, tmp_path, count=1)
    registry.tag(MODEL, 1, {"verdict": "keep"})
    registry.tag(MODEL, 1, {"verdict": "promote"})
    for text in ("first", "second"):
        registry.describe(MODEL, 1, text)
    (version,) = registry.versions(MODEL)
    assert version.tags == {"role": "r0", "verdict": "promote"}
    assert client_of(registry).get_model_version(MODEL, "1").description == "second"


def test_runs_are_listed_alike_by_the_database_and_through_the_client(registry):
    client = client_of(registry)
    experiment = client.get_experiment_by_name(EXPERIMENT).experiment_id
    begun = client.create_run(experiment, start_time=86_400_000, run_name="under way")
    over = client.create_run(experiment, tags={"dagster_run_id": "d"})
    client.set_terminated(over.info.run_id, "FAILED")
    client.create_run(experiment, tags={"mlflow.parentRunId": over.info.run_id})
    client.create_run(client.create_experiment("another"))
    gone = client.create_run(experiment)
    client.delete_run(gone.info.run_id)
    found = {run.run_id: run for run in registry.runs()}
    listed = runs_by_client(client, experiment)
    assert found == {run.run_id: run for run in listed}
    assert len(listed) == len(found)
    assert {begun.info.run_id, over.info.run_id} <= set(found)
    first, second = found[begun.info.run_id], found[over.info.run_id]
    assert (first.name, first.ended, first.begun_at.day) == ("under way", False, 2)
    assert (second.ended, second.dagster_run_id) == (True, "d")
    assert gone.info.run_id not in found
