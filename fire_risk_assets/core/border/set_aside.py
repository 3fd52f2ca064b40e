"""Rows set aside, as a person repairs them: which are open, and a form to fill in. Pure.

A line is open until a replay has accepted it. One that failed again stays open under the same
key, and its newest row tells why.
"""

import csv
import io
import json
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pyarrow as pa

from fire_risk_assets.core.border.grammar import NUMBER
from fire_risk_assets.core.border.layout import LAYOUTS, FileKind
from fire_risk_assets.core.border.source import LINE
from fire_risk_assets.core.plain_text import hides

_FORMULA = re.compile(rf"(?!{NUMBER})[=+\-@\t']")


@dataclass(frozen=True, slots=True, kw_only=True)
class AsideRow:
    """What is newest of a line set aside.

    Attributes:
        columns: The header under which `raw` was read, None where that is not on record.
    """

    line: int
    open: bool
    reason_code: str
    reason: str
    raw: str
    columns: tuple[str, ...] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AsideBatch:
    """A file some rows of which were set aside; `rows` are in line order.

    Attributes:
        last_replay: `batch_seq` and instant of the newest replay, None before the first.
    """

    batch_seq: int
    file_name: str
    file_sha256: str
    tables: str
    kind: FileKind
    recorded_at: datetime
    columns: tuple[str, ...] | None
    last_replay: tuple[int, datetime] | None
    rows: tuple[AsideRow, ...]

    @property
    def open_rows(self) -> tuple[AsideRow, ...]:
        """The rows that no replay has accepted."""
        return tuple(row for row in self.rows if row.open)


def set_aside(batches: pa.Table, quarantined: pa.Table) -> list[AsideBatch]:
    """Return the files with rows set aside, in the order in which they were offered.

    Args:
        batches: Rows of `batches`: a file, its replays, or all.
        quarantined: Rows of `quarantine`; `reason` and `raw` may be left out.
    """
    files, replays, found = [], defaultdict(list), defaultdict(list)
    for row in batches.sort_by("batch_seq").to_pylist():
        if row["replayed"] is not None:
            replays[json.loads(row["replayed"])["batch_seq"]].append(row)
        elif row["file_name"] is not None and row["quarantined"]:
            files.append(row)
    for row in quarantined.to_pylist():
        found[row["batch_id"]].append(row)
    return [_of_file(file, replays[file["batch_seq"]], found) for file in files]


def _of_file(
    file: dict[str, Any], replays: list[dict[str, Any]], found: Mapping[str, list[dict[str, Any]]]
) -> AsideBatch:
    settled = {line for each in replays for line in json.loads(each["replayed"])["lines"]}
    newest = {}
    for batch in (file, *replays):
        columns = _columns(batch)
        for row in found.get(batch["batch_id"], ()):
            newest[row["line"]] = AsideRow(
                line=row["line"],
                open=row["line"] not in settled,
                reason_code=row["reason_code"],
                reason=row.get("reason", ""),
                raw=row.get("raw", ""),
                columns=columns,
            )
    last = replays[-1] if replays else None
    return AsideBatch(
        **{name: file[name] for name in ("batch_seq", "file_name", "file_sha256", "tables")},
        kind=next(kind for kind, layout in LAYOUTS.items() if layout.fed == file["tables"]),
        recorded_at=file["recorded_at"],
        columns=_columns(file),
        last_replay=None if last is None else (last["batch_seq"], last["recorded_at"]),
        rows=tuple(newest[line] for line in sorted(newest)),
    )


def _columns(batch: Mapping[str, Any]) -> tuple[str, ...] | None:
    return None if batch["columns"] is None else tuple(json.loads(batch["columns"]))


def repair_form(batch: AsideBatch) -> str:
    """Return the open rows as CSV: `line`, then the columns of the file.

    A row whose cells cannot be told apart has none, nor has one with a cell that CSV cannot hold or
    that would act on the terminal it is shown on: guessed ones might pass, and so might one with
    such characters taken out. Nor are cells matched to columns of a header that is not on record.
    """
    parquet = batch.file_name.lower().endswith(".parquet")
    filled = {row.line: _cells(row, parquet=parquet) for row in batch.open_rows}
    told = (name for cells in filled.values() for name in cells)
    names = dict.fromkeys([*(batch.columns or LAYOUTS[batch.kind].required), *told])
    names.pop(LINE, None)
    form = io.StringIO()
    writer = csv.writer(form, lineterminator="\n")
    writer.writerow([LINE, *names])
    for line, cells in filled.items():
        writer.writerow([line, *(inert(cells.get(name, "")) for name in names)])
    return form.getvalue()


def _cells(row: AsideRow, *, parquet: bool) -> dict[str, str]:
    if parquet and LINE not in (row.columns or ()):
        cells = {name.strip(" "): cell for name, cell in json.loads(row.raw).items()}
    else:
        texts: Sequence[str] = next(csv.reader([row.raw]), [])
        apart = row.reason_code != "misquoted_row" and len(texts) == len(row.columns or ())
        cells = dict(zip(row.columns or (), texts, strict=True)) if apart else {}
    return {} if any(map(hides, cells.values())) else cells


def inert(cell: str) -> str:
    """Return the cell as what a spreadsheet takes for text; `repaired.as_typed` undoes it.

    >>> inert("=1+1"), inert("-6.7")
    ("'=1+1", '-6.7')
    """
    return f"'{cell}" if _FORMULA.match(cell) else cell
