"""What the border asks of a file: a digest, a header, chunks of text cells, and raw lines.

The protocol lives here and not in `ports/` because only the border speaks it. Nothing here
opens a file.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import pyarrow as pa

from fire_risk_assets.core.border.header import Header

LINE = "line"
"""Column of every raw table: the 1-based line (CSV) or row (Parquet) of the source, int64."""


@dataclass(frozen=True, slots=True)
class Malformed:
    """A row whose cells cannot be told apart (too few, too many, misplaced quotes)."""

    line: int
    code: str


@dataclass(frozen=True, slots=True)
class RawChunk:
    """Some rows of a file, in file order.

    Attributes:
        cells: String columns named by the header, plus `line` (int64). No nulls in text files;
            nulls of a Parquet file arrive as empty strings.
        malformed: Rows that are not in `cells`.
        notes: Counts of what was normalised while reading, by name.
    """

    cells: pa.Table
    malformed: tuple[Malformed, ...] = ()
    notes: Mapping[str, int] = field(default_factory=dict)


class Source(Protocol):
    """One offered file. Every method may raise FileRejected; none writes."""

    @property
    def name(self) -> str:
        """File name without its folder."""
        ...

    def sha256(self) -> str:
        """Hex digest of the file's bytes as they lie on disk."""
        ...

    def header(self) -> tuple[str, ...]:
        """Return the column names as written, blanks included."""
        ...

    def chunks(self, header: Header) -> Iterator[RawChunk]:
        """Yield every row once, in order, holding one chunk in memory at a time."""
        ...

    def raw_lines(self, lines: Sequence[int]) -> pa.Array:
        """Return the raw text of the given ascending line numbers, aligned with them."""
        ...
