"""The book's way, plainly: one Spark session around the same fit. `python -m benchmarks.book_way`.

Rows from a Delta table through Spark, fitted and scored in pandas, logged and registered in
MLflow, put on stage, and one status row appended to a Delta table through Spark. In its favour:
the jars lie ready, Spark is tuned for one machine, the registry exists, and the model is logged
with its requirements given, which spares MLflow from finding them out.
"""

import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from benchmarks.laps import Laps

if TYPE_CHECKING:
    import pandas as pd
    from pyspark.sql import SparkSession
    from sklearn.pipeline import Pipeline

REQUIREMENTS = ["scikit-learn", "pandas", "skops"]
STATUS = "model_name string, production_version long, updated boolean, training_time timestamp"


def main(which: str, rows_table: str, jars: str, tracking_uri: str, status_table: str) -> None:
    """Train, compare with nothing, promote, record."""
    laps = Laps()
    import pandas as pd

    from benchmarks.fits import cut, fitted, scored

    laps.mark("import")
    spark = session(jars)
    laps.mark("Spark session")
    rows = spark.read.format("delta").load(rows_table).toPandas()
    rows["row_time"] = pd.to_datetime(rows["row_time"], utc=True)
    training, holdout = cut(rows)
    laps.mark("read through Spark")
    pipeline = fitted(which, training)
    laps.mark("search and fit, scikit-learn's import included")
    score = scored(which, pipeline, holdout)
    laps.mark("score")
    version = registered(which, pipeline, holdout, score, tracking_uri)
    laps.mark("MLflow log, register and stage, its import included")
    told = [(which, version, True, datetime.now(UTC))]
    spark.createDataFrame(told, STATUS).write.format("delta").mode("append").save(status_table)
    laps.mark("status row through Spark")
    jvm_cpu_s = cpu_of_children()
    spark.stop()
    laps.mark("stop")
    counts = {"rows": len(rows), "training_rows": len(training), "holdout_rows": len(holdout)}
    laps.tell(**counts, score=score, jvm_cpu_s=jvm_cpu_s)


def cpu_of_children() -> float:
    """Return the processor seconds of the JVM, which nobody waits for at the end."""
    import psutil

    times = [child.cpu_times() for child in psutil.Process().children(recursive=True)]
    return round(sum(each.user + each.system for each in times), 2)


def session(jars: str) -> "SparkSession":
    """Return a local session with Delta, its jars given as files."""
    from pyspark.sql import SparkSession

    options = {
        "spark.jars": jars,
        "spark.sql.extensions": "io.delta.sql.DeltaSparkSessionExtension",
        "spark.sql.catalog.spark_catalog": "org.apache.spark.sql.delta.catalog.DeltaCatalog",
        "spark.sql.execution.arrow.pyspark.enabled": "true",
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.shuffle.partitions": "2",
        "spark.databricks.delta.snapshotPartitions": "1",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
    }
    builder: Any = SparkSession.builder.master("local[2]").appName("book")
    for name, value in options.items():
        builder = builder.config(name, value)
    return builder.getOrCreate()


def registered(
    which: str, pipeline: "Pipeline", holdout: "pd.DataFrame", score: float, tracking_uri: str
) -> int:
    """Log the model, register it, put it in production; return its version."""
    import mlflow

    from benchmarks.fits import FITS
    from fire_risk_assets.core.fitting import design, predict
    from fire_risk_assets.core.models.trusted import TRUSTED_TYPES

    mlflow.set_tracking_uri(tracking_uri)
    mlflow.set_experiment("book")
    spec, _ = FITS[which]
    example = design(spec, holdout.head(20))
    with mlflow.start_run():
        mlflow.log_metric("log_loss", score)
        mlflow.log_params({"rows": len(holdout), "recipe": which})
        logged = mlflow.sklearn.log_model(
            pipeline,
            name="model",
            registered_model_name=which,
            signature=mlflow.models.infer_signature(example, predict(spec, pipeline, holdout)),
            pip_requirements=REQUIREMENTS,
            skops_trusted_types=list(TRUSTED_TYPES),
        )
    version = int(logged.registered_model_version)
    mlflow.MlflowClient().transition_model_version_stage(
        which, str(version), "Production", archive_existing_versions=True
    )
    return version


if __name__ == "__main__":
    main(*sys.argv[1:])
