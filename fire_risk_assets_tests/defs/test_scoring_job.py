"""The asset `predictions` on a real home: its partitions, what its page shows, its schedule."""

from datetime import UTC, date, datetime

import dagster as dg
import pytest

from fire_risk_assets.actions.score_batch import ScoreRequest
from fire_risk_assets.core.scoring.days import Days
from fire_risk_assets.core.tables.predictions import PREDICTIONS
from fire_risk_assets.defs import launch
from fire_risk_assets.defs.build import build_definitions
from fire_risk_assets.defs.instance import open_instance
from fire_risk_assets.defs.launch import score_days
from fire_risk_assets.defs.resources import Home, world_of
from fire_risk_assets.errors import NothingToScore
from fire_risk_assets.wiring import prepare_home
from fire_risk_assets_tests.defs.runs import dagster_runs
from fire_risk_assets_tests.homes import tiny_settings

pytestmark = pytest.mark.slow

KEY = dg.AssetKey(["tiny", "predictions"])
DAY = Days(date(2025, 9, 1), date(2025, 9, 1))
WEEK = Days(date(2025, 9, 1), date(2025, 9, 7))


def shown(settings):
    with open_instance(settings) as instance:
        event = instance.get_latest_materialization_event(KEY)
        return event.asset_materialization, instance.get_materialized_partitions(KEY)


def test_a_day_is_a_partition_whose_page_names_batch_version_and_counts(house):
    (scored,) = score_days(house, "tiny", ScoreRequest(days=DAY))
    event, partitions = shown(house)
    batch, metadata = scored.batch, event.metadata
    assert (scored.outcome, batch.rows, partitions) == ("written", 81, {"2025-09-01"})
    assert metadata["batch"].value == batch.batch_id
    assert (metadata["rows"].value, metadata["rows written"].value) == (81, 81)
    assert metadata["version"].value == batch.model_version
    assert metadata["event_id"].value == batch.event_id
    assert f"/#/models/tiny/versions/{batch.model_version}?" in metadata["version page"].value
    (run, *_) = dagster_runs(house)
    assert (run.job_name, run.tags["dagster/partition"]) == ("tiny_scoring", "2025-09-01")
    assert run.tags["fire_risk/model"] == "tiny"


def test_a_range_marks_its_days_and_a_long_one_marks_none(house, monkeypatch):
    score_days(house, "tiny", ScoreRequest(days=WEEK))
    assert shown(house)[1] == {str(day) for day in WEEK}
    monkeypatch.setattr(launch, "MARKED_DAYS", 3)
    later = Days(date(2025, 9, 8), date(2025, 9, 14))
    (scored,) = score_days(house, "tiny", ScoreRequest(days=later))
    event, partitions = shown(house)
    assert (scored.batch.rows, event.partition) == (7 * 81, None)
    assert len(partitions) == 7


def test_a_day_before_the_first_partition_is_scored_without_one(house):
    early = house.model_copy(
        update={"cycles": house.cycles.model_copy(update={"start": date(2025, 9, 2)})}
    )
    (scored,) = score_days(early, "tiny", ScoreRequest(days=DAY))
    assert (scored.batch.rows, shown(early)[1]) == (81, set())


def test_the_run_of_a_partition_scores_its_day_and_the_next_one_writes_nothing(house):
    job = build_definitions(house, home=Home(house)).resolve_job_def("tiny_scoring")
    with open_instance(house) as instance:
        for written in (81, 0):
            done = job.execute_in_process(instance=instance, partition_key="2025-09-01")
            (event,) = done.asset_materializations_for_node("tiny__predictions")
            assert (event.metadata["rows"].value, event.metadata["rows written"].value) == (
                81,
                written,
            )
    assert world_of(house).tables.read(PREDICTIONS).num_rows == 81


def test_a_run_about_no_day_says_what_is_missing(house):
    with open_instance(house) as instance:
        done = (
            launch.house_of(house)
            .job("tiny_scoring", partitioned=False)
            .execute_in_process(instance=instance, raise_on_error=False)
        )
    assert not done.success
    said = done.failure_data_for_node("tiny__predictions").error.to_string()
    assert "neither a partition nor a first_day" in said


def test_a_day_without_weather_fails_its_run_and_the_caller_hears_why(house):
    with pytest.raises(NothingToScore, match="No features of 2025-12-01"):
        score_days(house, "tiny", ScoreRequest(days=Days(date(2025, 12, 1), date(2025, 12, 1))))
    assert [run.status.value for run in dagster_runs(house)][:1] == ["FAILURE"]


@pytest.mark.parametrize(("start", "asks"), [("2023-01-02", True), ("2025-09-02", False)])
def test_a_tick_asks_for_its_own_day(tmp_path, start, asks):
    settings = tiny_settings(tmp_path / "home", cycles={"start": start})
    prepare_home(settings)
    found = tick(settings)
    asked = [(each.partition_key, each.run_key) for each in found.run_requests or []]
    assert asked == ([("2025-09-01", "tiny:scoring:2025-09-01T15:00")] if asks else [])


def test_a_home_that_replays_the_past_has_no_today(served_home):
    assert "replays the past" in tick(tiny_settings(served_home)).skip_message


def test_before_there_is_a_home_a_tick_says_so_and_makes_none(tmp_path):
    assert "There is no home yet" in tick(tiny_settings(tmp_path / "none")).skip_message
    assert not (tmp_path / "none").exists()


def tick(settings):
    repository = build_definitions(settings).get_repository_def()
    with dg.instance_for_test() as instance:
        return repository.get_schedule_def("tiny_daily_scoring").evaluate_tick(
            dg.build_schedule_context(
                instance=instance,
                repository_def=repository,
                scheduled_execution_time=datetime(2025, 9, 1, 15, tzinfo=UTC),
            )
        )
