"""Text cells to numbers and instants, whole columns at a time. Never raises on a bad cell.

A cell that is no value becomes null; which rule it broke is decided in `rules.py`, from the text
and from the marks returned here.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from fire_risk_assets.core.border.grammar import NUMBER, TIME, WITH_OFFSET
from fire_risk_assets.core.tables.spec import INSTANT

_CENTURIES = "^(17|18|19|20|21)"
"""Years 1700 to 2199: what 64 bits of nanoseconds hold in every zone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Converted:
    """One column as values.

    Attributes:
        values: float64 or instants; null where the cell is empty or no value.
        clean: True when every cell is a value, so that no rule on the text need be evaluated.
        marked: Boolean per row or None: the number does not fit, or the local time does not exist.
        normalised: Cells changed on the way: negative zeros, or ambiguous local times read as
            the first of the two.
    """

    values: pa.Array
    clean: bool
    marked: pa.Array | None = None
    normalised: int = 0


def numbers(cells: pa.Array) -> Converted:
    """Read decimal numbers. Arrow's own cast decides all but NaN, infinity, over- and underflow."""
    legal = None
    try:
        values = pc.cast(cells, pa.float64())
    except pa.ArrowInvalid:
        legal = pc.match_substring_regex(cells, NUMBER)
        values = pc.cast(pc.if_else(legal, cells, None), pa.float64())
    plain = values.to_numpy(zero_copy_only=False)
    with np.errstate(invalid="ignore"):
        zero = plain == 0.0
    unfit = ~np.isfinite(plain)
    if zero.any():
        unfit |= zero & _has_nonzero_digits(cells, zero)
    negative = int((np.signbit(plain) & zero & ~unfit).sum())
    clean = legal is None and not unfit.any()
    if clean:
        return Converted(values=pa.array(plain + 0.0), clean=True, normalised=negative)
    legal = pc.match_substring_regex(cells, NUMBER) if legal is None else legal
    marked = pc.and_(pa.array(unfit), legal)
    return Converted(
        values=pa.array(np.where(unfit, 0.0, plain) + 0.0, mask=unfit),
        clean=False,
        marked=marked,
        normalised=negative,
    )


def _has_nonzero_digits(cells: pa.Array, zero: np.ndarray) -> np.ndarray:
    """Tell underflow (`1e-400`) from zero: the mantissa of a true zero has no digit but 0."""
    distinct = cells.filter(pa.array(zero)).dictionary_encode()
    lost = pc.match_substring_regex(distinct.dictionary, r"^[+-]?[0.]*[1-9]")
    found = np.zeros(len(cells), dtype=bool)
    if pc.any(lost).as_py():
        found[zero] = lost.take(distinct.indices).to_numpy(zero_copy_only=False)
    return found


def instants(cells: pa.Array, *, timezone: str) -> Converted:
    """Read ISO 8601 times; one without an offset is in `timezone`. Works on distinct texts."""
    encoded = cells.dictionary_encode()
    distinct = encoded.dictionary
    legal = pc.and_(
        pc.match_substring_regex(distinct, TIME), pc.match_substring_regex(distinct, _CENTURIES)
    )
    own = pc.match_substring_regex(distinct, WITH_OFFSET)
    texts = pd.Series(pc.if_else(legal, distinct, None).to_pandas(), dtype=object)
    own_offset = own.to_numpy(zero_copy_only=False).astype(bool)
    aware = pd.to_datetime(texts[own_offset], format="ISO8601", errors="coerce", utc=True)
    naive = pd.to_datetime(texts[~own_offset], format="ISO8601", errors="coerce")
    placed, gaps, folds = _placed(pd.DatetimeIndex(naive.astype("datetime64[ns]")), timezone)
    utc = np.full(len(texts), np.datetime64("NaT"), dtype="datetime64[ns]")
    utc[own_offset] = pd.DatetimeIndex(aware).tz_localize(None).to_numpy()
    utc[~own_offset] = placed
    gap, folded = np.zeros((2, len(texts)), dtype=bool)
    gap[~own_offset], folded[~own_offset] = gaps, folds
    missing = np.isnat(utc)
    values = pa.array(utc, from_pandas=True)
    values = pc.cast(values, pa.timestamp("us")).cast(pa.int64()).cast(INSTANT)
    at = encoded.indices
    return Converted(
        values=values.take(at),
        clean=not missing.any(),
        marked=pa.array(gap).take(at) if gap.any() else None,
        normalised=int(folded[at.to_numpy()].sum()) if folded.any() else 0,
    )


def _placed(local: pd.DatetimeIndex, timezone: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """UTC of local times (NaT in a gap), which lie in a gap, and which occur twice."""
    first = np.ones(len(local), dtype=bool)
    early = local.tz_localize(timezone, nonexistent="NaT", ambiguous=first)
    late = local.tz_localize(timezone, nonexistent="NaT", ambiguous=~first)
    utc, other = (at.tz_convert("UTC").tz_localize(None).to_numpy() for at in (early, late))
    skipped = np.isnat(utc)
    return utc, skipped & ~np.isnat(local.to_numpy()), (utc != other) & ~skipped
