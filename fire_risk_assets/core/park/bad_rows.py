"""Impossible rows planted among the good ones, for the checks at the border to find.

They come on top: what passes the checks is the clean park, row for row. Kinds of badness that a
typed table cannot hold (text in a number, a shifted column) belong to the tests of file reading.
"""

from collections.abc import Sequence
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from fire_risk_assets.core.park.tables import ParkHistory

BAD_WEATHER: tuple[tuple[str, float], ...] = (
    ("rh_pct", 150.0),
    ("rain_mm", -3.2),
    ("temp_c", float("nan")),
    ("wind_km_h", float("inf")),
    ("temp_c", 451.0),
)
"""One after the other, each in a copy of a good observation."""

BAD_REPORTS: tuple[tuple[str, float], ...] = (
    ("burned_area_ha", -1.0),
    ("burned_area_ha", float("nan")),
)

EVERY_DAYS = 37
"""One day in so many has a bad observation, and a bad copy of each report of that day's fires."""


def plant_bad_rows(history: ParkHistory, *, seed: int) -> ParkHistory:
    """Return `history` with a bad row behind some of the good ones.

    Which rows is a matter of the calendar and the seed alone, so a longer history has the same bad
    rows and more. A bad observation repeats the key of a good one; a bad report has an id of its
    own (`…-bad`).
    """
    return ParkHistory(
        weather=_bad_weather(history.weather, seed=seed),
        reports=_bad_reports(history.reports, seed=seed),
        cells=history.cells,
    )


def _bad_weather(weather: pa.Table, *, seed: int) -> pa.Table:
    day = _ordinals(weather["observed_at"])
    cells = len(pc.unique(weather["cell_id"]))
    chosen = np.flatnonzero(
        ((day + seed % EVERY_DAYS) % EVERY_DAYS == 0) & (np.arange(len(day)) % cells == day % cells)
    )
    return _with_copies(weather, chosen, BAD_WEATHER, turn=day[chosen] // EVERY_DAYS)


def _bad_reports(reports: pa.Table, *, seed: int) -> pa.Table:
    day = _ordinals(reports["started_at"])
    chosen = np.flatnonzero((day + seed % EVERY_DAYS) % EVERY_DAYS == 0)
    return _with_copies(reports, chosen, BAD_REPORTS, turn=day[chosen] // EVERY_DAYS)


def _with_copies(
    table: pa.Table,
    chosen: NDArray[np.int64],
    kinds: Sequence[tuple[str, float]],
    *,
    turn: NDArray[np.int64],
) -> pa.Table:
    rows = table.take(pa.array(chosen)).to_pylist()
    for row, number in zip(rows, turn, strict=True):
        column, value = kinds[int(number) % len(kinds)]
        row[column] = value
        if "report_id" in row:
            row["report_id"] += "-bad"
    both = pa.concat_tables([table, pa.Table.from_pylist(rows, schema=table.schema)])
    # A bad row stands right behind the good one it copies: the order of becoming known is kept.
    place = np.concatenate([np.arange(len(table)), chosen])
    return both.take(pa.array(np.argsort(place, kind="stable"))).combine_chunks()


def _ordinals(instants: pa.ChunkedArray) -> NDArray[np.int64]:
    days = instants.to_numpy().astype("datetime64[D]").astype(np.int64)
    return days + date(1970, 1, 1).toordinal()
