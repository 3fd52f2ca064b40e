"""A model that may not be kept ends in a decision: refused on record, tried no second time."""

import pytest

from fire_risk_assets.core.ledger.fold import attempts
from fire_risk_assets.defs.launch import run_cycle
from fire_risk_assets.defs.resources import world_of
from fire_risk_assets_tests.defs.runs import dagster_runs, mlflow_statuses
from fire_risk_assets_tests.homes import FIRST

pytestmark = pytest.mark.slow


def test_a_model_that_holds_an_unknown_type_is_refused_on_record_and_the_pointer_stays(house):
    ours = house.model_copy(update={"models": ("fire_risk_assets_tests.untrusted:SPEC",)})
    world = world_of(ours)
    served = world.registry.production_alias("tiny")
    versions = len(world.registry.versions("tiny"))
    row = run_cycle(ours, "tiny", cycle_id=None, as_of=FIRST, actor="test")
    assert (row.kind, row.reason_code, row.candidate_version) == ("refuse", "rejected", None)
    assert "fire_risk_assets_tests.untrusted.passed_on" in row.reason
    assert row.mlflow_run_id
    rows = world.ledger.rows("tiny")
    assert attempts(rows, row.cycle_id) == 0
    assert row.production_version == served == world.registry.production_alias("tiny")
    assert len(world.registry.versions("tiny")) == versions
    run = dagster_runs(ours)[0]
    assert run.status.value == "SUCCESS"
    assert mlflow_statuses(ours)[run.run_id] == ["FINISHED"]
    assert run_cycle(ours, "tiny", cycle_id=None, as_of=FIRST, actor="test") == row
    world.vault.prover.stop()
