"""`registry_status` on delta-rs: the one module that writes it, in every mode.

Compare-and-set per model rests on the Delta transaction id (`registry:<model>`, seq). delta-rs
accepts the same pair twice on a fresh snapshot and refuses it from a stale one, so an append
checks the snapshot it writes from, and the default commit retries then let other models' rows
pass while a moved head of this model is refused.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from deltalake import (
    CommitProperties,
    DeltaTable,
    QueryBuilder,
    Transaction,
    write_deltalake,
)
from deltalake.exceptions import CommitFailedError

from fire_risk_assets.adapters.delta_errors import (
    delta_facts,
    require_columns,
    require_writable,
)
from fire_risk_assets.adapters.durable import (
    DURABLE_COMMITS,
    entries,
    flush_commit,
    flush_commits,
    flushed_until,
    log_of,
    mark_flushed,
)
from fire_risk_assets.adapters.lake import Place
from fire_risk_assets.adapters.open_tables import OpenTables, opened
from fire_risk_assets.core.ledger.kinds import POINTER_MOVES
from fire_risk_assets.core.ledger.row import COLUMNS, INSTANTS, OPTIONAL, LedgerRow
from fire_risk_assets.core.names import checked_name
from fire_risk_assets.errors import HeadMoved, TableMissing

if TYPE_CHECKING:
    from arro3.core import Table

TABLE = "registry_status"
_Look = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class DeltaLedger:
    """Implements `ports.Ledger`.

    Attributes:
        root: Where the lake is.
        compact_at_files: Files cost, not rows: each takes a good millisecond of every read.
    """

    root: Place
    compact_at_files: int = 20
    _opened: OpenTables = field(default_factory=OpenTables, init=False, repr=False, compare=False)
    _read: dict[str, tuple[_Look, list[LedgerRow]]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def rows(self, model_name: str) -> list[LedgerRow]:
        """Return the rows of one model ordered by seq; see `ports.Ledger`.

        A cycle asks twenty times: files that look as they did are not read again.
        """
        table = self._snapshot()
        look = self._look(table)
        seen, rows = self._read.get(model_name, (None, []))
        if seen != look:
            rows = self._rows(table, f"{_of(model_name)} ORDER BY seq")
            self._read[model_name] = (look, rows)
        return list(rows)

    def serving_at(self, model_name: str, instant: datetime) -> LedgerRow | None:
        """Return the pointer move in force at `instant`; see `ports.Ledger`.

        First its seq, from the few columns that tell it, then its row: of a million rows all
        columns would take twice as long.
        """
        moves = ", ".join(f"'{kind}'" for kind in sorted(POINTER_MOVES))
        until = instant.astimezone(UTC).isoformat()
        wanted = (
            f"{_of(model_name)} AND kind IN ({moves})"
            f" AND decided_at <= to_timestamp_micros('{until}')"
        )
        table = self._snapshot()
        seq = _selected("max(seq) AS seq", wanted, table).column("seq").to_pylist()[0]
        if seq is None:
            return None
        return self._rows(table, f"{_of(model_name)} AND seq = {seq}")[0]

    def all_rows(self) -> dict[str, list[LedgerRow]]:
        """Return the rows of every model, each ordered by seq."""
        grouped: dict[str, list[LedgerRow]] = {}
        for row in self._rows(self._snapshot(), "ORDER BY model_name, seq"):
            grouped.setdefault(row.model_name, []).append(row)
        return grouped

    def append(self, row: LedgerRow) -> None:
        """Append exactly this row after the one it names; see `ports.Ledger`."""
        import pyarrow as pa

        from fire_risk_assets.adapters.delta_growth import grow
        from fire_risk_assets.core.tables.registry_status import REGISTRY_STATUS

        # Its own: the append below is refused when another came between, in this process too.
        table = self._required(opened(self.root / TABLE))
        require_writable(self.root / TABLE)
        with delta_facts("Table registry_status"):
            try:
                grow(REGISTRY_STATUS, table)
            except CommitFailedError as cause:
                raise HeadMoved("Another promoter wrote while the table gained columns.") from cause
        require_columns(TABLE, table, REGISTRY_STATUS.schema.names, exactly=True)
        app = _app(row.model_name)
        last = table.transaction_version(app) or 0
        if last != row.seq - 1:
            raise HeadMoved(f"{row.model_name} is at seq {last}; the row was made for {row.seq}.")
        values = {column: [getattr(row, column)] for column in REGISTRY_STATUS.schema.names}
        commit = CommitProperties(app_transactions=[Transaction(app, row.seq)])
        with delta_facts("Table registry_status"):
            try:
                write_deltalake(
                    table,
                    pa.table(values, schema=REGISTRY_STATUS.schema),
                    mode="append",
                    commit_properties=commit,
                )
            except CommitFailedError as cause:
                raise HeadMoved(f"Another promoter of {row.model_name} was first.") from cause

    def make_durable(self, row: LedgerRow) -> None:
        """Flush the commit that wrote the row, and all before it that nobody has flushed.

        Neither engine calls fsync; without it a power cut can keep the MLflow alias (SQLite does
        sync) and lose the row that explains it, or one that it follows, whose writer was killed
        before he flushed it. Looks back over the newest commits; older ones the system has
        written back by itself. The row's own commit is flushed whoever flushed it before: the
        checkpoint that belongs to it may have come later.
        """
        folder, newest = self.root / TABLE, self._snapshot().version()
        if not isinstance(folder, Path):
            # An object store keeps what it has acknowledged.
            return
        flushed, found = flushed_until(folder), False
        with delta_facts("Table registry_status"):
            for version in range(newest, max(newest - DURABLE_COMMITS, -1), -1):
                if (found and version <= flushed) or not log_of(folder, version).exists():
                    break
                done = entries(folder, version)
                mine = any(_wrote(entry, row) for entry in done)
                if mine or version > flushed:
                    flush_commit(folder, version, done)
                found = found or mine
        mark_flushed(folder, newest)

    def compact(self) -> bool:
        """Rewrite the small files as one when there are many; tell whether it was done."""
        if len(self._snapshot().file_uris()) < self.compact_at_files:
            return False
        table = self._required(opened(self.root / TABLE))
        before = table.version()
        with delta_facts("Table registry_status"):
            table.optimize.compact()
            table.create_checkpoint()
            # What now stands for rows that were durable before it replaced their files. An append
            # of another process may be the newest commit by now, so all since are flushed.
            if isinstance(folder := self.root / TABLE, Path):
                flush_commits(folder, after=before, until=table.version())
        return True

    def _snapshot(self) -> DeltaTable:
        return self._required(self._opened.newest(self.root / TABLE))

    def _required(self, table: DeltaTable | None) -> DeltaTable:
        if table is None:
            raise TableMissing(
                f"There is no registry_status table under {self.root}.",
                remedy="Every home has one from its start: restore lake/registry_status from a"
                " backup.",
            )
        return table

    def _look(self, table: DeltaTable) -> _Look:
        """Version and files of a snapshot: a file edited by hand must not pass for the one read.

        Asking an object store about each would take longer than reading them.
        """
        if not isinstance(self.root, Path):
            return table.version(), *table.file_uris()
        with delta_facts("Table registry_status"):
            found = [(uri, Path(unquote(uri)).stat()) for uri in table.file_uris()]
        return table.version(), *((uri, at.st_size, at.st_mtime_ns) for uri, at in found)

    def _rows(self, table: DeltaTable, which: str) -> list[LedgerRow]:
        found = _selected("*", which, table)
        nulls = [None] * found.num_rows
        columns: dict[str, list[Any]] = {
            name: list(found.column(name).to_pylist()) if name in found.schema.names else nulls
            for name in COLUMNS
        }
        for name in INSTANTS:
            columns[name] = [at and at.replace(tzinfo=UTC) for at in columns[name]]
        values = zip(*columns.values(), strict=True)
        return [LedgerRow(**dict(zip(columns, row, strict=True))) for row in values]


def _selected(what: str, which: str, table: DeltaTable) -> "Table":
    # DataFusion and arro3, both in delta-rs: pyarrow with numpy would take longer to import
    # than all the rest of `fire-risk status`.
    # Not with foreign columns: a hash covers what this version would not see.
    require_columns(TABLE, table, COLUMNS, optional=OPTIONAL, exactly=True)
    query = f"SELECT {what} FROM ledger {which}"  # noqa: S608
    with delta_facts("Table registry_status"):
        return QueryBuilder().register("ledger", table).execute(query).read_all()


def _of(model_name: str) -> str:
    # A checked name cannot hold a quote.
    return f"WHERE model_name = '{checked_name(model_name)}'"


def _wrote(entry: dict[str, Any], row: LedgerRow) -> bool:
    written = entry.get("txn", {})
    return written.get("appId") == _app(row.model_name) and written.get("version") == row.seq


def _app(model_name: str) -> str:
    return f"registry:{model_name}"
