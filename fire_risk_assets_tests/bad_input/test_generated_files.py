"""Files nobody thought of: none crashes the border, none loses a row or reads it as another."""

import io
import shutil
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fire_risk_assets.adapters.landing import LandingFile, Limits
from fire_risk_assets.core.border.check import check
from fire_risk_assets.core.border.header import recognise
from fire_risk_assets.core.border.terms import Terms
from fire_risk_assets.core.border.uci import check_uci
from fire_risk_assets.errors import FileRejected
from fire_risk_assets_tests.bad_input.generated import damaged, tables, texts

NOW = datetime(2026, 9, 28, tzinfo=UTC)


def _checked(content: bytes, name: str, timezone: str, limits: Limits):
    folder = Path(tempfile.mkdtemp())
    try:
        path = folder / name
        path.write_bytes(content)
        source = LandingFile(path, limits=limits)
        sha, header = source.sha256(), recognise(source.header())
        arguments = {
            "terms": Terms(now=NOW, timezone=timezone),
            "file_sha256": sha,
            "file_name": source.name,
            "raw_lines": source.raw_lines,
            "stored": _nothing_stored,
        }
        kind = header.layout.kind
        if kind == "uci":
            return check_uci(source.chunks(header), **arguments)
        return check(source.chunks(header), kind=kind, **arguments)
    finally:
        shutil.rmtree(folder)


def _nothing_stored(table, offered) -> pa.Table:
    schema = table.schema.append(pa.field("batch_seq", pa.int64()))
    return schema.empty_table()


def _as_the_text_says(found, content):
    text = content.decode().removeprefix("\ufeff")
    for line, raw in zip(
        found.quarantined["line"].to_pylist(), found.quarantined["raw"].to_pylist(), strict=True
    ):
        assert raw == text.split("\n")[line - 1].removesuffix("\r")


def _as_the_table_says(found, content):
    """Every accepted value stands in the column it is said to be from; times by whole numbers."""
    offered = pq.read_table(io.BytesIO(content))
    assert found.read == offered.num_rows
    for rows in found.rows.values():
        for name in set(rows.column_names) & set(offered.column_names):
            column = offered[name]
            if pa.types.is_floating(column.type) or pa.types.is_integer(column.type):
                known = {_written(each, column.type) for each in column.to_pylist()}
                assert set(rows[name].to_pylist()) <= known
            elif pa.types.is_timestamp(column.type):
                known = {_microseconds(each, column.type.unit) for each in _numbers(column)}
                assert set(_numbers(rows[name])) <= known | {_now_if_null(column)}


def _written(value, kind):
    """The double that the shortest text of a value of this type means."""
    # Of half floats all digits are written.
    if value is None or pa.types.is_integer(kind) or pa.types.is_float16(kind):
        return None if value is None else float(value)
    return float(str(kind.to_pandas_dtype()(value)))


def _numbers(column):
    return column.cast(pa.timestamp(column.type.unit)).cast(pa.int64()).to_pylist()


def _microseconds(number, unit):
    if number is None or unit != "ns":
        return None if number is None else number * {"s": 10**6, "ms": 10**3, "us": 1}[unit]
    # What is below a microsecond is cut off, before 1970 too.
    return number // 1000 if number >= 0 else -(-number // 1000)


def _now_if_null(column):
    """A row that does not say when it was known was known now."""
    return int(NOW.timestamp()) * 10**6 if column.null_count else None


FILES = {
    "csv": ("file.csv", texts(), _as_the_text_says),
    "parquet": ("file.parquet", tables(), _as_the_table_says),
    "damaged": ("file.parquet", damaged(), None),
    "bytes": ("file.csv", st.binary(max_size=200), None),
}
BLOCKS = {"csv": [16, 64, 4096, 4096], "parquet": [16, 4096], "damaged": [4096], "bytes": [64]}


def try_files(kind, examples):
    """Every file of a kind is refused by name, or its rows add up and are what it says."""
    name, contents, as_offered = FILES[kind]
    # A time of Parquet without a zone is compared as a number: its zone must be UTC.
    zones = ["UTC", "Europe/Lisbon", "Pacific/Apia"] if kind == "csv" else ["UTC"]

    @settings(max_examples=examples, deadline=None)
    @given(contents, st.sampled_from(zones), st.sampled_from(BLOCKS[kind]))
    def law(content, timezone, block_bytes):
        try:
            limits = Limits(block_bytes=block_bytes, line_bytes=512)
            found = _checked(content, name, timezone, limits)
        except FileRejected as refusal:
            assert refusal.code
            assert refusal.remedy
            return
        assert kind != "bytes", "no header, yet accepted"
        assert found.read == found.accepted + found.quarantined.num_rows
        assert sum(found.reasons.values()) == found.quarantined.num_rows
        lines = found.quarantined["line"].to_pylist()
        assert lines == sorted(set(lines))
        if as_offered is not None:
            as_offered(found, content)

    law()


@pytest.mark.parametrize(
    ("kind", "examples"), [("csv", 300), ("parquet", 300), ("damaged", 300), ("bytes", 150)]
)
def test_every_generated_file_is_refused_or_adds_up(kind, examples):
    try_files(kind, examples)


@pytest.mark.soak
@pytest.mark.timeout(3600)
@pytest.mark.parametrize(
    ("kind", "examples"),
    [("csv", 20_000), ("parquet", 15_000), ("damaged", 40_000), ("bytes", 25_000)],
)
def test_a_hundred_thousand_generated_files_are_refused_or_add_up(kind, examples):
    try_files(kind, examples)
