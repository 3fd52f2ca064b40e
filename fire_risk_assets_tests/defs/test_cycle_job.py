"""A cycle through its job on a real home: one row, MLflow shows it, both kinds of run agree."""

from datetime import timedelta

import dagster as dg
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pytest

from fire_risk_assets.actions.build_snapshots import RowSet
from fire_risk_assets.actions.change_pointer import Request, change_pointer
from fire_risk_assets.actions.check_invariants import check_invariants
from fire_risk_assets.actions.find_owed_data import features_are_owed
from fire_risk_assets.core.ledger.fold import serving
from fire_risk_assets.core.tables.observed import WEATHER
from fire_risk_assets.core.tables.spec import INSTANT
from fire_risk_assets.defs.build import build_definitions
from fire_risk_assets.defs.instance import open_instance
from fire_risk_assets.defs.launch import run_cycle
from fire_risk_assets.defs.metadata import wrapped
from fire_risk_assets.defs.resources import Home, world_of
from fire_risk_assets.wiring import model_spec
from fire_risk_assets_tests.defs.runs import dagster_runs, mlflow_statuses
from fire_risk_assets_tests.homes import EARLY, FIRST, SECOND, copy_home, take_in, tiny_settings

pytestmark = pytest.mark.slow


def _cycle(settings, as_of, cycle_id=None):
    return run_cycle(settings, "tiny", cycle_id=cycle_id, as_of=as_of, actor="test")


def test_a_cycle_ends_in_one_row_that_mlflow_shows(house):
    row = _cycle(house, FIRST)
    world = world_of(house)
    assert world.ledger.rows("tiny")[-1] == row
    assert (row.cycle_id, row.actor, row.seq) == ("2025-09-08", "test", 2)
    production = serving(world.ledger.rows("tiny")).production_version
    assert world.registry.production_alias("tiny") == production
    assert check_invariants(model_spec(house, "tiny"), world, at_rest=True) == []
    runs = dagster_runs(house)
    assert [run.status.value for run in runs] == ["SUCCESS", "SUCCESS"]
    assert runs[0].tags["dagster/partition"] == "2025-09-08"
    assert runs[0].run_id == row.dagster_run_id
    # Without it Dagster's timeline would leave the run out.
    assert [run.remote_job_origin.location_name for run in runs] == ["fire_risk_assets"] * 2
    assert mlflow_statuses(house)[runs[0].run_id] == ["FINISHED"]


def test_what_the_assets_show_names_the_row_the_verdict_and_the_pages(house):
    row = _cycle(house, FIRST)
    with open_instance(house) as instance:
        shown = {
            name: instance.get_latest_materialization_event(dg.AssetKey(key)).asset_materialization
            for name, key in {
                "pointer": ["tiny", "production_model_pointer"],
                "verdict": ["tiny", "adjudication_result"],
                "status": "registry_status",
            }.items()
        }
    pointer = shown["pointer"].metadata
    assert pointer["event_id"].value == row.event_id
    assert pointer["row_hash"].value == f"{row.row_hash[:16]}…"
    assert f"/#/models/tiny/versions/{row.candidate_version}?" in pointer["candidate page"].value
    assert row.mlflow_run_id in pointer["MLflow run"].value
    assert wrapped("a <b>*bold*</b> move, as long as it takes").value == (
        r"a \<b\>\*bold\*\</b\> move, as long as it takes"
    )
    assert max(map(len, wrapped("seven words " * 20).value.split("  \n"))) <= 48
    verdict = shown["verdict"].metadata
    assert verdict["p_value"].value == pytest.approx(row.p_value, rel=1e-4)
    assert verdict["candidate score"].value == float(f"{row.candidate_score:.5g}")
    assert "data:image/png;base64," in verdict["loss differences"].value
    assert "| tiny |" in shown["status"].metadata["status"].value


def test_a_decided_cycle_is_not_run_again(house):
    first = _cycle(house, FIRST)
    assert _cycle(house, FIRST) == first
    assert len(dagster_runs(house)) == 2


def test_a_duplicate_tick_passes_through_and_adds_nothing__f14(house):
    row = _cycle(house, FIRST)
    defs = build_definitions(house, home=Home(house))
    with open_instance(house) as instance:
        result = defs.resolve_job_def("tiny_cycle").execute_in_process(
            instance=instance, partition_key="2025-09-08"
        )
    assert result.success
    assert world_of(house).ledger.rows("tiny")[-1] == row
    assert result.run_id not in mlflow_statuses(house)


