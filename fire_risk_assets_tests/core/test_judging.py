"""What is made of scored rows before they are compared."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd

from fire_risk_assets.core.judging import slices_of

UNTIL = datetime(2026, 9, 14, tzinfo=UTC)


def scored():
    """Two fires, neither on the first day of the holdout nor on its last."""
    return pd.DataFrame(
        {
            "day": np.array(["2026-06-01", "2026-08-20"], dtype="datetime64[s]"),
            "fwi_class": ["high", None],
            "zone": ["north", "south"],
            "weekend": [True, False],
            "season": ["JJA", "JJA"],
        }
    )


def test_season_is_a_slice_of_a_holdout_of_half_a_year_wherever_its_rows_lie():
    assert "season" in slices_of(scored(), (UNTIL - timedelta(weeks=26), UNTIL))
    assert "season" not in slices_of(scored(), (UNTIL - timedelta(weeks=25), UNTIL))


def test_a_row_without_a_label_belongs_to_a_slice_of_its_own():
    found = slices_of(scored(), (UNTIL - timedelta(weeks=4), UNTIL))
    assert list(found["fwi_class"]) == ["high", "none"]
