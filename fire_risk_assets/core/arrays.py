"""Validation at the door: what every numeric function of `core` asks of its arrays.

Add a check here when two modules need the same one. Domains of a single metric or policy stay
with that metric or policy.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from fire_risk_assets.errors import InvalidScores

Vector = NDArray[np.float64]
Flags = NDArray[np.bool_]

# Sums of a million losses below this stay far from the largest double (1.8e308).
LARGEST_MAGNITUDE = 1e290


def as_vector(values: ArrayLike, name: str) -> Vector:
    """Return `values` as float64 of shape (n_rows,), all finite.

    Raises:
        InvalidScores: another number of dimensions, NaN or an infinity, what is no real number,
            or a magnitude above 1e290.

    >>> as_vector([1, 2], "losses")
    array([1., 2.])
    """
    array = _as_floats(values, name)
    if array.ndim != 1:
        raise InvalidScores(f"{name} has shape {array.shape}; expected (n_rows,)")
    finite = np.isfinite(array)
    if not finite.all():
        rows = np.flatnonzero(~finite)
        raise InvalidScores(
            f"{name} is NaN or infinite in {rows.size} of {array.size} rows, first in row "
            f"{int(rows[0])} ({array[rows[0]]}); expected finite numbers"
        )
    if array.size and float(np.abs(array).max()) > LARGEST_MAGNITUDE:
        raise InvalidScores(f"{name} exceeds {LARGEST_MAGNITUDE:g}; its sum would overflow")
    return array


def as_flags(values: ArrayLike, name: str) -> Flags:
    """Return `values`, booleans or numbers that are 0 or 1, as booleans of shape (n_rows,).

    Raises:
        InvalidScores: as `as_vector` does, and for any other number.

    >>> as_flags([0, 1], "positives")
    array([False,  True])
    """
    array = as_vector(values, name)
    foreign = array[(array != 0) & (array != 1)]
    if foreign.size:
        raise InvalidScores(f"{name} contains {float(foreign[0])}; expected only 0 and 1")
    return array == 1


def require_same_length(arrays: Mapping[str, NDArray[Any]]) -> None:
    """Refuse arrays of different shapes; the message names each.

    Raises:
        InvalidScores: the shapes differ.

    >>> require_same_length({"y_true": np.zeros(2), "prediction": np.zeros(2)})
    """
    if len({array.shape for array in arrays.values()}) > 1:
        shapes = ", ".join(f"{name} {array.shape}" for name, array in arrays.items())
        raise InvalidScores(f"shapes differ: {shapes}; expected the same rows in each")


def _as_floats(values: ArrayLike, name: str) -> Vector:
    try:
        raw = np.asarray(values)
        if raw.dtype.kind in "cUSmM":
            # asarray would turn the text "7" and a duration into numbers without a word.
            raise InvalidScores(f"{name} has dtype {raw.dtype}; expected real numbers")
        return np.asarray(raw, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise InvalidScores(f"{name} is no array of real numbers: {error}") from error
