"""What happens between JUDGE and COMMIT, and to a cycle tried again after the ledger moved."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from mlflow import MlflowClient

from fire_risk_assets.actions.append_event import append_event
from fire_risk_assets.actions.attempts import open_attempt
from fire_risk_assets.actions.build_snapshots import cut_rows, holdout_set, training_set
from fire_risk_assets.actions.change_pointer import Request, change_pointer
from fire_risk_assets.actions.judge_candidate import judge_candidate
from fire_risk_assets.actions.judgement import VERDICT_REFERENCE, Judgement
from fire_risk_assets.actions.reconcile import adopt, reconcile, unmoved
from fire_risk_assets.actions.record_failure import record_failure
from fire_risk_assets.actions.train_candidate import train_candidate
from fire_risk_assets.core.ledger.events import Event
from fire_risk_assets.core.ledger.lineage import training_until
from fire_risk_assets.errors import (
    DigestMismatch,
    LedgerBroken,
    RegistryUnavailable,
    RequestRefused,
)
from fire_risk_assets_tests.faults.aftermath import findings
from fire_risk_assets_tests.homes import (
    FIRST,
    SECOND,
    THIRD,
    copy_home,
    failure,
    open_world,
    prepare_cycle,
    run_cycle,
    start_cycle,
    tiny_settings,
)
from fire_risk_assets_tests.ledgers import event

pytestmark = pytest.mark.slow


def record(world, **values):
    """Another promoter's row, written between this one's steps."""
    event = Event(model_name="tiny", reason="Meanwhile.", actor="other", **values)
    append_event(event, world)


def rollback(world, version, **values):
    request = Request(
        model_name="tiny", kind="rollback", reason="r", actor="test", version=version, **values
    )
    return change_pointer(request, world)


def test_a_later_decision_between_judge_and_commit_makes_the_cycle_late(settings):
    prepared = prepare_cycle(settings, SECOND)
    assert prepared.judgement.verdict_of().kind == "promote"
    record(
        prepared.world,
        cycle_id="2025-09-22",
        request="cycle",
        kind="keep",
        reason_code="not_better",
        evidence={"as_of": THIRD},
    )
    row = prepared.decide().row
    assert (row.kind, row.reason_code) == ("refuse", "out_of_order")
    assert row.production_version == 1
    run = MlflowClient(settings.tracking_uri).get_run(prepared.run.run_id)
    assert run.data.tags["fire_risk.verdict"] == "refuse: out_of_order"
    # The figures of the first verdict cannot be deleted; that nothing was scored since is told.
    assert run.data.tags["fire_risk.rows_scored"] == "0"
    kept = Judgement.from_json(
        prepared.world.references.load("tiny", prepared.plan.cycle_id, VERDICT_REFERENCE)
    )
    assert kept.verdict_of().reason_code == "out_of_order"


def test_an_attempt_that_judges_after_another_has_decided_keeps_no_scores(settings):
    prepared = prepare_cycle(settings, SECOND)
    row = prepared.decide().row
    prepared.judge()
    assert prepared.decide().row == row
    assert findings(settings) == []


def test_without_a_row_on_its_training_what_serves_is_judged_on_no_rows_at_all(settings):
    spec, plan, world, _ = start_cycle(settings, SECOND)
    rows = [
        replace(row, training_digest=None, training_until=None) for row in world.ledger.rows("tiny")
    ]
    with pytest.raises(LedgerBroken, match="version 1, which serves, was trained on"):
        cut_rows(spec, plan, rows, world)


def test_a_failure_in_between_changes_no_verdict(settings):
    prepared = prepare_cycle(settings, SECOND)
    record(
        prepared.world,
        cycle_id="other",
        request="fail:1",
        kind="fail",
        reason_code="TRAIN",
        evidence={"as_of": SECOND},
    )
    row = prepared.decide().row
    assert (row.kind, row.p_value) == ("promote", prepared.judgement.evidence["p_value"])


def test_a_candidate_is_never_judged_on_rows_it_was_fitted_on(settings):
    assert run_cycle(settings, SECOND).row.kind == "promote"
    later = SECOND + timedelta(weeks=2)
    prepared = prepare_cycle(settings, later)
    candidate = prepared.trained.candidate_of()
    rollback(prepared.world, 1)
    row = prepared.decide().row
    assert row.previous_version == 1
    assert row.training_until == candidate.training_until
    assert row.training_digest == candidate.training_digest
    assert row.holdout_from >= candidate.training_until + timedelta(days=1)
    assert findings(settings) == []


def reaching_back_to_production(spec, plan, world):
    """The model with a minimum that only all rows since production's training meet."""

    def with_minimum(rows):
        return replace(
            spec,
            windows=replace(spec.windows, min_rows=rows),
            policy=replace(spec.policy, min_rows=rows),
        )

    everything = cut_rows(with_minimum(10**6), plan, world.ledger.rows("tiny"), world)
    return with_minimum(len(everything.holdout_rows))


