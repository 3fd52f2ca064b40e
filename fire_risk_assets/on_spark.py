"""The front door for people who work in Spark: the tables by name, the production model as a UDF.

    from fire_risk_assets.on_spark import open_spark

    spark = open_spark()
    spark.table("fire_risk.registry_status").filter("model_name = 'burned_area'").show()

    predict = get_model_as_udf("burned_area")
    spark.table("fire_risk.features").withColumn("hectares", predict()).show()

Reading only; what writes goes through the command line and Dagster.
"""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fire_risk_assets.settings import read_settings

if TYPE_CHECKING:
    from pyspark.sql import SparkSession


def open_spark(home: Path | None = None) -> "SparkSession":
    """Return the Spark session of a home, with its tables in the catalog as `fire_risk.NAME`.

    Args:
        home: Folder of the home; None: as the settings say.

    Raises:
        HomeUnusable: there is no home.
        EngineUnavailable: Spark could not be started.
    """
    from fire_risk_assets.wiring.engine import open_spark as opened

    return opened(read_settings(home=home))


def get_model_as_udf(model_name: str, home: Path | None = None) -> Callable[..., Any]:
    """Return the version in production as a function of Spark's columns.

    The version is resolved now and stays that one; its row in the ledger and the digest of its
    files are checked first. Nothing is recorded: for predictions that can be investigated later use
    `fire-risk score`, which also reads features as they were known.

    Args:
        model_name: A configured model.
        home: Folder of the home; None: as the settings say.

    Returns:
        `predict(*columns)`, the model's features in their order; without columns those of their
        names. Hectares, or a probability.

    Raises:
        NothingServed, RegistryDrift, LedgerBroken: no row explains what serves.
        ArtifactMismatch, ArtifactRejected: its files are not the recorded ones, or not allowed.
    """
    from fire_risk_assets.wiring.engine import production_udf

    return production_udf(read_settings(home=home), model_name)
