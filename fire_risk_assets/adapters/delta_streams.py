"""Rows of a Delta table in parts, for what does not fit memory: read so, and appended so.

Through pyarrow's own dataset over the table's files; see `delta_tables` for why not deltalake's.
"""

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from queue import Empty, Queue
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds
from deltalake import CommitProperties, DeltaTable, Transaction, WriterProperties, write_deltalake

if TYPE_CHECKING:
    from pyarrow.fs import FileSystem

ROWS_AT_ONCE = 2**17
AS_WRITTEN = WriterProperties(max_row_group_size=ROWS_AT_ONCE, dictionary_page_size_limit=2**16)
"""Of every file of rows. A reader decodes whole groups, so one that wants a few days is not made to
decode a year of them. A short dictionary is given up early by a column whose values are all
different: with the default one a large write takes twice as long, for files a seventh smaller."""

READ_AHEAD = 2
"""Parts, and files, that are decoded while the last one is worked on."""


def parts_of(
    files: list[str],
    on: "FileSystem | None",
    *,
    stored: pa.Schema,
    columns: list[str],
    where: pc.Expression | None,
) -> Iterator[pa.RecordBatch]:
    """Return the rows of some files in parts of at most ROWS_AT_ONCE; `on`: see `data_files`."""
    if not files:
        return
    scanner = ds.dataset(files, schema=stored, format="parquet", filesystem=on).scanner(
        columns=columns,
        filter=where,
        batch_size=ROWS_AT_ONCE,
        batch_readahead=READ_AHEAD,
        fragment_readahead=READ_AHEAD,
    )
    yield from scanner.to_batches()


def commit_parts(
    target: DeltaTable, rows: Iterable[pa.Table], *, schema: pa.Schema, name: str
) -> None:
    """Write the parts as they come, and make one commit of that name of them.

    The parts are made here and written by a thread: the writer asks for them inside a runtime of
    its own, where nothing may call delta-rs again; and whoever waits inside it hears no Ctrl-C.

    Raises:
        Exception: what the iterable raised, as it was; nothing is committed.
        CommitFailedError: another process made a commit of that name since `target` was opened.
    """
    handed: Queue[pa.RecordBatch | _Stopped | None] = Queue(READ_AHEAD)
    with ThreadPoolExecutor(1) as pool:
        written = pool.submit(
            write_deltalake,
            target,
            pa.RecordBatchReader.from_batches(schema, _taken(handed)),
            mode="append",
            writer_properties=AS_WRITTEN,
            commit_properties=CommitProperties(app_transactions=[Transaction(name, 1)]),
        )
        # A writer that ended early takes nothing more; what waits to be taken must not hold us up.
        written.add_done_callback(lambda _: _emptied(handed))
        try:
            for batch in (batch for part in rows for batch in part.to_batches()):
                if written.done():
                    break
                handed.put(batch)
        except BaseException:
            handed.put(_Stopped())
            raise
        if not written.done():
            handed.put(None)
        written.result()


class _Stopped(Exception):
    """Tells the writer that no more parts will come, and not to commit those he has."""


def _taken(handed: "Queue[pa.RecordBatch | _Stopped | None]") -> Iterator[pa.RecordBatch]:
    while (item := handed.get()) is not None:
        if isinstance(item, _Stopped):
            raise item
        yield item


def _emptied(handed: "Queue[Any]") -> None:
    with suppress(Empty):
        while True:
            handed.get_nowait()