def test_what_is_fitted_is_what_is_on_record_though_the_head_moves_before_training(settings):
    assert run_cycle(settings, SECOND).row.kind == "promote"
    spec, plan, world, run = start_cycle(settings, THIRD)
    rollback(world, 1)
    spec = reaching_back_to_production(spec, plan, world)
    cut = cut_rows(spec, plan, world.ledger.rows("tiny"), world)
    recorded = training_set(plan, cut)
    change_pointer(
        Request(model_name="tiny", kind="promote", reason="r", actor="test", version=2), world
    )
    moved = cut_rows(spec, plan, world.ledger.rows("tiny"), world)
    assert moved.training_digest != cut.training_digest
    fitted = []

    def recipe(params, seed):
        fitted.append(spec.recipe(params, seed))
        return fitted[-1]

    trained = train_candidate(
        replace(spec, recipe=recipe),
        plan,
        recorded,
        holdout_set(plan, cut),
        trials=0,
        world=world,
        run=run,
    )
    constant = fitted[-1].named_steps["model"].regressor_.constant_.item()
    assert constant == pytest.approx(np.log1p(cut.training_rows["target"]).mean())
    assert constant != pytest.approx(np.log1p(moved.training_rows["target"]).mean())
    assert trained.candidate_of().training_digest == cut.training_digest


def test_a_retry_whose_candidate_has_no_rows_left_to_be_judged_on_is_refused_for_that(settings):
    prepare_cycle(settings, SECOND, cycle_id="killed")
    for other in ("a", "b", "c", "d"):
        run_cycle(settings, SECOND, cycle_id=other)
    # What served before has trained on less, and alone would leave rows enough to judge on.
    rollback(open_world(settings), 1)
    row = run_cycle(settings, SECOND, cycle_id="killed").row
    assert (row.kind, row.reason_code) == ("refuse", "holdout_spent")
    assert findings(settings) == []


def test_a_retry_under_another_configuration_is_told_so(settings):
    prepared = prepare_cycle(settings, SECOND)
    changed = replace(prepared.spec, features=("temp_c",))
    with pytest.raises(DigestMismatch, match="fitted on other rows"):
        judge_candidate(changed, prepared.plan, prepared.trained, prepared.world)


def test_what_is_adopted_loads_and_brings_its_training_window_along(settings):
    prepared = prepare_cycle(settings, SECOND)
    candidate = prepared.trained.candidate_of()
    registry = MlflowClient(settings.tracking_uri)
    registry.set_registered_model_alias("tiny", "production", str(candidate.version))
    adopt("tiny", prepared.world, actor="test", reason="seen and approved")
    rows = prepared.world.ledger.rows("tiny")
    assert rows[-1].kind == "adopt"
    assert training_until(rows, candidate.version) == candidate.training_until


def test_one_drift_is_one_repair_row_however_often_mlflow_fails(settings):
    world = open_world(settings)
    registry = MlflowClient(settings.tracking_uri)

    class ReadOnly(type(world.registry)):
        def point_alias(self, model_name, version):
            raise RegistryUnavailable("MLflow is read-only")

    registry.delete_registered_model_alias("tiny", "production")
    stubborn = replace(world, registry=ReadOnly(settings.tracking_uri))
    for _ in range(3):
        with pytest.raises(RegistryUnavailable):
            reconcile("tiny", stubborn, actor="test")
    assert reconcile("tiny", world, actor="test").consistent is True
    assert [row.kind for row in world.ledger.rows("tiny")] == ["promote", "repair"]
    registry.delete_registered_model_alias("tiny", "production")
    assert reconcile("tiny", world, actor="test").consistent is True
    assert [row.kind for row in world.ledger.rows("tiny")] == ["promote", "repair", "repair"]


def test_a_key_that_was_used_returns_its_row_and_moves_nothing(settings):
    assert run_cycle(settings, SECOND).row.kind == "promote"
    world = open_world(settings)
    first = rollback(world, 1, key="incident-7")
    assert first.outcome == "written"
    assert run_cycle(settings, THIRD).row.kind == "promote"
    again = rollback(world, 1, key="incident-7")
    assert (again.outcome, again.row) == ("recorded", first.row)
    assert world.ledger.rows("tiny")[-1].production_version != 1


@pytest.mark.parametrize("marked", [True, False])
def test_a_failure_before_the_plan_keeps_the_time_of_a_home_that_replays(
    fresh_home, tmp_path, marked
):
    settings = tiny_settings(copy_home(fresh_home, tmp_path / "empty"))
    world = open_world(settings)
    if marked:
        open_attempt("tiny", "2025-09-08", FIRST, "run", world)
    row = record_failure(
        failure("run", step="RECONCILE", reason="down"),
        world,
    )
    assert row.decided_at == FIRST + timedelta(hours=6)
    assert row.dagster_run_id == "run"
    assert run_cycle(settings, FIRST).row.kind == "promote"
    assert run_cycle(settings, SECOND).row.production_age_days == pytest.approx(7.0)


def test_a_person_is_told_when_the_pointer_moved_meanwhile(settings):
    assert run_cycle(settings, SECOND).row.kind == "promote"
    world = open_world(settings)
    before = world.ledger.rows("tiny")
    asked = event("rollback", "operator", "key", request="rollback", model_name="tiny")
    assert unmoved(asked, before, before) is asked
    assert run_cycle(settings, THIRD).row.kind == "promote"
    with pytest.raises(RequestRefused, match="moved tiny"):
        unmoved(asked, before, world.ledger.rows("tiny"))
