"""Delta's jars for Spark, resolved once by Spark's own Ivy. `python -m benchmarks.delta_jars`.

Most of what the package asks for is on Spark's own class path; leaving it out fetches 4 jars
instead of 32.
"""

import sys
from pathlib import Path

PACKAGE = "io.delta:delta-spark_4.2_2.13:4.4.0"
EXCLUDED = (
    "org.slf4j:*,org.apache.hadoop:*,org.apache.parquet:*,org.apache.logging.log4j:*,"
    "com.fasterxml.jackson.core:*,com.fasterxml.jackson.datatype:*,com.github.luben:*,"
    "org.xerial.snappy:*,org.roaringbitmap:*,org.locationtech.jts:*,io.airlift:*,"
    "javax.annotation:*,commons-logging:*,commons-pool:*,com.google.code.findbugs:*,"
    "io.unitycatalog:*,io.delta:delta-kernel-unitycatalog"
)


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
