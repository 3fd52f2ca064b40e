"""Bytes to blocks of whole, strictly encoded lines, in bounded memory.

Everything here refuses the file as a whole: what is not text, not UTF-8, not in lines, or larger
than it said. Cells are `landing_csv.py`.
"""

import gzip
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

import numpy as np

from fire_risk_assets.adapters.landing_limits import Limits
from fire_risk_assets.core.wording import as_sentence
from fire_risk_assets.errors import FileRejected

BOM = b"\xef\xbb\xbf"
_FOREIGN = (
    (b"\x1f\x8b", "compressed", "gzip data"),
    (b"PK\x03\x04", "compressed", "a zip archive or spreadsheet"),
    (b"PAR1", "not_text", "a Parquet file"),
    (b"\xff\xfe", "utf16", "UTF-16 text"),
    (b"\xfe\xff", "utf16", "UTF-16 text"),
)


@dataclass(frozen=True, slots=True)
class Block:
    """Whole lines.

    Attributes:
        text: Bytes ending with a line feed, valid UTF-8, no byte order mark.
        ends: Position of each line feed in `text`.
        first_line: 1-based number of the first line in the file.
        marked: Whether a byte order mark was removed (first block only).
    """

    text: bytes
    ends: np.ndarray
    first_line: int
    marked: bool = False

    def line(self, index: int) -> bytes:
        """Return the bytes of a line by its position in the block, without its end."""
        start = int(self.ends[index - 1]) + 1 if index else 0
        return self.text[start : int(self.ends[index])].removesuffix(b"\r")


def blocks(stream: BinaryIO, limits: Limits, *, gzipped: bool) -> Iterator[Block]:
    """Yield the file as blocks of lines.

    Raises:
        FileRejected: compressed or binary data, UTF-16, bytes that are no UTF-8, NUL, carriage
            returns alone, an overlong line, a broken or exploding gzip.
    """
    rest, first_line, marked = b"", 1, False
    for at, piece in enumerate(_pieces(stream, limits, gzipped=gzipped)):
        if at == 0:
            _refuse_foreign(piece)
            marked = piece.startswith(BOM)
            piece = piece.removeprefix(BOM)  # noqa: PLW2901  the mark is no part of the text
        rest += piece
        end = rest.rfind(b"\n") + 1
        if end:
            block = _block(rest[:end], first_line, limits, marked=marked)
            yield block
            first_line, marked, rest = first_line + len(block.ends), False, rest[end:]
        if len(rest) > limits.line_bytes:
            raise _too_long(first_line, limits)
    if rest:
        yield _block(rest + b"\n", first_line, limits, marked=marked)


def _pieces(stream: BinaryIO, limits: Limits, *, gzipped: bool) -> Iterator[bytes]:
    size, read = stream.seek(0, 2), 0
    stream.seek(0)
    source = gzip.GzipFile(fileobj=stream, mode="rb") if gzipped else stream
    most = limits.expanded(size) if gzipped else None
    while True:
        try:
            piece = source.read(limits.block_bytes)
        except (gzip.BadGzipFile, EOFError, zlib.error) as cause:
            raise FileRejected(
                "not_gzip", as_sentence(f"The compressed data is broken: {cause}")
            ) from cause
        except OSError as cause:
            raise FileRejected(
                "unreadable", as_sentence(f"The file cannot be read: {cause}")
            ) from cause
        if not piece:
            return
        read += len(piece)
        if most is not None and read > most:
            raise FileRejected(
                "expands_too_much",
                f"{size:,} compressed bytes expand to more than {most:,}; that is no data file.",
            )
        yield piece


def _block(text: bytes, first_line: int, limits: Limits, *, marked: bool) -> Block:
    _refuse_bytes(text)
    ends = np.flatnonzero(np.frombuffer(text, dtype=np.uint8) == ord("\n"))
    lengths = np.diff(ends, prepend=-1)
    if int(lengths.max()) > limits.line_bytes:
        raise _too_long(first_line + int(lengths.argmax()), limits)
    return Block(text, ends, first_line, marked)


def _refuse_foreign(start: bytes) -> None:
    for mark, code, what in _FOREIGN:
        if start.startswith(mark):
            raise FileRejected(code, f"The file is {what}; expected UTF-8 text.")


def _refuse_bytes(text: bytes) -> None:
    if b"\0" in text:
        raise FileRejected("nul_byte", "The file contains NUL bytes; expected UTF-8 text.")
    if text.count(b"\r") != text.count(b"\r\n"):
        raise FileRejected(
            "carriage_return", "Lines end with a carriage return alone; expected a line feed."
        )
    if not text.isascii():
        try:
            text.decode("utf-8")
        except UnicodeDecodeError as cause:
            before = text[max(0, cause.start - 20) : cause.start].decode(errors="replace")
            raise FileRejected(
                "not_utf8",
                f"The byte 0x{text[cause.start]:02x} after {before!r} is no UTF-8.",
                remedy="Save the file as UTF-8: another encoding could only be guessed at.",
            ) from cause


def _too_long(line: int, limits: Limits) -> FileRejected:
    return FileRejected("line_too_long", f"Line {line} is longer than {limits.line_bytes:,} bytes.")