def test_a_tick_of_the_schedule_stands_on_the_features_that_were_owed(house, tmp_path):
    world = world_of(house)
    weather = world.tables.read(
        WEATHER, where=[("observed_at", ">=", EARLY), ("observed_at", "<", FIRST)]
    )
    known_at = pa.repeat(pa.scalar(FIRST - timedelta(hours=1), INSTANT), weather.num_rows)
    cooler = pc.subtract(weather["temp_c"], 3.0)
    weather = weather.drop_columns("batch_id").set_column(2, "temp_c", cooler)
    weather = weather.set_column(weather.schema.get_field_index("known_at"), "known_at", known_at)
    pyarrow.csv.write_csv(weather, tmp_path / "corrected.csv")
    report = take_in(world, tmp_path / "corrected.csv")
    assert (report.accepted, features_are_owed(world.tables)) == (weather.num_rows, True)
    by_hand = tiny_settings(copy_home(house.home, tmp_path / "by hand"))
    job = build_definitions(house, home=Home(house)).resolve_job_def("tiny_cycle")
    with open_instance(house) as instance:
        tags = {"dagster/schedule_name": "tiny_retraining"}
        done = job.execute_in_process(instance=instance, partition_key="2025-09-08", tags=tags)
    assert done.success
    assert not features_are_owed(world.tables)
    row, other = world.ledger.rows("tiny")[-1], _cycle(by_hand, FIRST)
    assert row.actor == "schedule tiny_retraining"
    assert (row.training_digest, row.holdout_digest) == (
        other.training_digest,
        other.holdout_digest,
    )
    assert row.data_watermark == FIRST - timedelta(hours=1)
    world_of(by_hand).vault.prover.stop()


def test_a_date_that_is_no_tick_runs_the_same_assets_without_a_partition(house):
    wednesday = FIRST.replace(day=10)
    row = _cycle(house, wednesday, cycle_id="ad-hoc")
    assert (row.cycle_id, row.as_of) == ("ad-hoc", wednesday)
    assert "dagster/partition" not in dagster_runs(house)[0].tags
    with open_instance(house) as instance:
        event = instance.get_latest_materialization_event(
            dg.AssetKey(["tiny", "production_model_pointer"])
        )
    assert event.asset_materialization.partition is None
    assert event.asset_materialization.metadata["event_id"].value == row.event_id


def test_a_cycle_older_than_a_decided_one_is_refused_on_record(house):
    _cycle(house, SECOND)
    before = world_of(house).registry.production_alias("tiny")
    row = _cycle(house, FIRST)
    assert (row.kind, row.reason_code) == ("refuse", "out_of_order")
    assert world_of(house).registry.production_alias("tiny") == before


def test_the_holdout_belongs_to_the_stored_training_rows_though_the_head_moved_in_between(house):
    _cycle(house, FIRST)
    # More rows than there are: the holdout reaches back to what trained the version that serves.
    reaching = house.model_copy(
        update={"windows": house.windows.model_copy(update={"min_rows": 5000})}
    )
    job = build_definitions(reaching, home=Home(reaching)).resolve_job_def("tiny_cycle")
    world, cut = world_of(reaching), {}
    with open_instance(reaching) as instance:
        for name in ("training_set", "holdout_set"):
            done = job.execute_in_process(
                instance=instance,
                partition_key="2025-09-15",
                asset_selection=[dg.AssetKey(["tiny", name])],
            )
            assert done.success
            stored = world.references.load("tiny", "2025-09-15", name)
            cut[name] = RowSet.from_json(stored).snapshot_of()
            older = Request(model_name="tiny", kind="rollback", reason="r", actor="a", version=2)
            change_pointer(older, world)
        checked = done.get_asset_check_evaluations()
    (disjoint,) = (each for each in checked if each.check_name == "disjoint_from_training")
    assert disjoint.metadata["training rows"].value == cut["training_set"].rows
    assert cut["holdout_set"].window_from == cut["training_set"].window_until + timedelta(days=1)


@pytest.mark.parametrize("order", [[5, 0, 3, 1, 4, 2], [3, 4, 5, 2, 1, 0]])
def test_a_backfill_in_any_order_never_moves_the_pointer_backwards(house, order):
    keys = [f"2025-08-{day:02d}" for day in (4, 11, 18, 25)] + ["2025-09-01", "2025-09-08"]
    defs = build_definitions(house, home=Home(house))
    job = defs.resolve_job_def("tiny_cycle")
    with open_instance(house) as instance:
        for place in order:
            assert job.execute_in_process(instance=instance, partition_key=keys[place]).success
    rows = world_of(house).ledger.rows("tiny")
    moves = [row.as_of for row in rows if row.kind == "promote"]
    assert moves == sorted(moves)
    assert {row.cycle_id for row in rows} == {*keys, "2025-06-02"}
    assert len(rows) == 7
    assert check_invariants(model_spec(house, "tiny"), world_of(house), at_rest=True) == []
