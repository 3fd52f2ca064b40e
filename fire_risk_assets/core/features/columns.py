"""Every content column of feature rows, put together from the kernels of their families."""

import numpy as np
import pandas as pd

from fire_risk_assets.core.arrays import Vector
from fire_risk_assets.core.features import fire_weather
from fire_risk_assets.core.features.calendar import is_weekend, month_of, year_circle
from fire_risk_assets.core.features.catalogue import FEATURE_VERSION, FEATURES
from fire_risk_assets.core.features.codes import fill_codes, gap_policies
from fire_risk_assets.core.features.heat import heat_index
from fire_risk_assets.core.features.rolling import Ints, window_terms
from fire_risk_assets.core.features.rows import Rows

_NO_CONTENT = {"cell_id", "observed_at", "known_at", "batch_id"}

CONTENT: list[str] = [c.name for c in FEATURES.columns if c.name not in _NO_CONTENT]
"""Columns in which two versions of a row can differ."""

_CODES = ["ffmc", "dmc", "dc"]

_SOURCES = np.array(["computed", "observed"], dtype=object)
"""By whether the codes were observed; objects, since fixed-width text is copied row by row."""


def content_of(
    rows: Rows, observed: pd.DataFrame, due: Ints, kept: pd.DataFrame, where: pd.DataFrame
) -> pd.DataFrame:
    """Return CONTENT of the rows `due`, in their order.

    Args:
        rows: Observations of whole cells from the windows' start on.
        observed: The same rows with ffmc, dmc, dc, isi as observed, NaN where not.
        due: Positions of the rows wanted; from its first, every row of a cell is due.
        kept: The same rows with ffmc, dmc, dc and fwi as stored; read where not due.
        where: Places by number of the cell.
    """
    is_due = np.zeros(rows.day.size, dtype=np.bool_)
    is_due[due] = True
    given = np.where(is_due[:, None], observed[_CODES].to_numpy(), kept[_CODES].to_numpy())
    codes = fill_codes(rows, given, is_due & ~rows.observed)[due]
    weather = {name: values[due] for name, values in rows.weather.items()}
    table: dict[str, object] = dict(weather)
    table |= {name: np.ascontiguousarray(codes[:, i]) for i, name in enumerate(_CODES)}
    isi, bui, fwi = _indices(rows, due, codes, observed["isi"].to_numpy())
    every_fwi = kept["fwi"].to_numpy().copy()
    every_fwi[due] = fwi
    sine, cosine = year_circle(rows.day[due])
    table |= {"isi": isi, "bui": bui, "fwi": fwi, "fwi_class": fire_weather.fwi_class(fwi)}
    table |= {"heat_index_c": heat_index(weather["temp_c"], weather["rh_pct"])}
    table |= window_terms(rows, every_fwi, due)
    table |= {"day_of_year_sin": sine, "day_of_year_cos": cosine}
    table |= {"month": month_of(rows.day[due]), "is_weekend": is_weekend(rows.day[due])}
    table |= {name: where[name].to_numpy()[rows.cell[due]] for name in where.columns}
    table["codes_source"] = _SOURCES[rows.observed[due].astype(np.int64)]
    table["gap_policy"] = gap_policies(rows)[due]
    table["feature_version"] = FEATURE_VERSION
    return pd.DataFrame({name: table[name] for name in CONTENT}, copy=False)


def _indices(
    rows: Rows, due: Ints, codes: np.ndarray, observed_isi: Vector
) -> tuple[Vector, Vector, Vector]:
    """ISI (as observed, where the codes were too), BUI and FWI of the rows due."""
    computed = fire_weather.initial_spread_index(rows.weather["wind_km_h"][due], codes[:, 0])
    use_observed = rows.observed[due] & ~np.isnan(observed_isi[due])
    isi = np.where(use_observed, observed_isi[due], computed)
    bui = fire_weather.build_up_index(codes[:, 1], codes[:, 2])
    return isi, bui, fire_weather.fire_weather_index(isi, bui)
