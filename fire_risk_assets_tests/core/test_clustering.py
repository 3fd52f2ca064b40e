"""Clusters forget the order of rows and refuse rows without a label."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fire_risk_assets.core.clustering import cluster_rows, missing_labels
from fire_risk_assets.errors import InvalidScores

VALUES = st.floats(-1e12, 1e12)
ROWS = st.lists(st.tuples(st.integers(-3, 3), VALUES), min_size=1, max_size=60)


@given(rows=ROWS, random=st.randoms(use_true_random=False))
def test_sums_are_correctly_rounded_whatever_the_order_of_rows(rows, random):
    shuffled = random.sample(rows, len(rows))
    found = [
        cluster_rows([label for label, _ in each]).sums(np.array([value for _, value in each]))
        for each in (rows, shuffled)
    ]
    expected = [
        math.fsum(value for label, value in rows if label == wanted)
        for wanted in sorted({label for label, _ in rows})
    ]
    assert found[0].tolist() == found[1].tolist() == expected


@given(rows=ROWS)
def test_a_subset_has_the_clusters_of_its_rows_only(rows):
    labels = np.array([label for label, _ in rows])
    clusters = cluster_rows(labels)
    part = clusters.subset(labels > 0)
    assert clusters.sizes.sum() == labels.size
    assert part.count == len(set(labels[labels > 0].tolist()))
    assert part.sizes.sum() == (labels > 0).sum()


def test_no_rows_have_no_clusters():
    clusters = cluster_rows([])
    assert (clusters.count, clusters.sums(np.array([])).size) == (0, 0)


@pytest.mark.parametrize(
    "labels",
    [
        ["2026-07-01", None],
        [1.0, float("nan")],
        np.array(["2026-07-01", "NaT"], dtype="datetime64[D]"),
    ],
)
def test_a_row_without_a_label_is_refused(labels):
    assert missing_labels(np.asarray(labels)).tolist() == [False, True]
    with pytest.raises(InvalidScores, match="missing in 1 of 2 rows"):
        cluster_rows(labels)


def test_labels_must_be_one_dimensional_and_have_an_order():
    with pytest.raises(InvalidScores, match=r"shape \(1, 2\)"):
        cluster_rows([[1, 2]])
    with pytest.raises(InvalidScores, match="without an order"):
        cluster_rows(np.array(["a", 1], dtype=object))
