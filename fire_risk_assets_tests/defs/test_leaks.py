"""A leak ends in a decision: refused on record, nothing fitted, the pointer where it was."""

import pytest

from fire_risk_assets.defs.instance import open_instance
from fire_risk_assets.defs.launch import run_cycle
from fire_risk_assets.defs.resources import world_of
from fire_risk_assets.wiring import model_spec
from fire_risk_assets_tests.defs.runs import dagster_runs
from fire_risk_assets_tests.homes import FIRST
from fire_risk_assets_tests.leaks import let_the_temperature_be_the_label

pytestmark = pytest.mark.slow


def test_a_leak_is_refused_on_record_before_anything_is_fitted__b63(house, tmp_path):
    world = world_of(house)
    versions = [each.version for each in world.registry.versions("tiny")]
    served = world.registry.production_alias("tiny")
    let_the_temperature_be_the_label(world, model_spec(house, "tiny"), tmp_path)
    row = run_cycle(house, "tiny", cycle_id=None, as_of=FIRST, actor="test")
    assert (row.kind, row.reason_code) == ("refuse", "leak")
    assert row.candidate_version is None
    assert "temp_c" in row.reason
    assert [each.version for each in world.registry.versions("tiny")] == versions
    assert world.registry.production_alias("tiny") == served
    assert world.ledger.rows("tiny")[-1] == row
    run = dagster_runs(house)[0]
    assert run.status.value == "SUCCESS"
    with open_instance(house) as instance:
        found = {
            entry.dagster_event.event_specific_data.check_name: (
                entry.dagster_event.event_specific_data.passed
            )
            for entry in instance.all_logs(run.run_id)
            if entry.is_dagster_event
            and entry.dagster_event.event_type_value == "ASSET_CHECK_EVALUATION"
        }
    assert found["disjoint_from_training"] is False
    assert found["rows_sound"] is True
