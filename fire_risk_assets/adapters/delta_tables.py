"""Data tables on delta-rs: create, append, read.

One commit an append, so that all of its rows become readable together. Reads go through
`pyarrow.parquet` over the table's file list: the pyarrow dataset that deltalake offers aborts the
interpreter at exit in one of ten to twenty short processes.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from deltalake import DeltaTable, write_deltalake

from fire_risk_assets.adapters.delta_errors import (
    delta_facts,
    require_columns,
    require_writable,
)
from fire_risk_assets.adapters.delta_filters import expression_of, may_be_null, small_files
from fire_risk_assets.adapters.delta_growth import grow, readable_columns, stored_columns
from fire_risk_assets.adapters.delta_streams import AS_WRITTEN, commit_parts, parts_of
from fire_risk_assets.adapters.delta_writers import (
    COUNTED,
    DELTA_RS,
    WRITER,
    counted,
    due_writer,
    refuse_features,
    refuse_foreign,
    writer_of,
)
from fire_risk_assets.adapters.durable import flush_commits
from fire_risk_assets.adapters.lake import Place, absent, data_files, options_of
from fire_risk_assets.adapters.open_tables import OpenTables, opened
from fire_risk_assets.core.tables.spec import TableSpec
from fire_risk_assets.ports import Condition

COMPACT_BYTES = 32 * 2**20
"""A file as large as this is left alone."""
_append = partial(write_deltalake, mode="append", writer_properties=AS_WRITTEN)


@dataclass(frozen=True, slots=True)
class DeltaTables:
    """Implements `ports.TableStore` for the local engine.

    Attributes:
        root: Where the lake is, one folder a table.
        engine: The engine in force; a table stamped with another writer is not written.
        compact_at_files: Files cost, not rows: each adds half a millisecond to every read, and a
            new day of weather reads fourteen times.
        stamp: Properties of each table it makes, beside the table's own.
    """

    root: Place
    engine: str = DELTA_RS
    compact_at_files: int = 12
    stamp: Mapping[str, str] = field(default_factory=dict, hash=False)
    _opened: OpenTables = field(default_factory=OpenTables, init=False, repr=False, compare=False)

    def prepare(self, table: TableSpec) -> None:
        """Create the table when it is missing. Not for several processes at once: bootstrap."""
        self._grow(table, opened(self.root / table.name) or self._created(table))

    def _created(self, table: TableSpec) -> DeltaTable:
        ours = {"delta.appendOnly": "true", WRITER: due_writer(table, self.engine)}
        with delta_facts(f"Table {table.name}"):
            place = self.root / table.name
            created = DeltaTable.create(
                str(place),
                schema=table.schema,
                storage_options=options_of(place),
                description=table.description,
                configuration={**ours, **table.properties, **self.stamp},
                raise_if_key_not_exists=False,
            )
            self._flush(table, after=-1, until=created.version())
        return created

    def _grow(self, table: TableSpec, target: DeltaTable) -> None:
        if writer_of(target) == due_writer(table, self.engine):
            self._committed(table, target, partial(grow, table))

    def append(self, table: TableSpec, rows: pa.Table, *, after: int | None = None) -> int:
        """Append in one commit; see `ports.TableStore`."""
        ordered = rows.select(table.schema.names).cast(table.schema)

        def commit(target: DeltaTable) -> None:
            _append(target, ordered, commit_properties=counted(table, target, after))

        return self._committed(table, self._writable(table), commit)

    def _committed(
        self, table: TableSpec, target: DeltaTable, commit: Callable[[DeltaTable], None]
    ) -> int:
        """Change the table, flush the commits that were made of it, and return its version."""
        before = target.version()
        with delta_facts(f"Table {table.name}"):
            commit(target)
            # Before anything is recorded that rests on it.
            self._flush(table, after=before, until=target.version())
        return int(target.version())

    def append_once(self, table: TableSpec, rows: Iterable[pa.Table], *, name: str) -> bool:
        """Append in one commit that carries the name as a transaction; see `ports.TableStore`."""
        target = self._writable(table)
        if target.transaction_version(name) is not None:
            return False

        def commit(target: DeltaTable) -> None:
            commit_parts(target, rows, schema=table.schema, name=name)

        self._committed(table, target, commit)
        return True

    def _writable(self, table: TableSpec) -> DeltaTable:
        target = opened(self.root / table.name) or self._created(table)
        refuse_foreign(table, target, self.engine)
        require_writable(self.root / table.name)
        self._grow(table, target)
        require_columns(table.name, target, table.schema.names, exactly=True)
        return target

    def read(
        self,
        table: TableSpec,
        *,
        columns: Sequence[str] | None = None,
        where: Sequence[Condition] = (),
    ) -> pa.Table:
        """Read the newest version; see `ports.TableStore`."""
        wanted = list(columns or table.schema.names)
        schema = pa.schema([table.schema.field(name) for name in wanted])
        source = self._readable(table, wanted, where)
        if source is None:
            return schema.empty_table()
        with delta_facts(f"Table {table.name}"):
            files, on = data_files(self.root / table.name, source)
            if not files:
                return schema.empty_table()
            rows = pq.read_table(
                files,
                filesystem=on,
                columns=wanted,
                # Of no file: the first may be older than a column.
                schema=readable_columns(table, source),
                filters=expression_of(table, where),
            )
            return rows.cast(schema)

    def stream(
        self, table: TableSpec, *, columns: Sequence[str], where: Sequence[Condition] = ()
    ) -> Iterator[pa.Table]:
        """Read the newest version in parts; see `ports.TableStore`."""
        schema = pa.schema([table.schema.field(name) for name in columns])
        source = self._readable(table, columns, where)
        if source is None:
            return
        with delta_facts(f"Table {table.name}"):
            parts = parts_of(
                *data_files(self.root / table.name, source),
                stored=readable_columns(table, source),
                columns=list(columns),
                where=expression_of(table, where),
            )
            for part in parts:
                yield pa.Table.from_batches([part]).cast(schema)

    def _readable(
        self, table: TableSpec, columns: Sequence[str], where: Sequence[Condition]
    ) -> DeltaTable | None:
        source = self._open(table)
        if source is not None:
            used = {*columns, *(column for column, _, _ in where)}
            optional = [column.name for column in table.columns if column.nullable]
            require_columns(table.name, source, used, optional=optional)
        return source

    def stored_schema(self, table: TableSpec) -> pa.Schema | None:
        """Return the table's own columns; see `ports.TableStore`."""
        source = self._open(table)
        if source is None:
            return None
        with delta_facts(f"Table {table.name}"):
            return stored_columns(source)

    def null_counts(self, table: TableSpec, columns: Sequence[str]) -> tuple[int, dict[str, int]]:
        """Count column by column, so that no more than one is in memory; see `ports.TableStore`.

        Reads only files that have room for a null in the column, as ours have none where none may
        be. Not through `read`: its cast refuses the nulls to be counted.
        """
        source, stored = self._open(table), self.stored_schema(table)
        if source is None or stored is None:
            return 0, dict.fromkeys(columns, 0)
        require_columns(table.name, source, columns)
        counts = dict.fromkeys(columns, 0)
        with delta_facts(f"Table {table.name}"):
            found, on = data_files(self.root / table.name, source)
            footers = {file: pq.read_metadata(file, filesystem=on) for file in found}
            for name in columns:
                files = [f for f, footer in footers.items() if may_be_null(name, footer.schema)]
                # With its schema, since a file older than the column holds nothing but nulls.
                field = pa.schema([stored.field(name).with_nullable(nullable=True)])
                if files:
                    rows = pq.read_table(files, filesystem=on, schema=field)
                    counts[name] = rows[name].null_count
        return sum(footer.num_rows for footer in footers.values()), counts

    def newest(self, table: TableSpec, column: str) -> datetime | None:
        """Return what the log tells of the files, to the millisecond; see `ports.TableStore`."""
        source = self._open(table)
        if source is None:
            return None
        with delta_facts(f"Table {table.name}"):
            files = pa.table(source.get_add_actions(flatten=True))
        told = f"max.{column}"
        newest = pc.max(files[told]).as_py() if told in files.column_names else None
        return newest if isinstance(newest, datetime) else None

    def missing_files(self, table: TableSpec) -> list[str]:
        """Look for each file; see `ports.TableStore`."""
        source = self._open(table)
        with delta_facts(f"Table {table.name}"):
            return [] if source is None else absent(*data_files(self.root / table.name, source))

    def version(self, table: TableSpec) -> int | None:
        """Return the newest version, None before the table exists."""
        source = self._open(table)
        return None if source is None else int(source.version())

    def compact(self, table: TableSpec) -> bool:
        """Merge small files and forget replaced ones of a week ago; see `ports.TableStore`."""
        held = self._open(table)
        if held is None or small_files(held, below=COMPACT_BYTES) < self.compact_at_files:
            return False
        target = opened(self.root / table.name)
        if target is None:
            return False
        refuse_foreign(table, target, self.engine)
        before = target.version()
        with delta_facts(f"Table {table.name}"):
            self._merge(table, target)
            merged = target.version()
            self._flush(table, after=before, until=merged)
            # After the flush: what it removes is what the merged files stand for.
            self._vacuum(table, target)
            self._flush(table, after=merged, until=target.version())
        return merged > before

    def _merge(self, table: TableSpec, target: DeltaTable) -> None:
        target.optimize.compact(target_size=COMPACT_BYTES, writer_properties=AS_WRITTEN)
        target.create_checkpoint()

    def _vacuum(self, table: TableSpec, target: DeltaTable) -> None:
        target.vacuum(dry_run=False)

    def appends(self, table: TableSpec) -> int:
        """Return the number of the last counted append; see `ports.TableStore`."""
        source = self._open(table)
        return 0 if source is None else source.transaction_version(COUNTED) or 0

    def make_durable(self, table: TableSpec) -> None:
        """Flush what a writer was killed before he flushed; see `ports.TableStore`."""
        if (version := self.version(table)) is not None:
            with delta_facts(f"Table {table.name}"):
                self._flush(table, after=version, until=version)

    def writer(self, table: TableSpec) -> str | None:
        """Return who writes the table; see `ports.TableStore`."""
        source = self._open(table)
        return None if source is None else writer_of(source)

    def take_over(self, table: TableSpec) -> bool:
        """Stamp the table with this engine; see `ports.TableStore`."""
        target, ours = opened(self.root / table.name), due_writer(table, self.engine)
        if target is None or writer_of(target) == ours:
            return False
        refuse_features(table, target)
        require_writable(self.root / table.name)

        def stamp(target: DeltaTable) -> None:
            target.alter.set_table_properties({WRITER: ours}, raise_if_not_exists=False)

        self._committed(table, target, stamp)
        return True

    def _flush(self, table: TableSpec, *, after: int, until: int) -> None:
        # An object store keeps what it has acknowledged.
        if isinstance(folder := self.root / table.name, Path):
            flush_commits(folder, after=after, until=until)

    def _open(self, table: TableSpec) -> DeltaTable | None:
        return self._opened.newest(self.root / table.name)
