"""The sign-flip permutation test, clustered: is one model's loss lower than the other's?

If two models are exchangeable, then swapping their losses on any set of days leaves the
distribution of the difference unchanged: each day's sum of differences may change its sign. The
test is exact then, for losses of any shape and days of any size (Fisher, 1935, The Design of
Experiments, section 21; for clusters Canay, Romano & Shaikh, 2017, doi:10.3982/ECTA13081). It is
approximate where equal-risk models have skewed differences. Rules that act on a p-value stay in
`adjudication`.
"""

import math
from dataclasses import dataclass

import numpy as np

from fire_risk_assets.core.arrays import Vector

# Bounds the float64 copy of one chunk of flips to 32 MB, whatever the number of clusters.
_CHUNK_CELLS = 4_000_000
_STREAM = 1


@dataclass(frozen=True, slots=True)
class SignFlipTest:
    """Both one-sided p-values of one set of flips, each in [1 / (flips + 1), 1]."""

    p_positive: float
    """Small when the sum of differences is larger than chance makes it."""
    p_negative: float
    """Small when the sum of differences is smaller than chance makes it."""


def sign_flip_test(
    sums: Vector, *, flips: int = 1999, seed: int = 0, tolerance: float = 0.0
) -> SignFlipTest:
    """Test whether cluster sums of differences, shape (n_clusters,), are symmetric around 0.

    p = (1 + #{flipped total >= observed total}) / (flips + 1); the 1 counts the observed data
    among its own permutations and keeps p > 0 (Phipson & Smyth, 2010, doi:10.2202/1544-6115.1585).
    Totals closer than `tolerance` (units of loss, >= 0) count as ties and ties count against
    significance, so that rounding can never make a difference out of none. Negating `sums`
    exchanges the two p-values exactly. No clusters: both are 1.

    >>> test = sign_flip_test(np.array([3.0, 1.0, 2.0, 5.0, 4.0, 1.0, 2.0, 3.0]))
    >>> test.p_positive < 0.01, test.p_negative
    (True, 1.0)
    """
    observed = math.fsum(sums.tolist())
    at_least = at_most = 0
    generator = np.random.default_rng((seed, _STREAM))
    chunk = max(1, _CHUNK_CELLS // max(1, sums.size))
    for start in range(0, flips, chunk):
        totals = _random_signs(generator, min(chunk, flips - start), sums.size) @ sums
        at_least += int(np.count_nonzero(totals >= observed - tolerance))
        at_most += int(np.count_nonzero(totals <= observed + tolerance))
    return SignFlipTest(
        p_positive=(1 + at_least) / (flips + 1), p_negative=(1 + at_most) / (flips + 1)
    )


def rounding_tolerance(*losses: Vector) -> float:
    """Return the total difference below which losses, each of shape (n_rows,), count as equal.

    1e-12 of the sum of their magnitudes: a double carries 1e-16 of each loss, and a sum of
    differences inherits that error from losses that may be far larger than their difference.

    >>> rounding_tolerance(np.array([1.0, 2.0]), np.array([3.0, 4.0]))
    1e-11
    """
    return 1e-12 * math.fsum(math.fsum(np.abs(each).tolist()) for each in losses)


def _random_signs(generator: np.random.Generator, rows: int, columns: int) -> Vector:
    cells = rows * columns
    packed = np.frombuffer(generator.bytes((cells + 7) // 8), dtype=np.uint8)
    signs = np.unpackbits(packed, count=cells).view(np.int8) * np.int8(2) - np.int8(1)
    return signs.reshape(rows, columns).astype(np.float64)
