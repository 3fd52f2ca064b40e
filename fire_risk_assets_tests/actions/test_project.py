"""MLflow follows the ledger's head: by `project`, and where it was moved by hand by `reconcile`."""

from dataclasses import replace

import pytest
from mlflow import MlflowClient

from fire_risk_assets.actions.attempts import open_attempt
from fire_risk_assets.actions.project import last_check, project
from fire_risk_assets.actions.reconcile import adopt, inspect, reconcile, unmoved
from fire_risk_assets.actions.recover import recover
from fire_risk_assets.adapters.delta_ledger import DeltaLedger
from fire_risk_assets.adapters.mlflow_registry import MlflowRegistry
from fire_risk_assets.core.ledger.events import Event, row_for
from fire_risk_assets.errors import (
    ProjectionOwed,
    ProjectionUnsettled,
    RegistryDrift,
    RequestRefused,
)
from fire_risk_assets_tests.homes import SECOND
from fire_risk_assets_tests.ledgers import event

pytestmark = pytest.mark.slow


@pytest.fixture
def registry(promoted):
    return MlflowClient(promoted.vault.tracking_uri)


def kinds(world):
    return [row.kind for row in world.ledger.rows("tiny")]


def test_what_agrees_already_is_not_touched(promoted):
    done = project("tiny", promoted)
    assert (done.consistent, done.actions) == (True, ())
    assert reconcile("tiny", promoted, actor="test").actions == ()
    assert kinds(promoted) == ["promote", "promote"]


def test_what_was_moved_by_hand_is_moved_back_and_each_step_is_said(promoted, registry):
    served = promoted.registry.production_alias("tiny")
    registry.set_registered_model_alias("tiny", "production", "1")
    promoted.registry.move_to_production("tiny", 1)
    done = project("tiny", promoted)
    assert done.actions == (
        f"alias production: 1 -> {served}",
        f"version {served}: Archived -> Production",
    )
    assert promoted.registry.production_alias("tiny") == served
    assert inspect("tiny", promoted).differences == ()
    assert last_check("tiny", promoted.references).consistent is True


def test_looking_changes_nothing_and_reconciling_records_the_drift_once(promoted, registry):
    registry.delete_registered_model_alias("tiny", "production")
    found = inspect("tiny", promoted)
    assert (found.drift, found.alias) == (True, None)
    assert inspect("tiny", promoted) == found
    assert kinds(promoted) == ["promote", "promote"]
    for _ in range(2):
        assert reconcile("tiny", promoted, actor="ann").consistent is True
    repair = promoted.ledger.rows("tiny")[-1]
    assert kinds(promoted) == ["promote", "promote", "repair"]
    assert repair.actor == "ann"
    assert repair.reason == f"Changed by hand, to be restored: {'; '.join(found.differences)}."


def test_the_page_of_a_version_that_was_replaced_does_not_claim_that_it_serves(promoted):
    stages = {v.stage: v.tags for v in promoted.registry.versions("tiny")}
    assert stages["Archived"]["last_served_by"] == "promote: first_baseline"
    assert stages["Production"]["last_served_by"] == "promote: better"
    assert not [name for tags in stages.values() for name in tags if name.startswith("serves_")]


def test_a_registry_that_never_agrees_is_told_with_what_it_shows(promoted, registry):
    class Deaf(MlflowRegistry):
        """Takes a move of the alias and does not make it."""

        def point_alias(self, model_name, version):
            pass

    served = promoted.registry.production_alias("tiny")
    registry.set_registered_model_alias("tiny", "production", "1")
    deaf = replace(promoted, registry=Deaf(promoted.vault.tracking_uri))
    with pytest.raises(ProjectionUnsettled) as told:
        project("tiny", deaf)
    assert f"Found last: alias production names 1, the ledger says {served}." in str(told.value)
    assert "Expected: the alias and the one version in stage Production" in str(told.value)
    assert "`fire-risk reconcile`" in told.value.remedy
    assert last_check("tiny", promoted.references).consistent is False


def test_a_head_that_never_rests_is_told_as_such(promoted):
    class Restless(DeltaLedger):
        """Another operator moves the pointer to and fro before every look."""

        def rows(self, model_name):
            rows = DeltaLedger.rows(self, model_name)
            event = Event(
                model_name="tiny",
                cycle_id=f"key-{len(rows)}",
                request="rollback",
                kind="rollback",
                reason_code="operator",
                reason="r",
                actor="other",
                moves_to=1 + len(rows) % 2,
                moves_to_sha256="0" * 64,
            )
            self.append(row_for(event, rows, now=rows[-1].decided_at))
            return DeltaLedger.rows(self, model_name)

    restless = replace(promoted, ledger=Restless(promoted.ledger.root))
    with pytest.raises(ProjectionUnsettled, match="by when the ledger had moved on"):
        project("tiny", restless)
    assert project("tiny", promoted).consistent is True


def test_a_version_that_serves_and_is_gone_is_named_and_remembered(promoted, registry):
    served = promoted.registry.production_alias("tiny")
    registry.delete_model_version("tiny", str(served))
    with pytest.raises(RegistryDrift, match=f"tiny version {served} serves by the ledger but"):
        project("tiny", promoted)
    assert last_check("tiny", promoted.references).consistent is False


def test_adopting_needs_a_drift_and_makes_it_the_truth(promoted, registry):
    with pytest.raises(RequestRefused, match="was not moved by hand"):
        adopt("tiny", promoted, actor="ann", reason="none")
    registry.set_registered_model_alias("tiny", "production", "1")
    assert adopt("tiny", promoted, actor="ann", reason="seen").consistent is True
    row = promoted.ledger.rows("tiny")[-1]
    assert (row.kind, row.production_version, row.actor, row.reason) == ("adopt", 1, "ann", "seen")


class Interrupted:
    """Ctrl-C at a point of the protocol."""

    def reach(self, point):
        if point == "ALIAS:before":
            raise KeyboardInterrupt


def test_an_adoption_that_ended_after_commit_says_that_it_is_recorded(promoted, registry):
    registry.set_registered_model_alias("tiny", "production", "1")
    with pytest.raises(ProjectionOwed, match="The adopt of tiny to version 1 is recorded as row 3"):
        adopt("tiny", replace(promoted, crash=Interrupted()), actor="ann", reason="seen")
    assert reconcile("tiny", promoted, actor="test").consistent
    assert kinds(promoted)[-1] == "adopt"


def test_an_event_of_a_person_is_refused_once_the_pointer_moved(promoted):
    rows = promoted.ledger.rows("tiny")
    asked = event("rollback", "operator", "k", request="rollback", model_name="tiny")
    assert unmoved(asked, rows, rows) is asked
    with pytest.raises(RequestRefused, match="moved tiny"):
        unmoved(asked, rows[:1], rows)


def test_recovery_records_the_dead_and_says_what_it_did(promoted, registry):
    class Ended:
        """A process of this host that has ended."""

        def me(self):
            return {"host": "here", "pid": 1, "started": 0.0}

        def alive(self, mark):
            return mark != self.me()

    dead = replace(promoted, processes=Ended())
    open_attempt("tiny", "later", SECOND, "run-9", dead)
    registry.delete_registered_model_alias("tiny", "production")
    done = recover("tiny", dead, actor="test")
    assert [(row.kind, row.dagster_run_id) for row in done.killed] == [("fail", "run-9")]
    assert done.actions[-1] == "recorded as killed: cycle later"
    assert done.projection.consistent is True
    assert recover("tiny", dead, actor="test").actions == ()
