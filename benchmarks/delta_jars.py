"""Delta's jars for Spark, resolved once by Spark's own Ivy. `python -m benchmarks.delta_jars`."""

import sys
from pathlib import Path

from fire_risk_assets.adapters.spark.session import EXCLUDED, PACKAGE

__all__ = ["EXCLUDED", "PACKAGE"]


def jar_files(folder: Path) -> list[Path]:
    """Return the jars that were resolved into `folder`."""
    return sorted((folder / "jars").glob("*.jar"))


def main(folder: str) -> None:
    """Fill `folder`/jars."""
    from pyspark.sql import SparkSession

    SparkSession.builder.master("local[1]").config("spark.jars.packages", PACKAGE).config(
        "spark.jars.excludes", EXCLUDED
    ).config("spark.jars.ivy", folder).config("spark.ui.enabled", "false").config(
        "spark.driver.bindAddress", "127.0.0.1"
    ).config("spark.driver.host", "127.0.0.1").getOrCreate().stop()


if __name__ == "__main__":
    main(*sys.argv[1:])
