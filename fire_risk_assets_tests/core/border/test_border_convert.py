"""Text to values: the fast way and the written grammar are one law."""

import math
import re
from datetime import UTC, datetime

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fire_risk_assets.core.border.convert import instants, numbers
from fire_risk_assets.core.border.grammar import NUMBER

TOKENS = st.text(alphabet="0123456789+-.eEnaifxINF _,٤", max_size=8) | st.sampled_from(
    ["1e400", "-1e400", "1e-400", "0e5", "-0", "nan", "inf", "infinity", "5.", ".5", "+5"]
)


@given(st.lists(TOKENS, max_size=6))
def test_a_number_is_what_the_grammar_says_and_fits(cells):
    read = numbers(pa.array(cells, pa.string()))
    for text, value in zip(cells, read.values.to_pylist(), strict=True):
        legal = re.match(NUMBER, text, re.ASCII) is not None
        fits = legal and math.isfinite(float(text))
        if fits and float(text) == 0.0:
            fits = re.match(r"[+-]?[0.]*[1-9]", text) is None
        assert value == (float(text) if fits else None)


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False).map(repr), min_size=1))
def test_every_finite_float_survives_its_text(cells):
    read = numbers(pa.array(cells))
    assert read.clean
    assert read.values.to_pylist() == [float(text) for text in cells]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-09-01", datetime(2026, 8, 31, 23, tzinfo=UTC)),
        ("2026-09-01 12:00", datetime(2026, 9, 1, 11, tzinfo=UTC)),
        ("2026-09-01T12:00:00Z", datetime(2026, 9, 1, 12, tzinfo=UTC)),
        ("2026-09-01T12:00:00.25+0230", datetime(2026, 9, 1, 9, 30, 0, 250000, tzinfo=UTC)),
        ("2026-01-01T12:00", datetime(2026, 1, 1, 12, tzinfo=UTC)),
        ("2026-03-29T01:30", None),
        ("2026-02-30", None),
        ("2026-09-01T12:00:00+25:00", None),
        ("20260901", None),
        ("1690-01-01", None),
        ("", None),
    ],
)
def test_times_are_iso_8601_in_the_zone_of_the_settings(text, expected):
    read = instants(pa.array([text, "2026-09-01"]), timezone="Europe/Lisbon")
    assert read.values.to_pylist()[0] == expected
    assert read.clean == (expected is not None)
