"""Where nothing can be compared yet the baseline serves, and the pages show the rows there are."""

import dagster as dg
import pytest

from fire_risk_assets.actions.preview_cycle import preview_cycle
from fire_risk_assets.defs.instance import open_instance
from fire_risk_assets.defs.launch import run_cycle
from fire_risk_assets.defs.resources import world_of
from fire_risk_assets.wiring import model_spec
from fire_risk_assets_tests.homes import FIRST, copy_home, tiny_settings

pytestmark = pytest.mark.slow


def test_the_checks_of_a_holdout_too_small_show_its_rows_and_no_leak(fresh_home, tmp_path):
    settings = tiny_settings(copy_home(fresh_home, tmp_path / "home"), windows={"min_rows": 5000})
    spec, world = model_spec(settings, "tiny"), world_of(settings)
    foretold = preview_cycle(spec, "2025-09-08", FIRST, world=world)
    row = run_cycle(settings, "tiny", cycle_id=None, as_of=FIRST, actor="test")
    assert row.reason_code == "first_baseline"
    assert row.holdout_rows == foretold.holdout["rows"] > 0
    assert row.holdout_digest == foretold.holdout["content_digest"]
    with open_instance(settings) as instance:
        found = {
            entry.dagster_event.event_specific_data.check_name: (
                entry.dagster_event.event_specific_data
            )
            for entry in instance.all_logs(row.dagster_run_id)
            if entry.is_dagster_event
            and entry.dagster_event.event_type == dg.DagsterEventType.ASSET_CHECK_EVALUATION
        }
    size = found["large_enough"]
    assert not size.passed
    assert size.metadata["rows"].value == row.holdout_rows
    assert f"hold {row.holdout_rows} rows of 5000 needed" in size.metadata["finding"].value
    assert found["disjoint_from_training"].passed
    world.vault.prover.stop()
