"""Scoring on a warm Spark session, and MLflow's own way in the same one; see `scoring.py`.

MLflow's way is the least one would write: the features table, `mlflow.pyfunc.spark_udf`, key and
prediction appended to a Delta table. It looks for no corrections, keeps no digest and may write a
part of a batch twice.
"""

import json
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.clones import AS_KNOWN, all_days, world_of
from benchmarks.harness import contestant
from benchmarks.laps import Laps
from benchmarks.scratch import UNTIL

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

    from fire_risk_assets.adapters.spark.tables import SparkTables
    from fire_risk_assets.core.scoring.days import Days
    from fire_risk_assets.ports import World

MODEL = "fire_occurrence"


def main(home: Path, key: str) -> dict[str, Any]:
    """Warm up on a month, then score all days in both ways; rows, seconds and rates."""
    from fire_risk_assets.core.scoring.days import Days
    from fire_risk_assets.settings import read_settings
    from fire_risk_assets.wiring.engine import spark_of

    laps = Laps()
    settings = read_settings(home=home, engine="spark")
    session = spark_of(settings).session()
    laps.mark("session")
    world = world_of(home, "spark")
    month = Days(UNTIL - timedelta(days=30), UNTIL)
    _scored(world, month, f"bench-warm-{key}")
    laps.mark("warm-up")
    rows = _scored(world, all_days(), f"bench-{key}")
    laps.mark("whole")
    _read(world, f"bench-{key}", laps)
    predict = _mlflow_udf(session, world, settings.tracking_uri)
    laps.mark("mlflow's udf")
    target = str(home.parent / "mlflow_predictions")
    _mlflow_scored(session, world, predict, month.first, target)
    laps.mark("mlflow's warm-up")
    theirs = _mlflow_scored(session, world, predict, all_days().first, target)
    laps.mark("mlflow's whole")
    took = laps.seconds
    return {
        "rows": rows,
        "mlflow_rows": theirs,
        "whole_rows_per_second": round(rows / took["whole"]),
        "mlflow_rows_per_second": round(theirs / took["mlflow's whole"]),
        "laps_s": took,
    }


def _scored(world: "World", days: "Days", key: str) -> int:
    from fire_risk_assets.actions.score_batch import ScoreRequest, score_batch
    from fire_risk_assets.core.models.fire_occurrence import SPEC

    request = ScoreRequest(days=days, as_known=AS_KNOWN, key=key)
    (scored,) = score_batch(SPEC, request, world)
    return scored.batch.rows or 0


def _read(world: "World", key: str, laps: Laps) -> None:
    """Take the steps of scoring apart: what is read and dealt out goes nowhere."""
    from fire_risk_assets.actions.batches import newest_batch
    from fire_risk_assets.adapters.spark.scoring import SparkScoring
    from fire_risk_assets.core.models.fire_occurrence import SPEC
    from fire_risk_assets.core.tables.observed import BATCHES
    from fire_risk_assets.core.tables.predictions import PREDICTIONS

    tables = _tables(world)
    batches = tables.read(BATCHES, columns=["batch_seq", "batch_id"])
    scoring = SparkScoring(tables, batches, all_days(), AS_KNOWN, newest_batch(tables))
    laps.mark("apart: opening")
    known = scoring.known()
    laps.mark("apart: looking at which rows there are")
    scoring.dealt(SPEC.features, known).write.format("noop").mode("overwrite").save()
    laps.mark("apart: reading and dealing out")
    stored = tables.frame(PREDICTIONS)
    target = str(Path(tables.place(PREDICTIONS)).parents[2] / "predictions_again")
    stored.where(stored["batch_id"] == key).write.format("delta").mode("overwrite").save(target)
    laps.mark("apart: reading and writing predictions")


def _tables(world: "World") -> "SparkTables":
    from fire_risk_assets.adapters.spark.tables import SparkTables

    if not isinstance(world.tables, SparkTables):
        raise TypeError(f"a lake of Spark's is expected, not {type(world.tables).__name__}")
    return world.tables


def _mlflow_udf(session: "SparkSession", world: "World", tracking_uri: str) -> Any:
    import mlflow

    from fire_risk_assets.actions.resolve_serving import resolve_serving
    from fire_risk_assets.actions.resolve_version import resolve_version

    mlflow.set_tracking_uri(tracking_uri)
    row = resolve_serving(MODEL, world)
    version = resolve_version(MODEL, row.production_version or 0, world)
    return mlflow.pyfunc.spark_udf(
        session, version.source, result_type="double", env_manager="local"
    )


def _mlflow_scored(
    session: "SparkSession",
    world: "World",
    predict: Any,
    since: date,
    target: str,
) -> int:
    from fire_risk_assets.core.features.catalogue import FEATURES
    from fire_risk_assets.core.models.encoding import text_features
    from fire_risk_assets.core.models.fire_occurrence import SPEC

    features: DataFrame = session.read.format("delta").load(_tables(world).place(FEATURES))
    wanted = features.where(features["observed_at"] >= str(since))
    text = set(text_features(SPEC.features))
    # As the signature demands: every number a double.
    inputs = [
        features[name] if name in text else features[name].cast("double") for name in SPEC.features
    ]
    scored = wanted.select("cell_id", "observed_at", predict(*inputs).alias("prediction"))
    scored.write.format("delta").mode("overwrite").save(target)
    return session.read.format("delta").load(target).count()


if __name__ == "__main__":
    asked = contestant(__doc__, {"home": None, "key": None})
    print(json.dumps(main(Path(asked["home"]), asked["key"])))
