"""Which rows are open, whatever was replayed in whatever order: a law on the two tables alone."""

import json
from datetime import UTC, datetime, timedelta

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from fire_risk_assets.core.border.set_aside import set_aside
from fire_risk_assets.core.tables.observed import BATCHES, QUARANTINE

NOW = datetime(2026, 9, 28, tzinfo=UTC)
LINES = st.lists(st.integers(2, 9), unique=True, min_size=1)
TRIES = st.lists(st.tuples(st.integers(0, 1), st.sets(st.integers(2, 9)), st.booleans()))


def batch(seq, quarantined, replayed=None):
    counts = {"read": quarantined, "accepted": 0, "quarantined": quarantined, "duplicates": 0}
    return {
        "batch_seq": seq,
        "batch_id": f"b{seq}",
        "file_name": "a.csv",
        "file_sha256": "sha",
        "tables": "cells",
        "reasons": "{}",
        "delta_versions": "{}",
        "recorded_at": NOW + timedelta(hours=seq),
        "columns": json.dumps(["cell_id"] if replayed is None else ["line", "cell_id"]),
        "replayed": None if replayed is None else json.dumps(replayed),
        **counts,
    }


def aside(seq, line):
    told = {"raw": f"{seq}", "reason_code": f"code_{seq}", "reason": "So.", "known_at": NOW}
    key = {"file_sha256": "sha", "file_name": "a.csv", "line": line}
    return {**key, **told, "batch_id": f"b{seq}"}


@given(LINES, LINES, TRIES, st.randoms(use_true_random=False))
def test_a_line_is_open_until_it_was_accepted_and_its_newest_row_says_why(one, two, tries, random):
    files = [one, two]
    batches = [batch(seq, len(lines)) for seq, lines in enumerate(files, 1)]
    rows = [aside(seq, line) for seq, lines in enumerate(files, 1) for line in lines]
    still_open, newest = [set(one), set(two)], [dict.fromkeys(one, 1), dict.fromkeys(two, 2)]
    for seq, (which, asked, good) in enumerate(tries, 3):
        due = sorted(asked & still_open[which])
        told = {"batch_seq": which + 1, "lines": due if good else []}
        batches.append(batch(seq, 0 if good else len(due), told))
        if good:
            still_open[which] -= set(due)
        else:
            rows += [aside(seq, line) for line in due]
            newest[which] |= dict.fromkeys(due, seq)
    # Rows of an ingestion that was killed are named by no batch.
    rows.append({**aside(1, 2), "batch_id": "killed", "reason_code": "never"})
    random.shuffle(batches)
    random.shuffle(rows)
    found = set_aside(
        pa.Table.from_pylist(batches, schema=BATCHES.schema),
        pa.Table.from_pylist(rows, schema=QUARANTINE.schema),
    )
    assert [each.batch_seq for each in found] == [1, 2]
    for which, each in enumerate(found):
        assert [row.line for row in each.rows] == sorted(files[which])
        assert {row.line for row in each.open_rows} == still_open[which]
        codes = {row.line: row.reason_code for row in each.rows}
        assert codes == {line: f"code_{seq}" for line, seq in newest[which].items()}
        replays = [seq for seq, (of, *_) in enumerate(tries, 3) if of == which]
        assert (each.last_replay or (None,))[0] == (replays[-1] if replays else None)
        assert all(("line" in row.columns) == (newest[which][row.line] > 2) for row in each.rows)
