"""Lines to cells: CSV in blocks, every cell as text, every row either whole or named malformed.

pyarrow parses the cells. It is asked only after the shape of each line was established from the
bytes (separators outside quotes, quotes in their places), because by itself it accepts a quote in
mid-cell, joins lines over an unclosed quote, and gives no line numbers.
"""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.csv as pacsv

from fire_risk_assets.adapters.landing_limits import Limits
from fire_risk_assets.adapters.landing_text import Block, blocks
from fire_risk_assets.core.border.header import Header
from fire_risk_assets.core.border.source import LINE, Malformed, RawChunk
from fire_risk_assets.errors import FileRejected

_COMMA, _QUOTE, _FEED, _RETURN, _BLANK = (ord(mark) for mark in ',"\n\r ')


def header(stream: BinaryIO, limits: Limits, *, gzipped: bool) -> tuple[str, ...]:
    """Return the cells of the first line that is not blank.

    Raises:
        FileRejected: nothing but blank lines, an unclosed quote, or bytes that are no text.
    """
    for block in blocks(stream, limits, gzipped=gzipped):
        at = _header_index(block)
        if at is not None:
            line = block.line(at)
            if line.count(b'"') % 2 == 1:
                raise _unclosed(block.first_line + at)
            return tuple(next(csv.reader([line.decode()])))
    raise FileRejected("empty_file", "The file holds nothing but blank lines.")


def chunks(
    stream: BinaryIO, header: Header, limits: Limits, *, gzipped: bool
) -> Iterator[RawChunk]:
    """Yield the rows below the header.

    Raises:
        FileRejected: as `landing_text.blocks`; an unclosed quote; a comma after every row.
    """
    started, rows, trailing = False, 0, 0
    for block in blocks(stream, limits, gzipped=gzipped):
        skip = 0
        notes = {"byte_order_mark": int(block.marked)}
        if not started:
            at = _header_index(block)
            if at is None:
                yield RawChunk(_no_cells(header), notes={"blank_lines": len(block.ends), **notes})
                continue
            started, skip = True, at + 1
            notes |= {"blank_lines": at, "header_blanks": header.trimmed}
        shape = _shape(block, skip, len(header.columns))
        rows += len(shape.whole) + len(shape.malformed)
        trailing += shape.trailing
        notes["blank_lines"] = notes.get("blank_lines", 0) + shape.blank
        yield RawChunk(_cells(block, shape, skip, header), shape.malformed, notes)
    if rows and trailing == rows:
        raise FileRejected(
            "trailing_comma", "Every row ends with one comma more than the header has."
        )


def raw_lines(stream: BinaryIO, lines: Sequence[int], limits: Limits, *, gzipped: bool) -> pa.Array:
    """Return the text of ascending line numbers."""
    wanted = np.asarray(lines, dtype=np.int64)
    found: list[str] = []
    for block in blocks(stream, limits, gzipped=gzipped):
        low, high = np.searchsorted(wanted, [block.first_line, block.first_line + len(block.ends)])
        found += [block.line(int(at - block.first_line)).decode() for at in wanted[low:high]]
    return pa.array(found, pa.string())


@dataclass(frozen=True, slots=True)
class _Shape:
    """Which lines of a block are rows.

    Attributes:
        whole: Positions of lines with as many cells as the header.
        malformed: The other rows.
        trailing: How many of those are one cell too long, the last one empty.
        blank: Lines that are no rows.
    """

    whole: np.ndarray
    malformed: tuple[Malformed, ...]
    trailing: int
    blank: int


def _shape(block: Block, skip: int, width: int) -> _Shape:
    text = np.frombuffer(block.text, dtype=np.uint8)
    ends = block.ends
    starts = np.concatenate([[0], ends[:-1] + 1])
    commas = np.flatnonzero(text == _COMMA)
    misquoted = np.zeros(len(ends), dtype=bool)
    if b'"' in block.text:
        commas, misquoted = _outside_quotes(text, commas, ends, block.first_line)
    cells = np.searchsorted(commas, ends) - np.searchsorted(commas, starts) + 1
    due = np.arange(len(ends)) >= skip
    blank = due & (cells == 1)
    if blank.any():
        blank &= _is_blank(text, starts, ends)
    due &= ~blank
    bad = due & (misquoted | (cells != width))
    before = text[np.maximum(ends - 1, 0)]
    last = np.where(before == _RETURN, text[np.maximum(ends - 2, 0)], before)
    trailing = bad & (cells == width + 1) & (last == _COMMA)
    malformed = []
    for at in np.flatnonzero(bad).tolist():
        shape = "short_row" if cells[at] < width else "long_row"
        code = "misquoted_row" if misquoted[at] else shape
        malformed.append(Malformed(block.first_line + at, code))
    whole = np.flatnonzero(due & ~bad)
    return _Shape(whole, tuple(malformed), int(trailing.sum()), int(blank.sum()))


