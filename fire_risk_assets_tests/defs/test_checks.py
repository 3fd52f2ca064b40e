"""Checks fail for what they name, pass for a whole home, and a blocking one ends the attempt."""

import shutil
from dataclasses import replace

import dagster as dg
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from deltalake import write_deltalake

from fire_risk_assets.actions.build_snapshots import cut_rows
from fire_risk_assets.actions.check_tables import schema_findings, stored_findings
from fire_risk_assets.actions.plan_cycle import CyclePlan
from fire_risk_assets.adapters.delta_tables import DeltaTables
from fire_risk_assets.core.tables import every_table
from fire_risk_assets.core.tables.observed import CELLS, WEATHER
from fire_risk_assets.defs.assets.chain_checks import (
    DISJOINT,
    ROWS_SOUND,
    check_disjoint,
    check_sound,
)
from fire_risk_assets.defs.build import build_definitions, home_resource
from fire_risk_assets.defs.checks import data_checks
from fire_risk_assets.defs.failures import failure_hook_of
from fire_risk_assets.defs.instance import open_instance
from fire_risk_assets.defs.resources import CycleResource, Home, cycle_config, world_of
from fire_risk_assets.wiring import model_spec
from fire_risk_assets_tests.homes import FIRST, take_in

pytestmark = pytest.mark.slow

KEY = dg.AssetKey(["tiny", "holdout_set"])


def test_a_stored_table_as_catalogued_has_no_findings():
    assert schema_findings(CELLS.schema, {}, CELLS) == []


def test_every_departure_from_the_catalogue_is_found():
    schema = CELLS.schema.remove(0).append(pa.field("altitude_m", pa.float64()))
    place = schema.get_field_index("zone")
    schema = schema.set(place, pa.field("zone", pa.int64()))
    assert schema_findings(schema, {"known_at": 3, "latitude": 9}, CELLS) == [
        "column cell_id is missing",
        "column altitude_m is unknown",
        "zone is int64, expected string",
        "known_at has 3 nulls",
    ]


def test_every_table_just_made_is_as_catalogued(tmp_path):
    tables = DeltaTables(tmp_path)
    for table in every_table():
        tables.prepare(table)
        assert stored_findings(table, tables) == ([], 0)


def test_a_column_that_may_be_null_is_missing_only_until_the_next_rows(tmp_path):
    tables = DeltaTables(tmp_path)
    older = replace(CELLS, columns=tuple(c for c in CELLS.columns if c.name != "zone"))
    tables.prepare(older)
    assert stored_findings(CELLS, tables) == ([], 0)
    tables.append(CELLS, CELLS.schema.empty_table())
    assert tables.stored_schema(CELLS).names[-1] == "zone"
    assert stored_findings(CELLS, tables) == ([], 0)
    (missing, *_) = schema_findings(older.schema.remove(0), {}, CELLS)
    assert missing == "column cell_id is missing"


def foreign_cells(lake):
    """A table of cells nobody here would write."""
    columns = {
        "cell_id": ["7-4", None],
        "latitude": [41.9, 41.8],
        "longitude": ["-6.7", "-6.8"],
        "known_at": pa.array([None, None], pa.timestamp("us", tz="UTC")),
        "altitude_m": [812.0, 640.0],
        "batch_id": ["b", "b"],
    }
    write_deltalake(lake / "cells", pa.table(columns), mode="overwrite", schema_mode="overwrite")


def test_a_table_written_by_somebody_else_is_told_by_its_own_columns(tmp_path):
    foreign_cells(tmp_path)
    assert stored_findings(CELLS, DeltaTables(tmp_path)) == (
        [
            "column altitude_m is unknown",
            "cell_id has 1 nulls",
            "longitude is string, expected double",
            "known_at has 2 nulls",
        ],
        2,
    )


def looked(house, name, *, of):
    """What the check of a data table finds in the home."""
    key = dg.AssetCheckKey(dg.AssetKey(of), name)
    (check,) = [each for each in data_checks() if each.check_key == key]
    with dg.DagsterInstance.ephemeral() as instance:
        result = dg.materialize(
            [check],
            resources={"home": home_resource(Home(house))},
            instance=instance,
            selection=dg.AssetSelection.checks(check),
            raise_on_error=False,
        )
    (found,) = result.get_asset_check_evaluations()
    return found


def test_days_too_few_for_the_border_to_tell_their_unit_fail_the_check_together(house, tmp_path):
    assert looked(house, "units_steady", of="weather_observations").passed
    world = world_of(house)
    rows = world.tables.read(WEATHER).to_pandas()
    newest = rows[rows["observed_at"] == rows["observed_at"].max()]
    season = rows[rows["observed_at"] > rows["observed_at"].max() - pd.Timedelta(days=60)]
    # Possible on one day, which is why no file of one day is set aside; not for a fortnight.
    calm = season["wind_km_h"].mean() / 3.6
    for days in range(1, 15):
        later = newest.assign(
            observed_at=newest["observed_at"] + pd.Timedelta(days=335 + days),
            wind_km_h=calm,
        )
        path = tmp_path / f"day-{days}.csv"
        later.drop(columns=["known_at", "batch_id"]).to_csv(path, index=False)
        report = take_in(world, path)
        assert (report.accepted, report.reasons) == (report.read, {})
    found = looked(house, "units_steady", of="weather_observations")
    assert not found.passed
    assert found.description == "wind_km_h of the newest days looks like m/s"


