"""What kernels are given: rows of recorded batches, and of several tables in one grouped call.

Spark hands a group of two frames at most to a function of ours; a kernel may need three. The
frames go in as one, each row with the name of its part, and come apart again in the worker.
"""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession
    from pyspark.sql.types import StructType

Kernel = Callable[[Mapping[str, pa.Table]], pa.Table]
"""Takes the rows of each part, returns rows."""

PART, GROUP = "__part", "__group"


def apply_by_cell(
    frames: "Mapping[str, DataFrame]", kernel: Kernel, *, groups: int, returns: "StructType"
) -> "DataFrame":
    """Apply a kernel to groups of whole cells.

    Args:
        frames: By part; each has `cell_id`. A column of one name has one type in all of them.
        kernel: Sees all rows of a cell together, and of many cells at once: a call costs more than
            a cell. It runs in a worker, where only what it is closed over is known.
        groups: How many.
        returns: Columns of what the kernel returns.
    """
    from pyspark.sql import functions as F

    columns = {part: frame.columns for part, frame in frames.items()}
    union: DataFrame | None = None
    for part, frame in frames.items():
        tagged = frame.withColumn(PART, F.lit(part))
        union = tagged if union is None else union.unionByName(tagged, allowMissingColumns=True)
    if union is None:
        raise ValueError("a kernel needs rows of at least one part")
    group = F.pmod(F.xxhash64("cell_id"), F.lit(groups))
    return (
        union.withColumn(GROUP, group)
        .groupBy(GROUP)
        .applyInArrow(_apart(columns, kernel), schema=returns)
    )


def _apart(columns: Mapping[str, list[str]], kernel: Kernel) -> Callable[[pa.Table], pa.Table]:
    def apply(rows: pa.Table) -> pa.Table:
        return kernel(
            {
                part: rows.filter(pc.field(PART) == part).select(names)
                for part, names in columns.items()
            }
        )

    return apply


def frame_of(session: "SparkSession", rows: pa.Table) -> "DataFrame":
    """Return rows of ours as a Spark frame.

    In one chunk a column: of a table whose first chunk is empty, as a filter leaves it, Spark's own
    way takes no row at all and says nothing. Where there are none, a Connect session must be told
    the types.
    """
    if rows.num_rows == 0:
        from pyspark.sql.pandas.types import from_arrow_schema

        return session.createDataFrame([], from_arrow_schema(rows.schema))
    return session.createDataFrame(rows.combine_chunks())


def visible(rows: "DataFrame", batches: pa.Table, up_to: int) -> "DataFrame":
    """Keep the rows of recorded batches up to a number, adding it; see `core.as_known`."""
    from pyspark.sql import functions as F

    seen = batches.filter(pc.field("batch_seq") <= up_to)
    named = frame_of(rows.sparkSession, seen.select(["batch_id", "batch_seq"]))
    return rows.join(F.broadcast(named), "batch_id")
