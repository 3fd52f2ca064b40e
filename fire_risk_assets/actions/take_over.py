"""Hand the data tables of a home to the engine in force: one table has one writing engine."""

from contextlib import ExitStack
from dataclasses import dataclass

from fire_risk_assets.core.leases import INGEST, spark_commit
from fire_risk_assets.core.tables import every_table
from fire_risk_assets.core.tables.spec import TableSpec
from fire_risk_assets.ports import Lease, TableStore


@dataclass(frozen=True, slots=True)
class TableWriter:
    """Who writes a table, and whether that changed now."""

    table: str
    writer: str | None
    taken_over: bool = False


def table_writers(store: TableStore) -> list[TableWriter]:
    """Return who writes each data table; control tables have one writer in every engine."""
    return [TableWriter(table.name, store.writer(table)) for table in data_tables()]


def take_over(store: TableStore, lease: Lease) -> list[TableWriter]:
    """Make the engine in force the writer of every data table.

    A call that was killed leaves some tables to each engine; the next one completes it.

    Args:
        store: The tables, as the engine in force writes them.
        lease: Keeps ingestion and Spark's commits away meanwhile.

    Raises:
        ForeignWriter: a table uses a feature of Delta's that an engine misreads; tables before it
            are handed over.
        StoreBusy: somebody is writing.
    """
    with ExitStack() as held:
        for name in (INGEST, *(spark_commit(table.name) for table in data_tables())):
            held.enter_context(lease.hold(name))
        taken = {table.name: store.take_over(table) for table in data_tables()}
    return [
        TableWriter(table.name, store.writer(table), taken[table.name]) for table in data_tables()
    ]


def data_tables() -> list[TableSpec]:
    """Return the tables the engine in force writes."""
    return [table for table in every_table() if table.writer == "engine"]
