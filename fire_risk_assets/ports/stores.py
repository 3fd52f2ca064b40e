"""What is kept: tables, the ledger, references."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    import pyarrow as pa

    from fire_risk_assets.core.ledger.row import LedgerRow
    from fire_risk_assets.core.tables.spec import TableSpec

Condition = tuple[str, str, Any]
"""(column, one of == != < <= > >= in, value)."""


class TableStore(Protocol):
    """Append-only tables.

    `append` is atomic: all rows of one call become readable together or none does. A reader never
    sees half a call. An acknowledged append is in every later read.
    """

    def append(self, table: TableSpec, rows: pa.Table, *, after: int | None = None) -> int:
        """Append rows (columns of `table.schema`, any order) and return the table's new version.

        A table older than some of its columns gains them first, if these may be null.

        Args:
            table: The table.
            rows: What is appended.
            after: What `appends` said before the table was looked at; counts this append too. None:
                whatever was appended meanwhile, and not counted.

        Raises:
            HomeOfOtherVersion: it lacks others, or has columns that are none of `table`.
            StoreBusy: other counted appends came since `after`; nothing was written.
            StorageFull, StoreBroken, ForeignWriter, HomeUnusable.
        """
        ...

    def appends(self, table: TableSpec) -> int:
        """Return how many counted appends the table has had, 0 before the first."""
        ...

    def append_once(self, table: TableSpec, rows: Iterable[pa.Table], *, name: str) -> bool:
        """Append all rows in one commit, unless one of that name was made; tell whether it was.

        They are taken one after the other and never held together. An error of the iterable is
        raised as it is, and nothing of it can be read.

        Args:
            table: The table.
            rows: Parts of what is appended, columns of `table.schema` in its order.
            name: Of the commit, kept with the table for ever.

        Raises:
            HomeOfOtherVersion, StorageFull, StoreBusy, StoreBroken, ForeignWriter, HomeUnusable:
                as `append`; StoreBusy where another process made a commit of that name meanwhile.
        """
        ...

    def read(
        self,
        table: TableSpec,
        *,
        columns: Sequence[str] | None = None,
        where: Sequence[Condition] = (),
    ) -> pa.Table:
        """Return the rows fulfilling every condition; an empty table before the first append.

        Rows older than a column are null there.

        Raises:
            HomeOfOtherVersion: a column is missing that must not be null.
            StoreBroken, HomeUnusable.
        """
        ...

    def stream(
        self, table: TableSpec, *, columns: Sequence[str], where: Sequence[Condition] = ()
    ) -> Iterator[pa.Table]:
        """Return what `read` does in parts of bounded size, in no order.

        Raises:
            HomeOfOtherVersion, StoreBroken, HomeUnusable: as `read`.
        """
        ...

    def stored_schema(self, table: TableSpec) -> pa.Schema | None:
        """Return the columns the table has; `read` shows those it should have.

        Text of any width is `string`. None before the first append.
        """
        ...

    def null_counts(self, table: TableSpec, columns: Sequence[str]) -> tuple[int, dict[str, int]]:
        """Return the number of rows, and of nulls in each of these stored columns."""
        ...

    def newest(self, table: TableSpec, column: str) -> datetime | None:
        """Return the greatest instant of a column without reading it, None where that is unknown.

        It may be told a little too early, never too late.
        """
        ...

    def version(self, table: TableSpec) -> int | None:
        """Return the table's newest version, None before the first append."""
        ...

    def missing_files(self, table: TableSpec) -> list[str]:
        """Return the data files that the newest version names and that are not there, by name.

        [] before the first append.

        Raises:
            StoreBroken: its log cannot be read.
        """
        ...

    def make_durable(self, table: TableSpec) -> None:
        """Make sure that what the table holds outlives a power cut, whoever wrote it.

        Appended rows are; whoever finds rows of a writer that was killed cannot know it of them.
        """
        ...

    def compact(self, table: TableSpec) -> bool:
        """Merge small files when there are many; no row changes. Tell whether it was done."""
        ...

    def writer(self, table: TableSpec) -> str | None:
        """Return the one engine that writes the table, None before it exists."""
        ...

    def take_over(self, table: TableSpec) -> bool:
        """Make the engine in force the one that writes the table; no row changes.

        Not while the other engine may be writing. Tell whether it was another's.

        Raises:
            ForeignWriter: it uses a feature of Delta's that this or the other engine misreads.
        """
        ...


class Ledger(Protocol):
    """`registry_status`. Rows are never changed; an acknowledged row is in every later read."""

    def rows(self, model_name: str) -> list[LedgerRow]:
        """Return the rows of one model ordered by seq, from one snapshot.

        Raises:
            TableMissing: the ledger was never created.
        """
        ...

    def serving_at(self, model_name: str, instant: datetime) -> LedgerRow | None:
        """Return what `fold.serving_at` says of the model's rows, without reading them all.

        Raises:
            TableMissing: the ledger was never created.
        """
        ...

    def all_rows(self) -> dict[str, list[LedgerRow]]:
        """Return the rows of every model, each ordered by seq, from one snapshot."""
        ...

    def append(self, row: LedgerRow) -> None:
        """Append the row if the model's newest seq is `row.seq - 1`, atomically.

        Any exception but HeadMoved means *unknown*: the row may have been written.

        Raises:
            HeadMoved: the model has another head, or another writer was first; the row was not
                written.
        """
        ...

    def make_durable(self, row: LedgerRow) -> None:
        """Return only when the row would survive a power cut."""
        ...

    def compact(self) -> bool:
        """Merge small files when there are many; no row changes. Tell whether it was done."""
        ...


class References(Protocol):
    """Documents by model, cycle and name; written whole or not at all; a rewrite replaces."""

    def save(self, model: str, cycle_id: str, name: str, document: Mapping[str, Any]) -> None:
        """Store a JSON document."""
        ...

    def load(self, model: str, cycle_id: str, name: str) -> dict[str, Any] | None:
        """Return the document, or None when there is none."""
        ...

    def forget(self, model: str, cycle_id: str, name: str) -> None:
        """Remove a document, if it is there."""
        ...

    def find(self, model: str, prefix: str) -> list[tuple[str, str]]:
        """Return (cycle_id, name) of a model's documents whose name begins so."""
        ...