def test_a_foreign_table_fails_its_check_instead_of_breaking_it(house):
    shutil.rmtree(house.lake / "cells")
    foreign_cells(house.lake)
    found = looked(house, "schema", of="cells")
    assert not found.passed
    assert found.description == "column altitude_m is unknown"
    assert found.metadata["checked"].value == 2


def test_every_check_passes_on_a_whole_home(house):
    defs = build_definitions(house, home=Home(house))
    with open_instance(house) as instance:
        result = dg.materialize(
            [*defs.assets, *defs.asset_checks],
            selection=dg.AssetSelection.assets("registry_status")
            | dg.AssetSelection.groups("data"),
            resources=defs.resources,
            instance=instance,
        )
    found = result.get_asset_check_evaluations()
    named = {(e.asset_key.to_user_string(), e.check_name): e.passed for e in found}
    assert len(named) == len(found)
    assert {check for _, check in named} == {
        "schema",
        "rows_add_up",
        "units_steady",
        "ledger_whole",
        "mlflow_agrees",
        "evidence_holds",
        "home_healthy",
    }
    assert {asset for asset, check in named if check == "schema"} >= {"features", "fire_reports"}
    assert all(named.values())


def test_rows_in_training_and_holdout_fail_the_disjointness_check_with_their_count(house):
    spec, world = model_spec(house, "tiny"), world_of(house)
    plan = CyclePlan(
        model_name="tiny",
        cycle_id="c",
        as_of=FIRST,
        batch_seq=99,
        actor="test",
        run_id="r",
        seed=0,
    )
    cut = cut_rows(spec, plan, world.ledger.rows("tiny"), world)
    assert check_disjoint(DISJOINT.of(KEY), cut).passed
    everything = np.ones(len(cut.known.frame), dtype=bool)
    leaked = replace(cut, training=cut.training._replace(mask=everything))
    result = check_disjoint(DISJOINT.of(KEY), leaked)
    assert not result.passed
    assert f"{len(cut.holdout_rows)} rows" in result.metadata["findings"].value


def test_rows_with_one_key_or_without_a_target_fail_the_soundness_check_with_their_count(house):
    spec, world = model_spec(house, "tiny"), world_of(house)
    plan = CyclePlan(
        model_name="tiny",
        cycle_id="c",
        as_of=FIRST,
        batch_seq=99,
        actor="test",
        run_id="r",
        seed=0,
    )
    cut = cut_rows(spec, plan, world.ledger.rows("tiny"), world)
    check = ROWS_SOUND.of(KEY)
    assert check.blocking
    assert check_sound(check, spec, cut).passed
    frame = cut.known.frame.copy()
    places = np.flatnonzero(cut.training.mask)
    targets = frame.columns.get_loc("target")
    frame.iloc[places[0], targets] = np.nan
    frame.iloc[places[1], targets] = -1.0
    frame.iloc[places[2], targets] = np.inf
    for name in spec.key:
        frame.iloc[places[3], frame.columns.get_loc(name)] = frame.iloc[places[4]][name]
    result = check_sound(check, spec, replace(cut, known=replace(cut.known, frame=frame)))
    assert not result.passed
    assert result.metadata["targets missing or below zero"].value == 3
    assert result.metadata["rows with a key met before"].value == 1


def test_a_failed_blocking_check_is_a_failed_attempt_and_stops_what_follows(house):
    @dg.asset(key=KEY, check_specs=[ROWS_SOUND.of(KEY)])
    def holdout_set():
        failed = dg.AssetCheckResult(passed=False, check_name=ROWS_SOUND.name)
        return dg.MaterializeResult(check_results=[failed])

    @dg.asset(key=["tiny", "candidate_model"], deps=[KEY])
    def candidate_model(): ...

    defs = dg.Definitions(
        assets=[holdout_set, candidate_model],
        jobs=[dg.define_asset_job("leaking", hooks={failure_hook_of("tiny")})],
        resources={"home": home_resource(Home(house)), "cycle": CycleResource()},
        executor=dg.in_process_executor,
    )
    with open_instance(house) as instance:
        result = defs.resolve_job_def("leaking").execute_in_process(
            instance=instance,
            raise_on_error=False,
            run_config={
                "resources": cycle_config(cycle_id="leak", as_of="2025-09-08", actor="test")
            },
        )
    assert not result.success
    assert [e.step_key for e in result.all_events if e.is_step_success] == []
    row = world_of(house).ledger.rows("tiny")[-1]
    assert (row.kind, row.reason_code, row.cycle_id) == ("fail", "holdout_set", "leak")
    assert ROWS_SOUND.name in row.reason


def test_features_are_asked_for_when_weather_arrived_without_them(house):
    defs = build_definitions(house, home=Home(house))
    weather, features = dg.AssetKey("weather_observations"), dg.AssetKey("features")
    with dg.DagsterInstance.ephemeral() as instance:
        for key in (weather, dg.AssetKey("cells"), features):
            instance.report_runless_asset_event(dg.AssetMaterialization(asset_key=key))
        quiet = dg.evaluate_automation_conditions(defs, instance)
        assert quiet.get_num_requested(features) == 0
        instance.report_runless_asset_event(dg.AssetMaterialization(asset_key=weather))
        after = dg.evaluate_automation_conditions(defs, instance, cursor=quiet.cursor)
        assert after.get_num_requested(features) == 1
