"""Both engines predict the same, row for row, and write a batch once."""

from datetime import date

import pytest

from fire_risk_assets import wiring
from fire_risk_assets.actions.score_batch import ScoreRequest, score_batch
from fire_risk_assets.core.scoring.days import Days
from fire_risk_assets.core.tables.predictions import PREDICTIONS
from fire_risk_assets.errors import ArtifactMismatch
from fire_risk_assets.on_spark import get_model_as_udf, open_spark
from fire_risk_assets_tests.homes import FIRST, copy_home, open_world, prepare_cycle, tiny_settings
from fire_risk_assets_tests.spark.conftest import MODELS

pytestmark = pytest.mark.slow
WEEK = Days(date(2025, 9, 10), date(2025, 9, 16))
SAME = ["model_name", "cell_id", "observed_at", "prediction", "features_digest", "as_known"]


@pytest.fixture(scope="module")
def served(twins, tmp_path_factory):
    """Settings of both homes, in which a version of each model serves."""
    folder, settings = tmp_path_factory.mktemp("served"), {}
    for engine, home in twins.items():
        copy = copy_home(home, folder / engine)
        settings[engine] = tiny_settings(copy, engine=engine, models=MODELS)
        for name in MODELS:
            prepare_cycle(settings[engine], FIRST, name).decide()
    return settings


@pytest.mark.parametrize("name", MODELS)
def test_both_engines_predict_the_same(served, name):
    rows = {}
    for engine, settings in served.items():
        world, spec = open_world(settings), wiring.model_spec(settings, name)
        (first,) = score_batch(spec, ScoreRequest(days=WEEK), world)
        (again,) = score_batch(spec, ScoreRequest(days=WEEK), world)
        assert (first.outcome, again.outcome) == ("written", "recorded")
        assert again.batch == first.batch
        stored = world.tables.read(PREDICTIONS, columns=SAME, where=[("model_name", "==", name)])
        rows[engine] = stored.sort_by([("cell_id", "ascending"), ("observed_at", "ascending")])
    assert rows["local"].num_rows == 81 * len(WEEK)
    assert rows["local"].equals(rows["spark"])


def test_a_key_names_one_batch_on_spark_too(served):
    settings = served["spark"]
    world, spec = open_world(settings), wiring.model_spec(settings, "burned_area")
    day = Days(date(2025, 9, 20), date(2025, 9, 20))
    asked = ScoreRequest(days=day, key="mine")
    outcomes = [score_batch(spec, asked, world)[0].outcome for _ in range(2)]
    assert outcomes == ["written", "recorded"]
    mine = world.tables.read(PREDICTIONS, where=[("batch_id", "==", "mine")])
    assert mine.num_rows == 81


def test_the_model_in_production_is_a_function_of_columns(served):
    home = served["spark"].home
    spark, predict = open_spark(home), get_model_as_udf("fire_occurrence", home=home)
    features = spark.table("fire_risk.features").where("observed_at >= '2025-09-10'")
    asked = features.where("observed_at < '2025-09-17'").withColumn("p", predict())
    found = asked.select("cell_id", "observed_at", "p").toArrow()
    stored = spark.table("fire_risk.predictions").where("model_name = 'fire_occurrence'").toArrow()
    told = {(r["cell_id"], r["observed_at"]): r["prediction"] for r in stored.to_pylist()}
    assert found.num_rows == len(told) > 0
    assert all(told[r["cell_id"], r["observed_at"]] == r["p"] for r in found.to_pylist())


def test_a_model_whose_files_were_changed_is_no_function(served, tmp_path):
    home = copy_home(served["spark"].home, tmp_path / "home")
    for file in (home / "mlflow").rglob("*.skops"):
        file.write_bytes(file.read_bytes() + b"x")
    with pytest.raises(ArtifactMismatch):
        get_model_as_udf("fire_occurrence", home=home)
