"""The UCI forest-fires file (Cortez and Morais, 2007) as canonical weather, reports and cells.

Every row is a fire with the weather of its day. The codes are kept as observed. Weather of one
cell and date that differs between rows gets noon, noon and one minute, …, ordered by values;
equal weather shares one observation, so a fire's own weather is the last one at or before it.
`report_id` is the line number: exact duplicates in the file stay separate fires.
"""

from collections.abc import Iterable
from datetime import date

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from fire_risk_assets.core.border.check import Checked, RawLines, Sifted, Stored, noted, sift
from fire_risk_assets.core.border.duplicates import settle
from fire_risk_assets.core.border.layout import LAYOUTS
from fire_risk_assets.core.border.source import LINE, RawChunk
from fire_risk_assets.core.border.terms import ALWAYS, Terms
from fire_risk_assets.core.border.uci_dates import assign_dates
from fire_risk_assets.core.border.uci_names import STORED_NAMES
from fire_risk_assets.core.park.geography import zone
from fire_risk_assets.core.tables.observed import CELLS, REPORTS, WEATHER
from fire_risk_assets.core.tables.spec import INSTANT, TableSpec

_DAY = ["month", "day", "FFMC", "DMC", "DC", "ISI"]
_WEATHER_VALUES = ["temp_c", "rh_pct", "wind_km_h", "rain_mm"]


def check_uci(
    chunks: Iterable[RawChunk],
    *,
    terms: Terms,
    file_sha256: str,
    file_name: str,
    raw_lines: RawLines,
    stored: Stored,
) -> Checked:
    """Check the file and map its rows; counts are source rows.

    Arguments are those of `check.check`. `terms.known_at` should be `observed+0`: with "now" no
    past cycle could know any of it.

    Raises:
        FileRejected: the file as a whole is refused.
    """
    sifted = sift(chunks, layout=LAYOUTS["uci"], terms=terms)
    placed = _placed(sifted, terms)
    weather = _to_table(placed.drop_duplicates(["cell_id", "observed_at"]), WEATHER)
    reports = _to_table(placed, REPORTS)
    rows, repeated = {}, 0
    for table, offered in ((WEATHER, weather), (REPORTS, reports)):
        outcome = settle(offered, stored(table, offered), table=table)
        rows[table.name] = offered.filter(pa.array(~outcome.duplicate)).drop_columns(LINE)
        if table is REPORTS:
            repeated = int(outcome.duplicate.sum())
    rows[CELLS.name] = _unknown_cells(stored)
    return Checked(
        rows=rows,
        quarantined=sifted.aside.table(
            file_sha256=file_sha256, file_name=file_name, terms=terms, raw_lines=raw_lines
        ),
        read=sifted.read,
        accepted=sifted.read - sifted.aside.count,
        duplicates=repeated,
        normalised=noted(sifted.normalised),
        reasons=sifted.aside.by_code(),
    )


def park_cells() -> pa.Table:
    """Return the 9×9 grid `x-y` and its zones; the park's coordinates are not published.

    Returns:
        Columns of the cells table without `batch_id`, and `line` (all zero).
    """
    grid = [(x, y) for x in range(1, 10) for y in range(1, 10)]
    return pa.table(
        {
            "cell_id": [f"{x}-{y}" for x, y in grid],
            "latitude": pa.nulls(len(grid), pa.float64()),
            "longitude": pa.nulls(len(grid), pa.float64()),
            "zone": [zone(x, y) for x, y in grid],
            "known_at": pa.repeat(pa.scalar(ALWAYS, INSTANT), len(grid)),
            LINE: pa.array(np.zeros(len(grid), dtype=np.int64)),
        }
    )


def _unknown_cells(stored: Stored) -> pa.Table:
    """The grid without cells somebody described before: they know more than the grid does."""
    grid = park_cells()
    known = stored(CELLS, grid)["cell_id"].combine_chunks()
    return grid.filter(pc.invert(pc.is_in(grid["cell_id"], known))).drop_columns(LINE)


def _placed(sifted: Sifted, terms: Terms) -> pd.DataFrame:
    """The good rows with cell, instant, report id and `known_at`; those without a date go aside."""
    frame = sifted.good.drop_columns("known_at").to_pandas()
    days = list(frame[_DAY].itertuples(index=False, name=None))
    dates = assign_dates(days)
    frame["date"] = pd.Series([dates.get(day) for day in days], dtype=object)
    undated = frame["date"].isna().to_numpy()
    sifted.aside.add(frame[LINE].to_numpy()[undated], "no_date_left")
    frame = frame[~undated].rename(columns=STORED_NAMES)
    x, y = frame["X"].astype(int).astype(str), frame["Y"].astype(int).astype(str)
    frame["cell_id"] = x + "-" + y
    frame["report_id"] = frame[LINE].astype(str)
    frame["observed_at"] = _noon(frame["date"], terms.timezone) + pd.to_timedelta(
        _minutes(frame), unit="min"
    )
    frame["started_at"] = frame["observed_at"]
    delay = terms.known_at.delay
    frame["known_at"] = terms.now if delay is None else frame["observed_at"] + delay
    frame["known_at"] = frame["known_at"].astype("datetime64[us, UTC]")
    return frame


def _noon(dates: "pd.Series[date]", timezone: str) -> "pd.Series[pd.Timestamp]":
    """Local noon of each date as a UTC instant; no zone changes its clocks at noon."""
    noon = pd.to_datetime(dates).astype("datetime64[us]") + pd.Timedelta(hours=12)
    return noon.dt.tz_localize(timezone).dt.tz_convert("UTC")


def _minutes(frame: pd.DataFrame) -> np.ndarray:
    """Rank of each row's weather among the distinct ones of its cell and date, from 0."""
    distinct = frame[["cell_id", "date", *_WEATHER_VALUES]].drop_duplicates()
    distinct = distinct.sort_values(["cell_id", "date", *_WEATHER_VALUES])
    distinct["minute"] = distinct.groupby(["cell_id", "date"]).cumcount()
    merged = frame.merge(distinct, on=["cell_id", "date", *_WEATHER_VALUES], how="left")
    return merged["minute"].to_numpy()


def _to_table(frame: pd.DataFrame, table: TableSpec) -> pa.Table:
    schema = table.offered_schema.append(pa.field(LINE, pa.int64()))
    rows = pa.Table.from_pandas(frame[schema.names], schema=schema, preserve_index=False)
    return rows.set_column(0, schema.names[0], pc.cast(rows[0], pa.string()))
