"""The Spark engine: the kernels of `core`, cell by cell, where the rows are.

Features never come to the driver. Labelled rows do, since they are fitted there on one machine;
what was superseded, is not known yet or explains no fire stays behind.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from math import ceil
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from fire_risk_assets.adapters.lake_engine import LakeEngine
from fire_risk_assets.adapters.spark.errors import spark_facts
from fire_risk_assets.adapters.spark.parts import Kernel, apply_by_cell, visible
from fire_risk_assets.adapters.spark.scoring import SparkScoring
from fire_risk_assets.adapters.spark.tables import SparkTables
from fire_risk_assets.core.as_known import newest_per_key, with_batch_seq
from fire_risk_assets.core.features.build import next_features, reaches_back_to
from fire_risk_assets.core.features.catalogue import FEATURES
from fire_risk_assets.core.features.versions import features_batch_of, under_features_ids
from fire_risk_assets.core.models.spec import ModelSpec
from fire_risk_assets.core.rows import OBSERVATION_MAX_AGE, labelled_rows, needed_columns
from fire_risk_assets.core.scoring.days import Days
from fire_risk_assets.core.tables.observed import CELLS, REPORTS, WEATHER
from fire_risk_assets.core.tables.spec import TableSpec
from fire_risk_assets.ports import KnownRows

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

ROWS_A_GROUP = 100_000
"""New observations a kernel is given at once: more cost memory, fewer cost calls."""


@dataclass(frozen=True, slots=True)
class SparkEngine(LakeEngine):
    """Implements `ports.Engine`."""

    tables: SparkTables

    def build_features(self, weather_batch: str, *, batch_seq: int) -> int:
        """Write the feature rows one weather batch owes; see `ports.Engine`."""
        with spark_facts("Building features"):
            batch = features_batch_of(weather_batch)
            # Before the look for rows that are there: two builders must not both find none.
            before = self.tables.appends(FEATURES)
            if written := self._count(batch):
                # By a writer killed before they were on record, perhaps before they were flushed.
                self.tables.make_durable(FEATURES)
                return written
            rows = self._feature_rows(weather_batch, batch_seq)
            if rows is None:
                return 0
            from pyspark.sql import functions as F

            named = rows.withColumn("batch_id", F.lit(batch))
            self.tables.append_frame(FEATURES, named, after=before)
            return self._count(batch)

    def _scoring(self, days: Days, as_known: datetime | None, batch_seq: int) -> SparkScoring:
        return SparkScoring(self.tables, self._batches(), days, as_known, batch_seq)

    def _count(self, features_batch: str) -> int:
        rows = self.tables.frame(FEATURES)
        return rows.where(rows["batch_id"] == features_batch).count()

    def _feature_rows(self, weather_batch: str, batch_seq: int) -> "DataFrame | None":
        from pyspark.sql import functions as F

        weather, features = self.tables.frame(WEATHER), self.tables.frame(FEATURES)
        mine = F.col("batch_id") == weather_batch
        new = weather.where(mine)
        found = new.agg(F.count("*").alias("rows"), F.min("observed_at").alias("first"))
        ((count, first),) = (tuple(row.values()) for row in found.toArrow().to_pylist())
        if count == 0:
            return None
        batches = self._batches()
        cells = newest_per_key(
            with_batch_seq(self.tables.read(CELLS), batches, up_to=batch_seq), CELLS.key
        )
        earlier = F.col("observed_at") >= F.lit(reaches_back_to(first))
        touched = new.select("cell_id").distinct()
        past = {
            "weather": visible(weather.where(earlier & ~mine), batches, batch_seq - 1),
            "features": visible(
                features.where(earlier), under_features_ids(batches), batch_seq - 1
            ),
        }
        return apply_by_cell(
            {
                "new": visible(new, batches, batch_seq),
                **{n: each.join(touched, "cell_id", "left_semi") for n, each in past.items()},
            },
            _kernel(cells, self.default_latitude),
            groups=ceil(count / ROWS_A_GROUP),
            returns=features.drop("batch_id").schema,
        )

    def _labelled(self, spec: ModelSpec, as_of: datetime, batch_seq: int) -> KnownRows:
        # Before the rows: a version read afterwards may hold appends the rows do not.
        versions = {t.name: self.tables.version(t) or 0 for t in (FEATURES, REPORTS)}
        batches = self._batches()
        with spark_facts("Reading labelled rows"):
            fires, observed = (
                self._as_known(table, batches, as_of, batch_seq) for table in (REPORTS, FEATURES)
            )
            reports = fires.toArrow()
            observed = observed.select("known_at", *needed_columns(spec))
            newest = [pc.max(reports["known_at"]).as_py()]
            if spec.rows == "fire_reports":
                newest.append(_greatest(observed))
                observed = _explaining(observed, fires)
            features = observed.toArrow()
        newest.append(pc.max(features["known_at"]).as_py())
        labelled = labelled_rows(spec, features=features, reports=reports, as_of=as_of)
        return KnownRows(
            frame=labelled.frame,
            counts=labelled.counts,
            watermark=max((each for each in newest if each is not None), default=None),
            delta_versions=versions,
        )

    def _as_known(
        self, table: TableSpec, batches: pa.Table, as_of: datetime, batch_seq: int
    ) -> "DataFrame":
        """The rows of a table as they were known at an instant, one a key."""
        from pyspark.sql import Window
        from pyspark.sql import functions as F

        known = self.tables.frame(table).where(F.col("known_at") <= F.lit(as_of))
        rows = visible(known, batches, batch_seq)
        if table is FEATURES:
            rows = _of_newest_version(rows)
        newest = Window.partitionBy(*table.key).orderBy(F.desc("known_at"), F.desc("batch_seq"))
        return rows.withColumn("__place", F.row_number().over(newest)).where("__place = 1")


def _kernel(cells: pa.Table, default_latitude: float) -> Kernel:
    def build(rows: Mapping[str, pa.Table]) -> pa.Table:
        return next_features(
            new_weather=rows["new"],
            past_weather=rows["weather"],
            past_features=rows["features"],
            cells=cells,
            default_latitude=default_latitude,
        )

    return build


def _of_newest_version(features: "DataFrame") -> "DataFrame":
    """Keep the rows of the version built last; see `core.features.versions`."""
    from pyspark.sql import functions as F

    built = features.groupBy("feature_version").agg(F.max("batch_seq").alias("seq")).collect()
    if len(built) < 2:
        return features
    newest = max(built, key=lambda row: row["seq"])["feature_version"]
    return features.where(F.col("feature_version") == newest)


def _greatest(rows: "DataFrame") -> datetime | None:
    from pyspark.sql import functions as F

    return pc.max(rows.agg(F.max("known_at").alias("known_at")).toArrow()["known_at"]).as_py()


def _explaining(observed: "DataFrame", fires: "DataFrame") -> "DataFrame":
    """Keep the observations young enough to explain some fire of their cell."""
    from pyspark.sql import functions as F

    started = F.broadcast(fires.select("cell_id", "started_at"))
    youth = F.expr(f"make_dt_interval(0, 0, 0, {int(OBSERVATION_MAX_AGE.total_seconds())})")
    oldest = F.col("started_at") - youth
    near = (observed["observed_at"] <= F.col("started_at")) & (observed["observed_at"] > oldest)
    return observed.join(started, (observed["cell_id"] == started["cell_id"]) & near, "left_semi")
