"""The columns of each kind of file, as data. Add a column or a kind here first.

What a cell of a column must look like is in `rules.py`; where it is stored in `core/tables`.
"""

from dataclasses import dataclass
from typing import Literal

from fire_risk_assets.core.tables.observed import CELLS, REPORTS, WEATHER
from fire_risk_assets.core.tables.spec import TableSpec

FileKind = Literal["weather", "reports", "cells", "uci"]
Class = Literal["text", "number", "instant"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """One kind of file.

    Attributes:
        required: Columns that must be there.
        optional: Columns that may be there.
        classes: What the cells of each column are.
        in_order: Whether the columns must come in exactly this order.
        event: The column saying when a row is about, None where a row is about no time.
        tables: Tables the file feeds.
    """

    kind: FileKind
    required: tuple[str, ...]
    optional: tuple[str, ...] = ()
    classes: dict[str, Class]
    in_order: bool = False
    event: str | None = None
    tables: tuple[TableSpec, ...]

    @property
    def fed(self) -> str:
        """Names of the tables, as the batches table writes them."""
        return ",".join(table.name for table in self.tables)


def _classes(*, text: str = "", number: str = "", instant: str = "") -> dict[str, Class]:
    classes: dict[str, Class] = dict.fromkeys(text.split(), "text")
    classes.update(dict.fromkeys(number.split(), "number"))
    classes.update(dict.fromkeys(instant.split(), "instant"))
    return classes


_WEATHER = Layout(
    kind="weather",
    required=("cell_id", "observed_at", "temp_c", "rh_pct", "wind_km_h", "rain_mm"),
    optional=("ffmc", "dmc", "dc", "isi", "known_at"),
    classes=_classes(
        text="cell_id",
        instant="observed_at known_at",
        number="temp_c rh_pct wind_km_h rain_mm ffmc dmc dc isi",
    ),
    event="observed_at",
    tables=(WEATHER,),
)
_REPORTS = Layout(
    kind="reports",
    required=("report_id", "cell_id", "started_at", "burned_area_ha"),
    optional=("reported_at", "known_at"),
    classes=_classes(
        text="report_id cell_id",
        instant="started_at reported_at known_at",
        number="burned_area_ha",
    ),
    event="started_at",
    tables=(REPORTS,),
)
_CELLS = Layout(
    kind="cells",
    required=("cell_id", "latitude", "longitude", "zone"),
    optional=("known_at",),
    classes=_classes(text="cell_id zone", number="latitude longitude", instant="known_at"),
    tables=(CELLS,),
)
_UCI = Layout(
    kind="uci",
    required=(
        *("X", "Y", "month", "day", "FFMC", "DMC", "DC", "ISI"),
        *("temp", "RH", "wind", "rain", "area"),
    ),
    classes=_classes(text="month day", number="X Y FFMC DMC DC ISI temp RH wind rain area"),
    in_order=True,
    tables=(WEATHER, REPORTS, CELLS),
)

LAYOUTS: dict[FileKind, Layout] = {lay.kind: lay for lay in (_WEATHER, _REPORTS, _CELLS, _UCI)}
