"""What people do by hand to the registry and the files: restored or named, never followed."""

import shutil

import pytest
from mlflow import MlflowClient

from fire_risk_assets.actions.change_pointer import Request, change_pointer, plan_pointer_change
from fire_risk_assets.actions.check_invariants import serving_findings
from fire_risk_assets.actions.reconcile import adopt, inspect, reconcile
from fire_risk_assets.actions.resolve_version import resolve_version
from fire_risk_assets.actions.status import status
from fire_risk_assets.errors import (
    ArtifactMismatch,
    ArtifactRejected,
    LedgerBroken,
    NothingServed,
    RegistryDrift,
    RequestRefused,
)
from fire_risk_assets_tests.damage import files_of, flip_a_byte
from fire_risk_assets_tests.faults.aftermath import findings
from fire_risk_assets_tests.homes import (
    THIRD,
    copy_home,
    open_world,
    prepare_cycle,
    run_cycle,
    tiny_settings,
)

pytestmark = pytest.mark.slow


@pytest.fixture
def home(promoted_home, tmp_path):
    return copy_home(promoted_home, tmp_path / "home")


@pytest.fixture
def registry(settings):
    return MlflowClient(settings.tracking_uri)


def serving(world):
    return world.ledger.rows("tiny")[-1].production_version


def rollback(reason="it burned", **values):
    return Request(model_name="tiny", kind="rollback", reason=reason, actor="test", **values)


def test_a_hand_moved_alias_is_restored_and_recorded__f29(settings, world, registry):
    before = serving(world)
    registry.set_registered_model_alias("tiny", "production", "1")
    found = inspect("tiny", world)
    assert found.drift is True
    assert reconcile("tiny", world, actor="test").consistent is True
    assert world.registry.production_alias("tiny") == before
    assert world.ledger.rows("tiny")[-1].kind == "repair"
    assert findings(settings) == []


def test_a_deleted_alias_and_a_second_production_are_restored__f29(settings, world, registry):
    registry.delete_registered_model_alias("tiny", "production")
    registry.transition_model_version_stage("tiny", "1", "Production")
    assert reconcile("tiny", world, actor="test").consistent is True
    assert findings(settings) == []


def test_an_alias_set_by_hand_where_nothing_serves_is_removed_and_recorded__f29(
    fresh_home, tmp_path
):
    home = copy_home(fresh_home, tmp_path / "empty")
    settings = tiny_settings(home)
    prepared = prepare_cycle(settings)
    version = prepared.trained.candidate_of().version
    client = MlflowClient(settings.tracking_uri)
    client.set_registered_model_alias("tiny", "production", str(version))
    assert reconcile("tiny", prepared.world, actor="test").consistent is True
    assert prepared.world.registry.production_alias("tiny") is None
    assert [row.kind for row in prepared.world.ledger.rows("tiny")] == ["repair"]
    assert prepared.decide().row.reason_code == "first"
    assert findings(settings) == []


def test_drift_is_adopted_only_on_purpose_and_only_when_it_verifies(settings, world, registry):
    with pytest.raises(RequestRefused):
        adopt("tiny", world, actor="test", reason="nothing moved")
    registry.set_registered_model_alias("tiny", "production", "1")
    assert adopt("tiny", world, actor="test", reason="the baseline it is").consistent is True
    row = world.ledger.rows("tiny")[-1]
    assert (row.kind, row.reason_code, row.production_version) == ("adopt", "drift", 1)
    assert findings(settings) == []


def test_a_deleted_version_that_serves_is_named_and_nothing_else_is_served__f29(world, registry):
    registry.delete_registered_model_alias("tiny", "production")
    registry.delete_model_version("tiny", str(serving(world)))
    before = world.ledger.rows("tiny")
    with pytest.raises(RegistryDrift, match="was deleted"):
        reconcile("tiny", world, actor="test")
    assert world.registry.production_alias("tiny") is None
    # Nothing was repaired, so no row says so.
    assert world.ledger.rows("tiny") == before


def test_a_changed_byte_is_refused_before_anything_is_deserialised__f28(world):
    version = serving(world)
    flip_a_byte(files_of(world, "tiny", version))
    found = resolve_version("tiny", version, world)
    assert found.sha256 == world.ledger.rows("tiny")[-1].artifact_sha256
    for deserialise in (world.vault.load, world.vault.prove_loads):
        with pytest.raises(ArtifactMismatch, match="the record says"):
            deserialise(found.source, found.sha256)


