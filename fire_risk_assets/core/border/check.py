"""A whole file through the border: chunks in, rows per table and quarantine out. Pure.

Rows read = accepted + quarantined, always: a duplicate is accepted and adds no row.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa

from fire_risk_assets.core.border.duplicates import settle
from fire_risk_assets.core.border.examine import examine
from fire_risk_assets.core.border.layout import LAYOUTS, FileKind, Layout
from fire_risk_assets.core.border.rules import SHAPE_REASONS, rules_for
from fire_risk_assets.core.border.source import LINE, RawChunk
from fire_risk_assets.core.border.terms import Terms
from fire_risk_assets.core.border.units import daily_means, exchanged_units
from fire_risk_assets.core.tables.observed import QUARANTINE
from fire_risk_assets.core.tables.spec import INSTANT, TableSpec
from fire_risk_assets.errors import FileRejected

Stored = Callable[[TableSpec, pa.Table], pa.Table]
"""(table, offered rows) -> visible stored rows (with `batch_seq`) that may share a key."""

RawLines = Callable[[Sequence[int]], pa.Array]
"""Ascending line numbers -> their raw text, aligned."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What a file comes to.

    Attributes:
        rows: Rows to append by table name, columns of the table without `batch_id`.
        quarantined: Columns of the quarantine table without `batch_id`.
        read: Rows of the file; blank lines are none.
        accepted: Source rows accepted, duplicates included.
        duplicates: Accepted source rows that add nothing.
        normalised: Cells or lines changed on the way in, by name, zeros left out.
        reasons: Quarantined rows by reason code.
    """

    rows: dict[str, pa.Table]
    quarantined: pa.Table
    read: int
    accepted: int
    duplicates: int
    normalised: dict[str, int]
    reasons: dict[str, int]


@dataclass(slots=True)
class SetAside:
    """Lines set aside so far, each with its reason code."""

    reasons: dict[str, str]
    lines: list[np.ndarray] = field(default_factory=list)
    codes: list[np.ndarray] = field(default_factory=list)

    def add(self, lines: np.ndarray, code: str | np.ndarray) -> None:
        """Set lines aside for one code, or for one code each."""
        if len(lines):
            self.lines.append(np.asarray(lines, dtype=np.int64))
            self.codes.append(np.broadcast_to(np.asarray(code, dtype=object), len(lines)))

    @property
    def count(self) -> int:
        """How many rows were set aside."""
        return sum(len(part) for part in self.lines)

    def by_code(self) -> dict[str, int]:
        """Rows set aside by reason code, in alphabetical order."""
        counts = Counter(code for part in self.codes for code in part)
        return dict(sorted(counts.items()))

    def table(
        self, *, file_sha256: str, file_name: str, terms: Terms, raw_lines: RawLines
    ) -> pa.Table:
        """Return the quarantine rows in line order, looking raw lines up once."""
        schema = QUARANTINE.offered_schema
        if not self.lines:
            return schema.empty_table()
        lines, codes = np.concatenate(self.lines), np.concatenate(self.codes)
        order = np.argsort(lines, kind="stable")
        lines, codes = lines[order], codes[order]
        size = len(lines)
        columns = {
            "file_sha256": pa.repeat(file_sha256, size),
            "file_name": pa.repeat(file_name, size),
            "line": pa.array(lines),
            "raw": raw_lines(lines.tolist()),
            "reason_code": pa.array(codes, pa.string()),
            "reason": pa.array([self.reasons[code] for code in codes], pa.string()),
            "known_at": pa.repeat(pa.scalar(terms.now, INSTANT), size),
        }
        return pa.table(columns).cast(schema)


@dataclass(frozen=True, slots=True)
class Sifted:
    """Rows that passed every single-row rule, and what did not."""

    good: pa.Table
    aside: SetAside
    read: int
    normalised: Counter[str]


def sift(chunks: Iterable[RawChunk], *, layout: Layout, terms: Terms) -> Sifted:
    """Apply the single-row rules to every chunk.

    Raises:
        FileRejected: the file has a header and no row, or a chunk refuses the file.
    """
    rules = rules_for(layout.kind, terms)
    codes = np.array([rule.code for rule in rules], dtype=object)
    aside = SetAside({**SHAPE_REASONS, **{rule.code: rule.reason for rule in rules}})
    normalised: Counter[str] = Counter()
    good, read = [], 0
    for chunk in chunks:
        read += chunk.cells.num_rows + len(chunk.malformed)
        normalised.update(chunk.notes)
        for malformed in chunk.malformed:
            aside.add(np.array([malformed.line]), malformed.code)
        found = examine(chunk.cells, layout=layout, rules=rules, terms=terms)
        aside.add(found.bad_lines, codes[found.bad_rules])
        normalised.update(found.normalised)
        good.append(found.good)
    if read == 0:
        raise FileRejected("no_rows", "The file has a header and no rows.")
    return Sifted(pa.concat_tables(good), aside, read, normalised)


def check(
    chunks: Iterable[RawChunk],
    *,
    kind: FileKind,
    terms: Terms,
    file_sha256: str,
    file_name: str,
    raw_lines: RawLines,
    stored: Stored,
) -> Checked:
    """Check a canonical file (weather, reports or cells); the UCI file has `uci.check_uci`.

    Args:
        chunks: The file's rows as text.
        kind: What the file is.
        terms: What the rules are evaluated against.
        file_sha256: Digest of the file, for the quarantine rows.
        file_name: Name of the file without its folder.
        raw_lines: Looks up raw lines of the quarantined rows.
        stored: Looks up visible rows the file may repeat.

    Raises:
        FileRejected: the file as a whole is refused; nothing of it counts.
    """
    layout = LAYOUTS[kind]
    table = layout.tables[0]
    sifted = sift(chunks, layout=layout, terms=terms)
    _refuse_other_units(sifted.good, terms)
    offered = sifted.good.select([*table.offered_schema.names, LINE])
    outcome = settle(offered, stored(table, offered), table=table)
    sifted.aside.add(offered[LINE].to_numpy()[outcome.conflict], "conflicting_duplicate")
    fresh = pa.array(~(outcome.duplicate | outcome.conflict))
    return Checked(
        rows={table.name: offered.filter(fresh).drop_columns(LINE)},
        quarantined=sifted.aside.table(
            file_sha256=file_sha256, file_name=file_name, terms=terms, raw_lines=raw_lines
        ),
        read=sifted.read,
        accepted=sifted.read - sifted.aside.count,
        duplicates=int(outcome.duplicate.sum()),
        normalised=noted(sifted.normalised),
        reasons=sifted.aside.by_code(),
    )


def _refuse_other_units(good: pa.Table, terms: Terms) -> None:
    if terms.weather_seen is None:
        return
    for other in exchanged_units(daily_means(good), seen=terms.weather_seen):
        raise FileRejected(
            "unit_changed",
            f"{other.column} is far outside what its season has shown, and inside it if the file"
            f" is in {other.name}.",
            remedy="Convert it; or, if the values are right, set ingest.compare_units = false and"
            " offer it with `fire-risk ingest FILE`.",
        )


def noted(counts: Counter[str]) -> dict[str, int]:
    """Return the counts that are not zero, in alphabetical order."""
    return {name: count for name, count in sorted(counts.items()) if count}
