"""As known at an instant: of the rows of a key the newest counts, in the order of keys."""

import itertools

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from fire_risk_assets.core.as_known import newest_per_key
from fire_risk_assets.core.digest import digest_of_ordered, digests_of_ordered, in_key_order
from fire_risk_assets.core.tables.spec import INSTANT

CELLS = np.array(["7-4", "1-10", "1-9", "ü", "a", "Z", "1-1"], dtype=object)


def rows_of(seed, count=400):
    draw = np.random.default_rng(seed)
    return pa.table(
        {
            "cell_id": pa.array(CELLS[draw.integers(0, len(CELLS), count)], pa.string()),
            "observed_at": pa.array(draw.integers(-5, 5, count), pa.int64()).cast(INSTANT),
            "known_at": pa.array(draw.integers(0, 4, count), pa.int64()).cast(INSTANT),
            "batch_seq": pa.array(draw.integers(1, 4, count), pa.int64()),
            "value": pa.array(np.where(draw.random(count) < 0.2, np.nan, draw.random(count))),
            "zone": pa.array([None if d < 0.2 else "north" for d in draw.random(count)]),
        }
    )


@pytest.mark.parametrize("seed", range(5))
def test_the_newest_row_of_each_key_is_that_of_a_plain_sort(seed):
    rows = pa.concat_tables([rows_of(seed), rows_of(seed + 100)])
    key = ["cell_id", "observed_at"]
    order = [*key, "known_at", "batch_seq"]
    frame = rows.select(order).to_pandas().sort_values(order, kind="stable")
    last = ~frame.duplicated(key, keep="last")
    wanted = rows.take(pa.array(frame.index[last]))
    found = newest_per_key(rows, key)
    pd.testing.assert_frame_equal(found.to_pandas(), wanted.to_pandas())


def test_of_no_rows_none_is_the_newest():
    empty = rows_of(0).slice(0, 0)
    assert newest_per_key(empty, ["cell_id"]).num_rows == 0


@pytest.mark.parametrize("seed", range(3))
def test_digests_of_runs_are_those_each_run_has_by_itself(seed):
    ordered = in_key_order(rows_of(seed), key=["cell_id", "observed_at", "known_at"])
    bounds = [0, 1, 1, 57, 200, 400]
    columns = ordered.column_names
    together = digests_of_ordered(ordered, bounds, columns=columns)
    alone = [
        digest_of_ordered(ordered.slice(start, stop - start), columns=columns)
        for start, stop in itertools.pairwise(bounds)
    ]
    assert together == alone
    assert len(set(together)) == 5
    whole = digest_of_ordered(ordered.slice(57, 143).combine_chunks(), columns=columns)
    assert whole == together[3]
