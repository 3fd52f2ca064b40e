"""The front door for people who work in Spark: the tables by name, the production model as a UDF.

    from fire_risk_assets.on_spark import open_spark

    spark = open_spark()
    spark.table("fire_risk.registry_status").filter("model_name = 'burned_area'").show()

Reading only; what writes goes through the command line and Dagster.
"""

from pathlib import Path
from typing import TYPE_CHECKING

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
