"""The one Spark session of a process, and the jars it needs.

A session costs seconds, so it is made when something is first asked of Spark, and kept: whoever
made it first, Dagster's resource or an adapter, `getOrCreate` finds it.
"""

import os
import shutil
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from fire_risk_assets.adapters.spark.errors import starting
from fire_risk_assets.errors import EngineUnavailable

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

PACKAGE = "io.delta:delta-spark_4.2_2.13:4.4.0"
"""Of the release in `pyproject.toml`: Python's half and the JVM's must be one release."""

EXCLUDED = (
    "org.slf4j:*,org.apache.hadoop:*,org.apache.parquet:*,org.apache.logging.log4j:*,"
    "com.fasterxml.jackson.core:*,com.fasterxml.jackson.datatype:*,com.github.luben:*,"
    "org.xerial.snappy:*,org.roaringbitmap:*,org.locationtech.jts:*,io.airlift:*,"
    "javax.annotation:*,commons-logging:*,commons-pool:*,com.google.code.findbugs:*,"
    "io.unitycatalog:*,io.delta:delta-kernel-unitycatalog"
)
"""What Spark has on its own class path: without it 4 jars are fetched and not 32."""

FETCHED = "jars.fetched"


@dataclass(frozen=True, slots=True)
class Spark:
    """Where Spark runs.

    Attributes:
        folder: Of ours in the home: jars, and Spark's scratch space and catalog.
        master: `local[*]`, `spark://host:port`, `yarn`, `k8s://…`.
        remote: Address of a Spark Connect server, `sc://host:port`; `master` is unused then.
        told: Whether Spark knows the server by itself, from SPARK_REMOTE: what that holds, a token
            perhaps, is then handed to nobody.
        conf: The operator's own Spark configuration, which wins.
    """

    folder: Path
    master: str = "local[*]"
    remote: str | None = None
    told: bool = False
    conf: Mapping[str, str] = field(default_factory=dict)

    def options(self) -> dict[str, str]:
        """Return the configuration of the session.

        A Connect server was configured when it was started: only what a session may say is given.
        """
        if self.remote is not None:
            named = {} if self.told else {"spark.remote": self.remote}
            return {**named, **_OF_SESSIONS, **self.conf, **_REQUIRED}
        options = {"spark.master": self.master, **_OF_SESSIONS, **_OURS, **self._jars()}
        options["spark.sql.warehouse.dir"] = str(self.folder / "warehouse")
        if self._on_one_machine():
            options |= _ONE_MACHINE | {"spark.local.dir": str(self.folder / "scratch")}
        return options | dict(self.conf) | _REQUIRED

    def session(self, start: "Callable[[], SparkSession] | None" = None) -> "SparkSession":
        """Return the session of this process, started when there is none.

        Args:
            start: Starts it, with `options` or the like; None: it is done here.

        Raises:
            EngineUnavailable: no Java, no jars, no such master, or the server does not answer.
        """
        from pyspark.sql import SparkSession

        if start is None and (session := SparkSession.getActiveSession()) is not None:
            return as_ours(session)
        if self.remote is None:
            require_java()
            (self.folder / "scratch").mkdir(parents=True, exist_ok=True, mode=0o700)
            # A classic session takes its workers' Python from here only: another one lacks ours.
            workers = self.conf.get("spark.pyspark.python", sys.executable)
            os.environ.setdefault("PYSPARK_PYTHON", workers)
            if self._on_one_machine():
                os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
        with starting(self.remote or self.master):
            session = start() if start else started(self.options())
        if session.conf.get("spark.jars.ivy", "") == str(self._release()):
            (self._release() / FETCHED).touch()
        return as_ours(session)

    def _on_one_machine(self) -> bool:
        return self.master.startswith("local")

    def _jars(self) -> dict[str, str]:
        if self._fetched():
            return {"spark.jars": ",".join(str(jar) for jar in self._files())}
        return {
            "spark.jars.packages": PACKAGE,
            "spark.jars.excludes": EXCLUDED,
            "spark.jars.ivy": str(self._release()),
        }

    def _fetched(self) -> bool:
        # The mark too: a start that was killed leaves some of the jars.
        return (self._release() / FETCHED).exists() and bool(self._files())

    def _files(self) -> list[Path]:
        return sorted((self._release() / "jars").glob("*.jar"))

    def _release(self) -> Path:
        """A folder a release: jars of an older one under a newer Python would go unnoticed."""
        return self.folder / PACKAGE.rpartition(":")[2]


def started(options: Mapping[str, str]) -> "SparkSession":
    """Return the session of this process with these options, started when there is none."""
    from pyspark.sql import SparkSession

    builder = SparkSession.builder
    for name, value in options.items():
        builder = builder.config(name, value)
    return builder.getOrCreate()


def as_ours(session: "SparkSession") -> "SparkSession":
    """Return a session somebody else may have started, with the options that our numbers rest on.

    Days are UTC days: with another zone a day would be cut in two.
    """
    for name, value in _REQUIRED.items():
        if session.conf.get(name) != value:
            session.conf.set(name, value)
    return session


def require_java() -> None:
    """Look before Spark does, which says it in a stack trace.

    Raises:
        EngineUnavailable: there is no Java.
    """
    home = os.environ.get("JAVA_HOME")
    java = Path(home) / "bin" / "java" if home else shutil.which("java")
    if java is None or not Path(java).exists():
        raise EngineUnavailable(
            "The Spark engine needs Java 17, and there is no `java`"
            + (f" under JAVA_HOME ({home})." if home else " on the PATH."),
            remedy="Install it (`apt-get install openjdk-17-jre-headless`), or use the local engine"
            " (FIRE_RISK_ENGINE=local).",
        )


_REQUIRED = {
    "spark.sql.session.timeZone": "UTC",
    # Spark's own default has no statistics, and nanoseconds where ours are microseconds.
    "spark.sql.parquet.outputTimestampType": "TIMESTAMP_MICROS",
}
"""Whatever the operator says: our numbers rest on it."""

_OF_SESSIONS = {
    "spark.sql.execution.arrow.pyspark.enabled": "true",
    "spark.sql.execution.arrow.maxRecordsPerBatch": "65536",
    # A commit whose reply is lost is not written a second time.
    "spark.databricks.delta.commit.idempotencyCheck.enabled": "true",
}
_OURS = {
    "spark.app.name": "fire_risk_assets",
    "spark.sql.extensions": "io.delta.sql.DeltaSparkSessionExtension",
    "spark.sql.catalog.spark_catalog": "org.apache.spark.sql.delta.catalog.DeltaCatalog",
    "spark.ui.enabled": "false",
    "spark.log.level": "ERROR",
    "spark.ui.showConsoleProgress": "false",
}
_ONE_MACHINE = {
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.host": "127.0.0.1",
    "spark.sql.shuffle.partitions": str(os.cpu_count() or 2),
    "spark.databricks.delta.snapshotPartitions": "1",
    # By default a clean-up lists a folder in ten thousand tasks.
    "spark.sql.sources.parallelPartitionDiscovery.parallelism": str(os.cpu_count() or 2),
}
