"""Rows of a Delta table in parts, for what does not fit memory: read so, and appended so.

Through pyarrow's own dataset over the table's files; see `delta_tables` for why not deltalake's.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from urllib.parse import unquote

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds
from deltalake import CommitProperties, DeltaTable, Transaction, write_deltalake

ROWS_AT_ONCE = 2**17
READ_AHEAD = 2
"""Parts, and files, that are decoded while the last one is worked on."""


def parts_of(
    source: DeltaTable, *, stored: pa.Schema, columns: list[str], where: pc.Expression | None
) -> Iterator[pa.RecordBatch]:
    """Return the rows of a table in parts of at most ROWS_AT_ONCE."""
    files = [unquote(uri) for uri in source.file_uris()]
    if not files:
        return
    scanner = ds.dataset(files, schema=stored, format="parquet").scanner(
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

    Raises:
        Exception: what the iterable raised, as it was; nothing is committed.
        CommitFailedError: another process made a commit of that name since `target` was opened.
    """
    with _errors_as_raised(rows) as guarded:
        write_deltalake(
            target,
            pa.RecordBatchReader.from_batches(schema, guarded),
            mode="append",
            commit_properties=CommitProperties(app_transactions=[Transaction(name, 1)]),
        )


@contextmanager
def _errors_as_raised(rows: Iterable[pa.Table]) -> Iterator[Iterator[pa.RecordBatch]]:
    """Give the batches to a writer that is not Python; its own words for our errors are lost."""
    raised: list[Exception] = []

    def batches() -> Iterator[pa.RecordBatch]:
        try:
            for part in rows:
                yield from part.to_batches()
        except Exception as error:
            raised.append(error)
            raise

    try:
        yield batches()
    except Exception:
        if raised:
            raise raised[0] from None
        raise
