"""One writing engine a table: who that is stands in the table's properties.

Of two engines that write one table each may overwrite what the other was told is written, or use a
feature the other misreads without an error.
"""

from deltalake import CommitProperties, DeltaTable, Transaction

from fire_risk_assets.core.tables.spec import TableSpec
from fire_risk_assets.errors import ForeignWriter, StoreBusy

WRITER = "fire_risk.writer"
"""Table property naming the one engine that writes the table."""

DELTA_RS = "delta-rs"
"""The local engine, and in every engine the writer of control tables."""

COUNTED = "fire_risk.appends"
"""Transaction id under which counted appends are numbered; compaction leaves it alone."""

SAFE_FEATURES = {"appendOnly", "invariants", "checkConstraints", "changeDataFeed", "timestampNtz"}
"""Column mapping is misread by delta-rs without an error; deletion vectors are refused."""


def due_writer(table: TableSpec, engine: str) -> str:
    """Return who writes the table where `engine` is in force."""
    return DELTA_RS if table.writer == DELTA_RS else engine


def writer_of(target: DeltaTable) -> str | None:
    """Return who writes the table."""
    return target.metadata().configuration.get(WRITER)


def refuse_foreign(table: TableSpec, target: DeltaTable, engine: str) -> None:
    """Make sure that the table is written by the engine in force.

    Raises:
        ForeignWriter: another engine writes it, or it uses a feature that not every engine reads.
    """
    owner, ours = writer_of(target), due_writer(table, engine)
    if owner != ours:
        raise ForeignWriter(
            f"Table {table.name} is written by {owner or 'an unknown engine'},"
            f" this process writes with {ours}."
        )
    refuse_features(table, target)


def refuse_features(table: TableSpec, target: DeltaTable) -> None:
    """Make sure that the table uses no feature of Delta's that an engine misreads.

    Raises:
        ForeignWriter: it does.
    """
    protocol = target.protocol()
    used = {*(protocol.writer_features or ()), *(protocol.reader_features or ())} - SAFE_FEATURES
    if used:
        raise ForeignWriter(
            f"Table {table.name} uses {', '.join(sorted(used))}, which not every engine reads"
            " rightly.",
            remedy="Drop the feature with the engine that added it (ALTER TABLE … DROP FEATURE).",
        )


def counted(table: TableSpec, target: DeltaTable, after: int | None) -> CommitProperties | None:
    """Return what numbers an append; as in the ledger, delta-rs compares stale snapshots only.

    Raises:
        StoreBusy: see `require_count`.
    """
    if after is None:
        return None
    require_count(table, target, after)
    return CommitProperties(app_transactions=[Transaction(COUNTED, after + 1)])


def require_count(table: TableSpec, target: DeltaTable, after: int) -> None:
    """Make sure that no counted append came since.

    Raises:
        StoreBusy: one did.
    """
    if (target.transaction_version(COUNTED) or 0) != after:
        raise StoreBusy(f"Table {table.name}: another process added to it meanwhile.")
