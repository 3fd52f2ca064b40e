"""Rows of one cluster (a day) brought together, in a form that forgets the order of rows.

Rows of one day share their weather, so the day and not the row is what varies independently.
Add here what turns rows into clusters; tests and intervals over cluster sums have their own
modules.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from fire_risk_assets.core.arrays import Flags, Vector
from fire_risk_assets.errors import InvalidScores


@dataclass(frozen=True, slots=True, eq=False)
class Clusters:
    """Which cluster each row belongs to; clusters are numbered in the order of their labels."""

    codes: NDArray[np.intp]
    """Shape (n_rows,): cluster of each row, 0 … n_clusters - 1, none of them empty."""
    sizes: NDArray[np.intp]
    """Shape (n_clusters,): rows of each cluster, at least 1."""

    @property
    def count(self) -> int:
        """Number of clusters."""
        return int(self.sizes.size)

    def sums(self, values: Vector) -> Vector:
        """Return the sum of `values`, shape (n_rows,), in each cluster, shape (n_clusters,).

        Correctly rounded (`math.fsum`), so the order of rows changes no bit of it; a faster
        `np.bincount` would, and a verdict must be recomputable to the last digit.

        >>> cluster_rows(["b", "a", "b"]).sums(np.array([1.0, 2.0, 4.0]))
        array([2., 5.])
        """
        ordered = values[np.argsort(self.codes, kind="stable")].tolist()
        ends = np.cumsum(self.sizes).tolist()
        starts = [0, *ends[:-1]]
        sums = [math.fsum(ordered[a:b]) for a, b in zip(starts, ends, strict=False)]
        return np.array(sums, dtype=np.float64)

    def subset(self, mask: Flags) -> "Clusters":
        """Return the clusters of the rows where `mask`, shape (n_rows,), is true.

        >>> cluster_rows([1, 2, 2, 3]).subset(np.array([True, False, False, True])).count
        2
        """
        return cluster_rows(self.codes[mask])


def cluster_rows(labels: ArrayLike) -> Clusters:
    """Group rows by `labels`, shape (n_rows,), of any sortable kind: str, int, datetime64, date.

    Raises:
        InvalidScores: not one-dimensional, missing labels, or a mixture that has no order.

    >>> cluster_rows(["2026-07-02", "2026-07-01", "2026-07-02"]).sizes
    array([1, 2])
    """
    array = np.asarray(labels)
    if array.ndim != 1:
        raise InvalidScores(f"clusters has shape {array.shape}; expected (n_rows,)")
    missing = int(missing_labels(array).sum())
    if missing:
        raise InvalidScores(
            f"clusters is missing in {missing} of {array.size} rows; expected a label in each"
        )
    try:
        _, codes, sizes = np.unique(array, return_inverse=True, return_counts=True)
    except TypeError as error:
        raise InvalidScores(f"clusters has labels without an order: {error}") from error
    return Clusters(codes=codes, sizes=sizes)


def missing_labels(labels: NDArray[np.generic]) -> Flags:
    """Return where labels of shape (n_rows,) are NaN, NaT, None or another missing value.

    >>> missing_labels(np.array(["north", None], dtype=object))
    array([False,  True])
    """
    if labels.dtype.kind == "f":
        return np.asarray(np.isnan(labels))
    if labels.dtype.kind in "mM":
        return np.asarray(np.isnat(labels))
    if labels.dtype.kind == "O":
        return np.array([_is_missing(label) for label in labels.tolist()], dtype=np.bool_)
    return np.zeros(labels.shape, dtype=np.bool_)


def lag_one_autocorrelation(sums: Vector, *, tolerance: float = 0.0) -> float | None:
    """Return the lag-1 autocorrelation of cluster sums, shape (n_clusters,), in label order.

    sum((x_t - m)(x_{t+1} - m)) / sum((x_t - m)^2), in [-1, 1]. None for fewer than 3 clusters,
    or when no sum differs from their mean m by more than `tolerance`.

    >>> lag_one_autocorrelation(np.array([1.0, 1.0, 0.0, 0.0]))
    0.25
    """
    if sums.size < 3:
        return None
    deviations = sums - math.fsum(sums.tolist()) / sums.size
    if float(np.abs(deviations).max()) <= tolerance:
        return None
    # Divided by the largest first: squares of very small or large losses leave the doubles.
    scaled = deviations / float(np.abs(deviations).max())
    return float(np.dot(scaled[:-1], scaled[1:]) / np.dot(scaled, scaled))


def _is_missing(label: object) -> bool:
    if label is None:
        return True
    try:
        return bool(label != label)  # noqa: PLR0124  NaN and NaT are what differs from itself
    except TypeError:
        # pandas.NA has no truth value, and is missing too.
        return True
