"""Data tables with Spark as their writer: delta-rs opens, creates and reads them as ever.

On a local disk Spark's commits are safe within one JVM only: of two, one overwrites what the other
was told is written. So whoever commits holds a lease, and a second JVM waits.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import uuid4

import pyarrow as pa
from deltalake import DeltaTable

from fire_risk_assets.adapters.delta_tables import DeltaTables
from fire_risk_assets.adapters.delta_writers import COUNTED, DELTA_RS, due_writer, require_count
from fire_risk_assets.adapters.spark.errors import spark_facts
from fire_risk_assets.adapters.spark.parts import frame_of
from fire_risk_assets.core.leases import spark_commit
from fire_risk_assets.core.tables.spec import TableSpec
from fire_risk_assets.errors import StoreBusy
from fire_risk_assets.ports import Lease

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

SPARK = "spark"
"""Name of this engine, as tables are stamped with it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SparkTables(DeltaTables):
    """Implements `ports.TableStore` for the Spark engine.

    Attributes:
        session: Returns the session of this process.
        lease: Keeps the commits of two JVMs apart.
    """

    session: "Callable[[], SparkSession]"
    lease: Lease
    engine: str = SPARK

    def append(self, table: TableSpec, rows: pa.Table, *, after: int | None = None) -> int:
        """Append in one commit; see `ports.TableStore`."""
        if not self._is_ours(table):
            return DeltaTables.append(self, table, rows, after=after)
        ordered = rows.select(table.schema.names).cast(table.schema)
        with spark_facts(f"Table {table.name}"):
            frame = frame_of(self.session(), ordered)
        version = self.append_frame(table, frame, after=after)
        return int(version or 0)

    def append_once(self, table: TableSpec, rows: Iterable[pa.Table], *, name: str) -> bool:
        """Append in one commit of that name; see `ports.TableStore`. The rows are held together."""
        if not self._is_ours(table):
            return DeltaTables.append_once(self, table, rows, name=name)
        with spark_facts(f"Table {table.name}"):
            together = pa.concat_tables([table.schema.empty_table(), *rows])
            frame = frame_of(self.session(), together)
        return self.append_frame(table, frame, name=name) is not None

    def append_frame(
        self,
        table: TableSpec,
        frame: "DataFrame",
        *,
        name: str | None = None,
        after: int | None = None,
    ) -> int | None:
        """Append a Spark frame in one commit and return the table's new version.

        Args:
            table: The table.
            frame: Columns of `table.schema`, any order.
            name: Of the commit, kept with the table for ever; where one of that name was made
                nothing is written, and None returned.
            after: As of `append`.

        Raises:
            StoreBusy: another process commits and does not come to an end, or made a counted
                append since `after`.
            As `append`, and what a kernel raised in a worker.
        """
        place = self.place(table)
        app, version = (name, 1) if after is None else (COUNTED, after + 1)
        mark = uuid4().hex

        def commit(target: DeltaTable) -> None:
            before = target.version()
            with spark_facts(f"Table {table.name}"):
                writer = frame.select(*table.schema.names).write.format("delta").mode("append")
                if app is not None:
                    writer = writer.option("txnAppId", app).option("txnVersion", version)
                writer.option("userMetadata", mark).save(place)
            target.update_incremental()
            _require_mark(table, target, mark, after=before)

        with self._alone(table):
            target = self._writable(table)
            if name is not None and target.transaction_version(name) is not None:
                return None
            if after is not None:
                require_count(table, target, after)
            return self._committed(table, target, commit)

    def frame(self, table: TableSpec) -> "DataFrame":
        """Return the newest version of a table for Spark to work on.

        Rows older than a column are null there; an empty frame before the first append.

        Raises:
            HomeOfOtherVersion: a column is missing that must not be null.
        """
        from pyspark.sql import functions as F

        there = self._readable(table, table.schema.names, ())
        with spark_facts(f"Table {table.name}"):
            session = self.session()
            if there is None:
                return frame_of(session, table.schema.empty_table())
            stored = session.read.format("delta").load(self.place(table))
            missing = [field for field in table.schema if field.name not in stored.columns]
            if not missing:
                return stored
            types = frame_of(session, pa.schema(missing).empty_table()).schema
            return stored.withColumns({f.name: F.lit(None).cast(f.dataType) for f in types})

    def compact(self, table: TableSpec) -> bool:
        """Merge small files and forget replaced ones of a week ago; see `ports.TableStore`."""
        with self._alone(table):
            return DeltaTables.compact(self, table)

    def _merge(self, table: TableSpec, target: DeltaTable) -> None:
        if self._is_ours(table):
            self._maintain(table, target, "OPTIMIZE")
        else:
            DeltaTables._merge(self, table, target)

    def _vacuum(self, table: TableSpec, target: DeltaTable) -> None:
        if self._is_ours(table):
            self._maintain(table, target, "VACUUM")
        else:
            DeltaTables._vacuum(self, table, target)

    def _is_ours(self, table: TableSpec) -> bool:
        return due_writer(table, self.engine) != DELTA_RS

    def _maintain(self, table: TableSpec, target: DeltaTable, verb: str) -> None:
        with spark_facts(f"Table {table.name}"):
            place = self.place(table).replace("`", "``")
            self.session().sql(f"{verb} delta.`{place}`").collect()
        target.update_incremental()

    def place(self, table: TableSpec) -> str:
        """Return where Spark finds the table."""
        return str(self.root / table.name)

    @contextmanager
    def _alone(self, table: TableSpec) -> Iterator[None]:
        with self.lease.hold(spark_commit(table.name)):
            yield


def _require_mark(table: TableSpec, target: DeltaTable, mark: str, *, after: int) -> None:
    """Make sure that a commit is in the log before anybody is told of it.

    The lease may be lost while Spark works, and then another JVM may have put its own commit in
    the place of ours; and Spark passes over a transaction it has seen without a word.

    Raises:
        StoreBusy: it is not.
    """
    newer = target.history(max(target.version() - after, 1))
    if mark not in {commit.get("userMetadata") for commit in newer}:
        raise StoreBusy(f"Table {table.name}: another process committed in place of this one.")
