"""A dossier says what is so; what was damaged since is named and never papered over."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from deltalake import DeltaTable, write_deltalake
from mlflow import MlflowClient

from fire_risk_assets.actions.build_features import build_features
from fire_risk_assets.core.tables.observed import WEATHER
from fire_risk_assets.core.tables.predictions import PREDICTIONS
from fire_risk_assets.defs.resources import world_of
from fire_risk_assets.errors import NothingServed
from fire_risk_assets_tests.damage import files_of, flip_a_byte, wipe_aliases_and_stages
from fire_risk_assets_tests.homes import rewrite_every_file, take_in
from fire_risk_assets_tests.incidents import AT, CELL, MODEL, asked, states_of

pytestmark = pytest.mark.slow

WHOLE = {
    "ledger_whole",
    "verdict_holds",
    "prediction_explained",
    "prediction_same",
    "features_unchanged",
    "explanation_adds_up",
    "training_rebuilt",
    "holdout_rebuilt",
    "files_same",
    "run_kept",
    "code_same",
}


def without_the_time(dossier):
    return replace(dossier, made_at=AT).to_json()


def test_every_claim_about_a_whole_home_is_verified_and_every_chapter_is_there(forecasts):
    dossier = asked(forecasts, versions=(2,))
    assert states_of(dossier) == dict.fromkeys(WHOLE, "verified")
    assert (dossier.served.version, dossier.served.promoted_by["reason_code"]) == (3, "better")
    assert {each["seq"] for each in dossier.served.around} == {1, 2}
    assert len(dossier.said.neighbours) == 81
    assert [each.day.isoformat() for each in dossier.said.days] == [
        f"2025-09-{day:02}" for day in range(7, 22)
    ]
    (stored,) = dossier.said.stored
    assert (stored.prediction, stored.same) == (stored.recomputed, True)
    assert dossier.said.fires, "the cell burned"
    assert {each.version: each.role for each in dossier.what_if.versions} == {
        3: "served",
        1: "before",
        2: "refused",
    }
    assert "registry_status" in dossier.stood_on.lineage
    json.dumps(dossier.to_json(), allow_nan=False)


def test_contributions_add_up_to_the_stored_prediction(forecasts):
    dossier = asked(forecasts)
    why = dossier.why
    margin = why.base + sum(why.contributions.values())
    assert margin == pytest.approx(why.margin, abs=1e-9)
    # Log odds: the prediction people were shown, and no other.
    assert 1 / (1 + 2.718281828459045**-margin) == pytest.approx(dossier.said.prediction)
    assert why.rows == 1001
    own = {curve["feature"]: curve for curve in why.curves}
    given = {each.name: each.then for each in dossier.saw.features}
    for name, curve in own.items():
        # Where the feature has its own value, the curve passes through the prediction.
        place = curve["at"].index(given[name])
        assert curve["row"][place] == pytest.approx(dossier.said.prediction)


def test_the_counts_of_a_rollback_are_those_of_the_two_versions(forecasts):
    back = asked(forecasts).what_if.rollback
    assert (back.to_version, back.cells) == (1, 81)
    assert back.higher + back.lower <= 81
    assert back.raised + back.lowered == sum(back.moves.values())
    assert back.burned_raised + back.burned_lowered <= back.burned


def test_the_dossier_is_the_same_after_vacuum_compaction_and_wiped_stages__f31(forecasts):
    before = without_the_time(asked(forecasts))
    rewrite_every_file(forecasts.home)
    wipe_aliases_and_stages(forecasts.home)
    assert without_the_time(asked(forecasts)) == before


def test_a_correction_is_shown_and_what_was_said_is_still_said_again(forecasts, tmp_path):
    world = world_of(forecasts)
    mine = [("cell_id", "==", CELL), ("observed_at", "==", datetime(2025, 9, 14, 12, tzinfo=UTC))]
    (row,) = world.tables.read(WEATHER, where=mine).to_pylist()
    path = tmp_path / "corrected.csv"
    path.write_text(
        "cell_id,observed_at,temp_c,rh_pct,wind_km_h,rain_mm,known_at\n"
        f"{CELL},{row['observed_at'].isoformat()},{row['temp_c'] - 9:.1f},{row['rh_pct']},"
        f"{row['wind_km_h']},{row['rain_mm']},2025-10-20T00:00:00Z\n"
    )
    report = take_in(world, path)
    assert report.accepted == 1, (report.rejection_reason, report.reasons)
    build_features(world)
    dossier = asked(forecasts)
    states = states_of(dossier)
    assert (states["features_unchanged"], states["prediction_same"]) == ("contradicted", "verified")
    temperature = next(each for each in dossier.saw.features if each.name == "temp_c")
    assert temperature.changed
    assert temperature.then - temperature.now == pytest.approx(9)
    changes = {each["table"]: each["changes"] for each in dossier.saw.corrections}
    assert changes["weather_observations"]["temp_c"] == pytest.approx(
        (row["temp_c"], row["temp_c"] - 9)
    )
    assert "fwi" in changes["features"]


def test_a_changed_byte_of_the_files_is_told_and_nothing_of_them_is_used__f28_s1(forecasts):
    flip_a_byte(files_of(world_of(forecasts), MODEL, 3))
    dossier = asked(forecasts)
    states = states_of(dossier)
    assert states["files_same"] == "contradicted"
    assert (states["prediction_same"], states["explanation_adds_up"]) == ("unverifiable",) * 2
    assert dossier.why is None
    others = {each.version: each for each in dossier.what_if.versions}
    assert others[3].prediction is None
    assert "hash to" in others[3].why_not
    assert others[1].prediction is not None


def test_a_deleted_run_and_lost_references_are_missing_pieces_with_a_name(forecasts):
    client = MlflowClient(tracking_uri=forecasts.tracking_uri)
    client.delete_run(asked(forecasts).stood_on.mlflow_run_id)
    folder = forecasts.home / "references" / MODEL / "2025-09-08"
    for name in ("training_set", "holdout_set", "lineage"):
        (folder / f"{name}.json").unlink()
    dossier = asked(forecasts)
    states = states_of(dossier)
    for code in ("run_kept", "training_rebuilt", "holdout_rebuilt", "explanation_adds_up"):
        assert states[code] == "unverifiable", code
    assert states["prediction_same"] == "verified"
    assert (dossier.why, dossier.saw.training_rows, dossier.stood_on.lineage) == (None, None, {})


def replaced(settings, change):
    """Write the table of predictions anew, as somebody who edits it would."""
    path = str(settings.home / "lake" / PREDICTIONS.name)
    rows = world_of(settings).tables.read(PREDICTIONS)
    DeltaTable(path).alter.set_table_properties({"delta.appendOnly": "false"})
    write_deltalake(path, change(rows), mode="overwrite")


def test_an_edited_prediction_is_contradicted_by_the_files_that_made_it(forecasts):
    def half(rows):
        place = rows.schema.get_field_index("prediction")
        edited = [each / 2 for each in rows["prediction"].to_pylist()]
        return rows.set_column(place, rows.schema.field(place), [edited])

    replaced(forecasts, half)
    assert states_of(asked(forecasts))["prediction_same"] == "contradicted"


def test_a_prediction_by_an_event_no_row_has_is_contradicted(forecasts):
    def foreign(rows):
        place = rows.schema.get_field_index("event_id")
        return rows.set_column(place, rows.schema.field(place), [["0" * 64] * rows.num_rows])

    replaced(forecasts, foreign)
    assert states_of(asked(forecasts))["prediction_explained"] == "contradicted"


def test_an_edited_row_of_the_ledger_is_contradicted(forecasts):
    path = str(forecasts.home / "lake" / "registry_status")
    table = DeltaTable(path)
    table.alter.set_table_properties({"delta.appendOnly": "false"})
    table.update(updates={"reason": "'because'"}, predicate="seq = 2")
    assert states_of(asked(forecasts))["ledger_whole"] == "contradicted"


def test_a_cell_that_nobody_observed_has_a_dossier_of_what_there_is(forecasts):
    dossier = asked(forecasts, cell="99-99")
    assert (dossier.said.prediction, dossier.saw, dossier.why) == (None, None, None)
    assert states_of(dossier)["prediction_same"] == "unverifiable"
    assert states_of(dossier)["training_rebuilt"] == "verified"


def test_a_day_that_was_never_scored_is_computed_now_and_said_to_be(forecasts):
    dossier = asked(forecasts, at=datetime(2025, 7, 10, 15, tzinfo=UTC))
    assert (dossier.served.version, dossier.said.stored) == (1, [])
    assert dossier.said.prediction is not None
    assert states_of(dossier)["prediction_same"] == "unverifiable"


@pytest.mark.parametrize("at", [datetime(2025, 1, 1, tzinfo=UTC), datetime(2999, 1, 1, tzinfo=UTC)])
def test_before_the_first_version_and_in_the_future_nothing_served(forecasts, at):
    with pytest.raises(NothingServed):
        asked(forecasts, at=at)


def test_the_version_at_the_instant_of_a_promotion_is_the_new_one(forecasts):
    moved = asked(forecasts).served.since
    assert asked(forecasts, at=moved).served.version == 3
    assert asked(forecasts, at=moved - timedelta(microseconds=1)).served.version == 1


def test_nothing_in_the_home_is_changed(forecasts):
    def state():
        return {
            path.relative_to(forecasts.home): path.stat().st_mtime_ns
            for path in Path(forecasts.home).rglob("*")
            if path.is_file() and "mlflow.db" not in path.name
        }

    before = state()
    asked(forecasts)
    assert state() == before
