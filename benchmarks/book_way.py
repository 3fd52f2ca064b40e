"""The book's way, plainly: one Spark session around the same fit. `python -m benchmarks.book_way`.

Rows from a Delta table through Spark, fitted and scored in pandas, logged and registered in
MLflow, put on stage, and one status row appended to a Delta table through Spark. In two manners:

plain: as one writes it down. Delta named as a package (already in Ivy's cache), Spark as it comes,
    the model logged with a signature and nothing else.
tuned: with every trick we know. Jars given as files, Spark set for one machine, the model's
    requirements given, which spares MLflow from finding them out.

In favour of both: the registry exists, the rows are labelled, nothing is compared.
"""

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.delta_jars import EXCLUDED, PACKAGE, jar_files
from benchmarks.laps import Laps

if TYPE_CHECKING:
    import pandas as pd
    from pyspark.sql import SparkSession
    from sklearn.pipeline import Pipeline

REQUIREMENTS = ["scikit-learn", "pandas", "skops"]
STATUS = "model_name string, production_version long, updated boolean, training_time timestamp"


def main(*arguments: str) -> None:
    """Train, compare with nothing, promote, record.

    Args:
        arguments: Fit, manner, table of rows, folder of jars, MLflow's address, status table.
    """
    which, manner, rows_table, jars, tracking_uri, status_table = arguments
    laps = Laps()
    import pandas as pd

    from benchmarks.fits import cut, fitted, scored

    laps.mark("import")
    spark = session(manner, jars)
    laps.mark("Spark session")
    rows = spark.read.format("delta").load(rows_table).toPandas()
    rows["row_time"] = pd.to_datetime(rows["row_time"], utc=True)
    training, holdout = cut(rows)
    laps.mark("read through Spark")
    pipeline = fitted(which, training)
    laps.mark("search and fit, scikit-learn's import included")
    score = scored(which, pipeline, holdout)
    laps.mark("score")
    version = registered((which, manner), pipeline, holdout, score, tracking_uri)
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


def session(manner: str, jars: str) -> "SparkSession":
    """Return a local session with Delta."""
    from pyspark.sql import SparkSession

    options = {
        "spark.sql.extensions": "io.delta.sql.DeltaSparkSessionExtension",
        "spark.sql.catalog.spark_catalog": "org.apache.spark.sql.delta.catalog.DeltaCatalog",
        "spark.sql.session.timeZone": "UTC",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
    }
    if manner == "plain":
        options |= {
            "spark.jars.packages": PACKAGE,
            "spark.jars.excludes": EXCLUDED,
            "spark.jars.ivy": jars,
        }
    else:
        options |= {
            "spark.jars": ",".join(str(jar) for jar in jar_files(Path(jars))),
            "spark.sql.execution.arrow.pyspark.enabled": "true",
            "spark.sql.shuffle.partitions": "2",
            "spark.databricks.delta.snapshotPartitions": "1",
            "spark.ui.enabled": "false",
            "spark.ui.showConsoleProgress": "false",
        }
    builder: Any = SparkSession.builder.master("local[2]").appName("book")
    for name, value in options.items():
        builder = builder.config(name, value)
    return builder.getOrCreate()


def registered(
    how: tuple[str, str],
    pipeline: "Pipeline",
    holdout: "pd.DataFrame",
    score: float,
    tracking_uri: str,
) -> int:
    """Log the model, register it, put it in production; return its version."""
    import mlflow

    from benchmarks.fits import FITS
    from fire_risk_assets.core.fitting import design, predict
    from fire_risk_assets.core.models.trusted import TRUSTED_TYPES

    which, manner = how
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
            pip_requirements=REQUIREMENTS if manner == "tuned" else None,
            skops_trusted_types=list(TRUSTED_TYPES),
        )
    version = int(logged.registered_model_version)
    mlflow.MlflowClient().transition_model_version_stage(
        which, str(version), "Production", archive_existing_versions=True
    )
    return version


if __name__ == "__main__":
    main(*sys.argv[1:])
