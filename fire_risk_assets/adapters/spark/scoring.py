"""Scoring on Spark: days are dealt out, and each worker scores whole days as they come by.

The kernel is `core.scoring.kernel`, and the pipeline that was verified on the driver travels with
it. No worker holds more than the days it is at.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from fire_risk_assets.adapters.lake_engine import LakeScoring
from fire_risk_assets.adapters.spark.errors import spark_facts
from fire_risk_assets.adapters.spark.parts import visible
from fire_risk_assets.adapters.spark.tables import SparkTables
from fire_risk_assets.core.features.catalogue import FEATURE_VERSION, FEATURES
from fire_risk_assets.core.fitting import one_thread
from fire_risk_assets.core.models.spec import ModelSpec
from fire_risk_assets.core.scoring.batch import KnownFeatures, Stamp
from fire_risk_assets.core.scoring.kernel import (
    TASK_ROWS,
    inputs_of,
    newest_in_order,
    scored_in_order,
    whole_days,
)
from fire_risk_assets.core.tables.predictions import PREDICTIONS

if TYPE_CHECKING:
    from pyspark.sql import DataFrame
    from sklearn.pipeline import Pipeline

ROWS_A_PARTITION = 250_000


@dataclass(frozen=True, slots=True)
class SparkScoring(LakeScoring):
    """On Spark."""

    tables: SparkTables

    def known(self) -> KnownFeatures:
        """Return which rows there are; see `ports.Engine.known_features`."""
        from pyspark.sql import functions as F

        with spark_facts("Reading features"):
            rows = self._rows().withColumn("day", F.to_date("observed_at"))
            by = ("feature_version", "batch_id", "day")
            found = rows.groupBy(*by).agg(F.count("*").alias("rows")).toArrow()
        ours = pc.field("feature_version") == FEATURE_VERSION
        others = pc.unique(found.filter(~ours)["feature_version"]).to_pylist()
        return KnownFeatures(
            by_batch=_sums(found.filter(ours), "batch_id"),
            by_day=_sums(found.filter(ours), "day"),
            other_versions=tuple(sorted(others)),
        )

    def score(
        self, spec: ModelSpec, pipeline: "Pipeline", known: KnownFeatures, stamp: Stamp
    ) -> bool:
        """Score the days and append them once; see `ports.Engine.score`."""
        inputs = inputs_of(spec, pipeline)
        with spark_facts(f"Scoring {spec.name}"):
            kernel = _kernel(spec, pipeline, inputs, stamp)
            returns = self.tables.frame(PREDICTIONS).schema
            scored = self.dealt(inputs, known).mapInArrow(kernel, schema=returns)
            version = self.tables.append_frame(PREDICTIONS, scored, name=stamp.commit_name)
        return version is not None

    def dealt(self, inputs: Sequence[str], known: KnownFeatures) -> "DataFrame":
        """Return rows as known, whole days in a partition and in order of days there."""
        from pyspark.sql import functions as F

        wanted = list(dict.fromkeys([*FEATURES.key, *inputs, "known_at", "batch_seq"]))
        # Those of the present feature version, which each batch is of one of.
        ours = self._rows().where(F.col("batch_id").isin(list(known.by_batch)))
        return (
            ours.select(*wanted, F.to_date("observed_at").alias("day"))
            .repartition(ceil(sum(known.by_day.values()) / ROWS_A_PARTITION), "day")
            .sortWithinPartitions("day")
            .drop("day")
        )

    def _rows(self) -> "DataFrame":
        """Rows of recorded batches that were known in time, each version of them."""
        from pyspark.sql import functions as F

        first, end = self.days.window
        at = F.col("observed_at")
        day_is_over = F.date_add(F.to_date(at), 1).cast("timestamp")
        by = day_is_over if self.as_known is None else F.lit(self.as_known)
        rows = self.tables.frame(FEATURES).where(
            (at >= F.lit(first)) & (at < F.lit(end)) & (F.col("known_at") <= by)
        )
        return visible(rows, self.batches, self.batch_seq)


def _sums(found: pa.Table, by: str) -> dict[Any, int]:
    summed = found.group_by(by).aggregate([("rows", "sum")])
    return dict(zip(summed[by].to_pylist(), summed["rows_sum"].to_pylist(), strict=True))


def _kernel(
    spec: ModelSpec, pipeline: "Pipeline", inputs: Sequence[str], stamp: Stamp
) -> Callable[[Iterator[pa.RecordBatch]], Iterator[pa.RecordBatch]]:
    def score(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        with one_thread():
            for rows in whole_days(batches, at_least=TASK_ROWS):
                ordered = newest_in_order(rows, inputs)
                yield from scored_in_order(
                    spec, pipeline, ordered, inputs=inputs, stamp=stamp
                ).to_batches()

    return score
