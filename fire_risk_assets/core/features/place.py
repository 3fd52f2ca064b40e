"""Where a cell lies: coordinates, zone, and the grid position a park's cell id carries.

Cells are geography, not news: their `known_at` does not delay a feature row.
"""

import re
from collections.abc import Sequence

import pandas as pd
import pyarrow as pa

_GRID_ID = re.compile(r"^(\d{1,9})-(\d{1,9})$")


def places(ids: Sequence[str], cells: pa.Table, *, default_latitude: float) -> pd.DataFrame:
    """Return latitude, longitude, cell_x, cell_y (floats, NaN unknown) and zone of each id.

    Args:
        ids: The cells wanted; those without a row get the default latitude.
        cells: Rows of the cells table; the last by (`known_at`, `batch_seq`, order) counts.
        default_latitude: Degrees north.

    Returns:
        One row an id, in the order of `ids`; zone is None where unknown.
    """
    rows = cells.to_pandas()
    order = [name for name in ("known_at", "batch_seq") if name in rows.columns]
    if order:
        rows = rows.sort_values(order, kind="stable")
    rows = rows.drop_duplicates("cell_id", keep="last").set_index("cell_id").reindex(list(ids))
    zone = rows["zone"].astype(object)
    grid = [grid_place(cell_id) for cell_id in ids]
    return pd.DataFrame(
        {
            "latitude": rows["latitude"].astype(float).fillna(default_latitude).to_numpy(),
            "longitude": rows["longitude"].astype(float).to_numpy(),
            "cell_x": [x for x, _ in grid],
            "cell_y": [y for _, y in grid],
            "zone": zone.where(zone.notna(), None).to_numpy(),
        }
    )


def grid_place(cell_id: str) -> tuple[float, float]:
    """Return the grid coordinates in a cell's id, NaN where it has none.

    >>> grid_place("7-4")
    (7.0, 4.0)
    """
    found = _GRID_ID.match(cell_id)
    return (float(found[1]), float(found[2])) if found else (float("nan"), float("nan"))
