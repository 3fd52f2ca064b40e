"""Duplicates, contradictions and corrections, as laws on small tables."""

from datetime import UTC, datetime

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fire_risk_assets.core.border.duplicates import settle
from fire_risk_assets.core.tables.observed import REPORTS
from fire_risk_assets.core.tables.spec import INSTANT

pytestmark = pytest.mark.slow

DAY = datetime(2026, 9, 1, tzinfo=UTC)
Row = tuple[str, float, int]
"""(report id, area, day of September it was known)."""


def _rows(rows: list[Row], extra: str) -> pa.Table:
    return pa.table(
        {
            "report_id": pa.array([row[0] for row in rows], pa.string()),
            "cell_id": pa.array(["7-4"] * len(rows), pa.string()),
            "started_at": pa.array([DAY] * len(rows), INSTANT),
            "burned_area_ha": pa.array([row[1] for row in rows], pa.float64()),
            "known_at": pa.array([DAY.replace(day=row[2]) for row in rows], INSTANT),
            extra: pa.array(range(1, len(rows) + 1), pa.int64()),
        }
    )


def _settled(rows: list[Row], stored: list[Row] | None = None) -> str:
    found = settle(_rows(rows, "line"), _rows(stored or [], "batch_seq"), table=REPORTS)
    assert not (found.duplicate & found.conflict).any()
    return "".join(
        "d" if duplicate else "c" if conflict else "w"
        for duplicate, conflict in zip(found.duplicate, found.conflict, strict=True)
    )


def test_a_later_known_other_value_is_a_correction_also_back_to_the_first_value():
    assert _settled([("a", 1, 5), ("a", 2, 6), ("a", 1, 7)]) == "www"


def test_a_correction_back_to_the_stored_value_is_kept_after_another_one():
    offered = [("a", 5, 3), ("a", 8, 10), ("a", 5, 20)]
    assert _settled(offered, stored=[("a", 5, 3)]) == "dww"
    assert _settled(offered, stored=offered) == "ddd"


def test_a_later_known_equal_value_adds_nothing():
    assert _settled([("a", 1, 6), ("a", 1, 5), ("b", 1, 5)]) == "dww"


def test_contradicting_rows_leave_their_neighbours_alone():
    assert _settled([("a", 1, 5), ("a", 2, 5), ("a", 2, 5), ("a", 3, 9), ("b", 1, 5)]) == "cccww"


def test_what_is_stored_and_current_is_not_written_again():
    assert _settled([("a", 1, 9), ("b", 1, 9)], stored=[("a", 1, 5)]) == "dw"
    assert _settled([("a", 1, 9)], stored=[("a", 1, 5), ("a", 2, 6)]) == "w"
    assert _settled([("a", 2, 3)], stored=[("a", 1, 5), ("a", 2, 6)]) == "d"


def test_another_value_under_a_stored_instant_is_a_correction_by_a_later_batch():
    assert _settled([("a", 2, 5)], stored=[("a", 1, 5)]) == "w"


ROWS = st.lists(
    st.tuples(st.sampled_from("abc"), st.sampled_from([1.0, 2.0]), st.integers(5, 7)), max_size=8
)


@given(ROWS, ROWS)
def test_offering_what_was_written_again_writes_nothing(rows, stored):
    fate = _settled(rows, stored)
    written = [row for row, what in zip(rows, fate, strict=True) if what == "w"]
    assert "w" not in _settled(written[-1:], stored + written)
    assert len({(row[0], row[2]) for row in written}) == len(written)


@given(ROWS, st.randoms(use_true_random=False))
def test_what_is_written_does_not_depend_on_the_order_of_lines(rows, random):
    order = list(range(len(rows)))
    random.shuffle(order)
    shuffled = [rows[at] for at in order]
    written = [
        sorted(row for row, what in zip(offer, _settled(offer), strict=True) if what == "w")
        for offer in (rows, shuffled)
    ]
    assert written[0] == written[1]
    assert np.array_equal(sorted(_settled(rows)), sorted(_settled(shuffled)))