def _outside_quotes(
    text: np.ndarray, commas: np.ndarray, ends: np.ndarray, first_line: int
) -> tuple[np.ndarray, np.ndarray]:
    """Return the commas outside quotes, and per line whether a quote stands in a wrong place."""
    quotes = np.flatnonzero(text == _QUOTE)
    line_of = np.searchsorted(ends, quotes)
    odd = np.bincount(line_of, minlength=len(ends)) % 2 == 1
    if odd.any():
        raise _unclosed(first_line + int(odd.argmax()))
    commas = commas[np.searchsorted(quotes, commas) % 2 == 0]
    opening, closing = quotes[::2], quotes[1::2]
    before = np.where(opening == 0, _FEED, text[opening - 1])
    after = text[closing + 1]
    stray = ~np.isin(before, (_COMMA, _FEED, _QUOTE))
    stray |= ~np.isin(after, (_COMMA, _FEED, _RETURN, _QUOTE))
    misquoted = np.zeros(len(ends), dtype=bool)
    misquoted[line_of[::2][stray]] = True
    return commas, misquoted


def _is_blank(text: np.ndarray, starts: np.ndarray, ends: np.ndarray) -> np.ndarray:
    """Lines of nothing but spaces, tabs and a carriage return."""
    inked = np.flatnonzero((text > _BLANK) & (text != 0x7F))
    return np.searchsorted(inked, ends) == np.searchsorted(inked, starts)


def _cells(block: Block, shape: _Shape, skip: int, header: Header) -> pa.Table:
    names = list(header.columns)
    if not len(shape.whole):
        return _no_cells(header)
    body = _body(block, shape.whole, skip)
    table = pacsv.read_csv(
        pa.BufferReader(body),
        read_options=pacsv.ReadOptions(column_names=names, block_size=body.size + 1),
        parse_options=pacsv.ParseOptions(
            quote_char='"' if b'"' in block.text else False, newlines_in_values=False
        ),
        convert_options=pacsv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False
        ),
    )
    if table.num_rows != len(shape.whole):
        raise FileRejected(
            "unreadable",
            f"Near line {block.first_line} {len(shape.whole)} rows were read as {table.num_rows}.",
        )
    return table.append_column(LINE, pa.array(shape.whole + block.first_line))


def _body(block: Block, whole: np.ndarray, skip: int) -> pa.Buffer:
    """The bytes of the whole rows; usually one slice, since bad rows are few.

    In Arrow's own memory: the last to let go of them is a thread of Arrow's, and one that must
    wait for the interpreter's lock to do so aborts a process that is ending just then.
    """
    out = pa.BufferOutputStream()
    start = int(block.ends[skip - 1]) + 1 if skip else 0
    if len(whole) == len(block.ends) - skip:
        out.write(memoryview(block.text)[start:])
        return out.getvalue()
    gaps = np.flatnonzero(np.diff(whole) > 1)
    firsts = whole[np.concatenate([[0], gaps + 1])]
    lasts = whole[np.concatenate([gaps, [len(whole) - 1]])]
    for first, last in zip(firsts.tolist(), lasts.tolist(), strict=True):
        begin = int(block.ends[first - 1]) + 1 if first else 0
        out.write(block.text[begin : int(block.ends[last]) + 1])
    return out.getvalue()


def _header_index(block: Block) -> int | None:
    for at in range(len(block.ends)):
        if block.line(at).strip(b" \t"):
            return at
    return None


def _no_cells(header: Header) -> pa.Table:
    columns = dict.fromkeys(header.columns, pa.array([], pa.string()))
    return pa.table({**columns, LINE: pa.array([], pa.int64())})


def _unclosed(line: int) -> FileRejected:
    return FileRejected("unclosed_quote", f"Line {line} opens a quotation it does not close.")