def test_damage_to_what_serves_is_told_before_any_cycle_meets_it(world):
    assert serving_findings("tiny", world) == []
    flip_a_byte(files_of(world, "tiny", serving(world)))
    (found,) = serving_findings("tiny", world)
    assert "version 2, which serves, are not those of its row" in found


def test_a_deleted_run_of_what_serves_is_named_and_restoring_it_is_enough__f29(world, registry):
    version = next(v for v in world.registry.versions("tiny") if v.version == serving(world))
    registry.delete_run(version.run_id)
    (found,) = serving_findings("tiny", world)
    assert found.startswith(f"I16: MLflow run {version.run_id} of version 2")
    registry.restore_run(version.run_id)
    assert serving_findings("tiny", world) == []


def test_an_older_backup_of_the_ledger_is_not_taken_for_the_ledger__f29(settings, tmp_path):
    ledger = settings.lake / "registry_status"
    shutil.copytree(ledger, tmp_path / "backup")
    run_cycle(settings, THIRD)
    shutil.rmtree(ledger)
    shutil.copytree(tmp_path / "backup", ledger)
    world = open_world(settings)
    (status_of_tiny,) = status(("tiny",), world.ledger, world.references)
    (finding,) = status_of_tiny.ledger_findings
    assert finding == "I6: the ledger ends at row seq 2, and row seq 3 was acknowledged"
    with pytest.raises(LedgerBroken, match="I6"):
        run_cycle(settings, THIRD)
    assert len(world.ledger.rows("tiny")) == 2


def test_a_cycle_against_a_damaged_production_is_refused_by_name__f28(children, home, world):
    flip_a_byte(files_of(world, "tiny", serving(world)))
    assert children.cycle(home, THIRD) == 0
    row = world.ledger.rows("tiny")[-1]
    assert (row.kind, row.reason_code) == ("refuse", "artifact_mismatch")
    assert "Restore the artifact from a backup" in row.reason
    assert "another --cycle-id" in row.reason


def test_a_rollback_trains_nothing_and_names_actor_and_reason(settings, world):
    versions = world.registry.versions("tiny")
    move = change_pointer(rollback(), world)
    assert (move.row.kind, move.row.reason_code) == ("rollback", "operator")
    assert (move.row.actor, move.row.reason) == ("test", "it burned")
    assert (move.outcome, move.consistent) == ("written", True)
    assert move.row.production_version == 1
    version = world.registry.versions("tiny")[0]
    assert version.tags["last_served_by"] == "rollback: operator"
    assert (version.tags["last_served_actor"], version.tags["last_served_reason"]) == (
        "test",
        "it burned",
    )
    assert len(world.registry.versions("tiny")) == len(versions)
    again = change_pointer(rollback(version=1), world)
    assert (again.outcome, again.row) == ("serves", move.row)
    assert findings(settings) == []


def test_a_planned_rollback_writes_nothing(world):
    rows = world.ledger.rows("tiny")
    assert plan_pointer_change(rollback(), world).row.production_version == 1
    assert world.ledger.rows("tiny") == rows


def test_a_rollback_to_what_never_served_is_refused(world):
    with pytest.raises(RequestRefused, match="never served"):
        change_pointer(rollback(version=99), world)
    with pytest.raises(RequestRefused, match="reason"):
        change_pointer(rollback(reason=" "), world)
    change_pointer(rollback(), world)
    with pytest.raises(NothingServed):
        change_pointer(rollback(), world)


def test_a_rollback_to_a_damaged_version_is_refused_and_nothing_moves__f28(world):
    flip_a_byte(files_of(world, "tiny", 1))
    with pytest.raises((ArtifactMismatch, ArtifactRejected)):
        change_pointer(rollback(), world)
    assert world.ledger.rows("tiny")[-1].kind == "promote"


def test_the_next_cycle_is_judged_against_what_a_rollback_brought_back(
    children, home, world, settings
):
    change_pointer(rollback(), world)
    assert children.cycle(home, THIRD) == 0
    row = world.ledger.rows("tiny")[-1]
    assert row.previous_version == 1
    assert (row.kind, row.reason_code) == ("promote", "better")
    assert findings(settings) == []
