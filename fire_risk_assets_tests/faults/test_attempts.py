"""Each attempt of a cycle is on record once, under the run that made it."""

from dataclasses import replace

import pytest

from fire_risk_assets.actions.append_event import append_event
from fire_risk_assets.actions.attempts import open_attempt
from fire_risk_assets.actions.decide_cycle import recorded_decision
from fire_risk_assets.actions.judge_candidate import judge_candidate
from fire_risk_assets.actions.plan_cycle import resume_plan
from fire_risk_assets.actions.record_failure import record_failure, record_killed
from fire_risk_assets.actions.train_candidate import Trained
from fire_risk_assets.adapters.delta_ledger import DeltaLedger
from fire_risk_assets.core.ledger.events import row_for
from fire_risk_assets.errors import CandidateMissing, LedgerBroken, StoreBusy
from fire_risk_assets_tests.homes import (
    FIRST,
    SECOND,
    THIRD,
    failure,
    prepare_cycle,
    run_cycle,
    start_cycle,
)
from fire_risk_assets_tests.ledgers import event

pytestmark = pytest.mark.slow
CYCLE = f"{SECOND:%Y-%m-%d}"


class Elsewhere:
    """A process of this host that has ended."""

    def __init__(self, number):
        self.number = number

    def me(self):
        return {"host": "here", "pid": self.number, "started": 0.0}

    def alive(self, process):
        return process != self.me()


def failed(world, run_id):
    open_attempt("tiny", CYCLE, SECOND, run_id, world)
    return unmarked_failure(world, run_id)


def unmarked_failure(world, run_id, as_of=SECOND):
    return record_failure(
        failure(run_id, cycle_id=CYCLE, as_of=as_of),
        world,
    )


def test_a_failed_attempt_names_its_run_and_the_instant_it_stood_at(world):
    row = failed(world, "run-1")
    assert (row.kind, row.dagster_run_id, row.as_of) == ("fail", "run-1", SECOND)


def test_the_failures_of_two_runs_are_two_rows_and_those_of_one_run_are_one(world):
    rows = [failed(world, run) for run in ("run-1", "run-2", "run-1")]
    assert rows[0] == rows[2]
    assert [row.dagster_run_id for row in world.ledger.rows("tiny")[1:]] == ["run-1", "run-2"]


def test_a_failure_without_a_mark_names_its_run_and_instant_too(world):
    row = unmarked_failure(world, "run-1")
    assert (row.dagster_run_id, row.as_of) == ("run-1", SECOND)
    assert unmarked_failure(world, "run-1") == row


def test_a_mark_of_another_run_says_nothing_about_a_failure(world):
    open_attempt("tiny", CYCLE, THIRD, "run-0", world)
    row = unmarked_failure(world, "run-1")
    assert (row.dagster_run_id, row.as_of) == ("run-1", SECOND)


def test_an_attempt_killed_before_its_plan_is_recorded_as_of_its_cycle(world):
    dead = replace(world, processes=Elsewhere(1))
    open_attempt("tiny", CYCLE, SECOND, "run-1", dead)
    (row,) = record_killed("tiny", dead, actor="test")
    assert (row.reason_code, row.as_of, row.dagster_run_id) == ("killed", SECOND, "run-1")


def test_a_kill_after_the_row_and_before_the_end_of_the_mark_adds_no_second_row(world):
    row = failed(world, "run-1")
    dead = replace(world, processes=Elsewhere(1))
    open_attempt("tiny", CYCLE, SECOND, "run-1", dead)
    assert record_killed("tiny", dead, actor="test") == [row]
    assert world.ledger.rows("tiny")[1:] == [row]


def test_two_attempts_that_fail_at_once_get_a_row_each(world):
    class Overtaken(DeltaLedger):
        """Another attempt records its failure between this one's look and its append."""

        def append(self, row):
            if not any(each.kind == "fail" for each in world.ledger.rows("tiny")):
                failed(replace(world, processes=Elsewhere(2)), "run-2")
            DeltaLedger.append(self, row)

    slower = replace(world, ledger=Overtaken(world.ledger.root))
    assert failed(slower, "run-1").dagster_run_id == "run-1"
    assert [row.dagster_run_id for row in world.ledger.rows("tiny")[1:]] == ["run-2", "run-1"]


def test_a_run_that_goes_on_from_a_failed_step_attempts_under_its_own_name(settings):
    _, plan, world, _ = start_cycle(settings, SECOND)
    resumed = resume_plan("tiny", CYCLE, actor="ann", run_id="run-2", world=world)
    assert resumed == replace(plan, actor="ann", run_id="run-2")
    row = unmarked_failure(world, "run-2", as_of=THIRD)
    assert (row.dagster_run_id, row.as_of) == ("run-2", SECOND)


def test_a_decided_cycle_opens_no_attempt(settings):
    run_cycle(settings, SECOND)
    _, plan, world, _ = start_cycle(settings, SECOND)
    assert plan.decided_event is not None
    resume_plan("tiny", CYCLE, actor="ann", run_id="run-2", world=world)
    assert record_killed("tiny", replace(world, processes=Elsewhere(3)), actor="test") == []


def test_a_refused_cycle_names_the_mlflow_run_that_tells_of_it(settings):
    run_cycle(settings, SECOND)
    prepared = prepare_cycle(settings, FIRST, cycle_id="late")
    row = prepared.decide().row
    assert (row.reason_code, row.mlflow_run_id) == ("out_of_order", prepared.run.run_id)


def test_the_row_of_another_attempt_found_after_an_unknown_outcome_is_returned_as_it_is(world):
    theirs = event(model_name="tiny", cycle_id=CYCLE, reason="Theirs.")

    class Unsure(DeltaLedger):
        """The other attempt's row arrives, and this one's append ends in an error."""

        def append(self, row):
            rows = self.rows("tiny")
            DeltaLedger.append(self, row_for(theirs, rows, now=world.clock.deciding(rows, SECOND)))
            raise StoreBusy("no answer")

    ours = replace(theirs, reason="Ours.")
    unsure = replace(world, ledger=Unsure(world.ledger.root))
    row = append_event(ours, unsure)
    assert row.reason == "Theirs."


def test_the_row_names_the_run_that_decided_though_another_one_judged(settings):
    judged = prepare_cycle(settings, SECOND)
    assert judged.judgement.evidence["dagster_run_id"] == judged.plan.run_id
    judged.plan = replace(judged.plan, run_id="executed-again")
    row = judged.decide().row
    assert (row.kind, row.dagster_run_id) == ("promote", "executed-again")


def test_a_decision_whose_row_is_gone_is_told_as_damage(settings):
    _, plan, world, _ = start_cycle(settings, SECOND)
    with pytest.raises(LedgerBroken, match="was decided before, and has no row now"):
        recorded_decision(replace(plan, decided_event="e" * 64), world)


def test_judging_where_nothing_was_fitted_asks_for_the_cycle_again(settings):
    prepared = prepare_cycle(settings, SECOND)
    with pytest.raises(CandidateMissing, match="after training was skipped") as told:
        judge_candidate(prepared.spec, prepared.plan, Trained(), prepared.world)
    assert "Repeat the cycle" in told.value.remedy
