"""A leak ends in a decision: refused on record, nothing fitted, the pointer where it was."""

import pyarrow as pa
import pyarrow.csv
import pytest

from fire_risk_assets.actions.ingest import ingest
from fire_risk_assets.adapters.landing import LandingFile
from fire_risk_assets.defs.instance import open_instance
from fire_risk_assets.defs.launch import run_cycle
from fire_risk_assets.defs.resources import world_of
from fire_risk_assets.wiring import model_spec
from fire_risk_assets_tests.defs.runs import dagster_runs
from fire_risk_assets_tests.homes import FIRST

pytestmark = pytest.mark.slow


def _let_the_temperature_be_the_label(house, tmp_path):
    """Correct every report known at FIRST so that its burned area orders as the temperature."""
    world, spec = world_of(house), model_spec(house, "tiny")
    frame = world.engine.labelled_rows(spec, as_of=FIRST, batch_seq=99).frame
    warm = dict(zip(frame["report_id"], frame["temp_c"].fillna(0.0) + 60.0, strict=True))
    reports = world.tables.read(_reports()).to_pylist()
    rows = [
        {
            "report_id": row["report_id"],
            "cell_id": row["cell_id"],
            "started_at": row["started_at"],
            "burned_area_ha": warm[row["report_id"]],
            "known_at": row["known_at"],
        }
        for row in reports
        if row["report_id"] in warm
    ]
    path = tmp_path / "corrections.csv"
    pyarrow.csv.write_csv(pa.Table.from_pylist(rows), path)
    report = ingest(
        LandingFile(path),
        store=world.tables,
        lease=world.lease,
        clock=world.clock,
        crash=world.crash,
    )
    assert report.accepted == len(rows), report


def _reports():
    from fire_risk_assets.core.tables.observed import REPORTS

    return REPORTS


def test_a_leak_is_refused_on_record_with_nothing_fitted_and_the_pointer_unmoved(house, tmp_path):
    world = world_of(house)
    versions = [each.version for each in world.registry.versions("tiny")]
    served = world.registry.production_alias("tiny")
    _let_the_temperature_be_the_label(house, tmp_path)
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
