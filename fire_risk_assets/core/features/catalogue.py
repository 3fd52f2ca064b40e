"""The feature catalogue: every column with its unit, meaning and source.

Dagster and the docs render this table as it stands. A new feature is a line here and a formula
in the file of its family, nullable since older rows lack it; decide there and then whether a model
may use it (MODEL_FEATURES).
"""

from fire_risk_assets.core.tables.observed import CELL_ID, WEATHER
from fire_risk_assets.core.tables.spec import (
    BATCH_ID,
    KNOWN_AT,
    Column,
    TableSpec,
    count,
    instant,
    number,
    text,
)

FEATURE_VERSION = "1"
"""Raised when a formula changes, so that rows of different formulas are told apart."""

# Indices have no upper bound of their own (ISI grows with e^wind, DC with every dry day); the
# bound keeps infinity out and must not refuse what the checks of the weather let in.
_ENDLESS = 1e9

_VAN_WAGNER = "Van Wagner 1987, Forestry Technical Report 35"
_WINDOW = "computed from the observations of the window; one a day, the day's last"
_WEATHER_COLUMNS = tuple(
    column
    for column in WEATHER.columns
    if column.name in {"temp_c", "rh_pct", "wind_km_h", "rain_mm"}
)


def _code(name: str, description: str, high: float = _ENDLESS) -> Column:
    source = f"station where it publishes codes, else {_VAN_WAGNER}, by xclim"
    return number(name, description, source=source, low=0.0, high=high)


def _index(name: str, description: str) -> Column:
    return number(name, description, source=_VAN_WAGNER, low=0.0, high=_ENDLESS)


def _window(name: str, description: str, unit: str, low: float, high: float) -> Column:
    return number(name, description, unit=unit, source=_WINDOW, low=low, high=high)


_FIRE_WEATHER = (
    _code("ffmc", "Fine Fuel Moisture Code: dryness of litter, days; higher is drier.", 101.0),
    _code("dmc", "Duff Moisture Code: dryness of loose duff, two weeks; higher is drier."),
    _code("dc", "Drought Code: dryness of deep layers, two months; higher is drier."),
    _code("isi", "Initial Spread Index: FFMC and wind; higher is faster."),
    _index("bui", "Build-up Index: DMC and DC; higher is more fuel."),
    _index("fwi", "Fire Weather Index: ISI and BUI; higher is more dangerous."),
    number(
        "heat_index_c",
        "Temperature as it feels with the humidity.",
        unit="°C",
        source="Rothfusz 1990 (NWS SR 90-23), Steadman's simple form below 80 °F",
        low=-100.0,
        high=500.0,
    ),
)

_LAGS = (
    _window(
        "fwi_lag_1d",
        "FWI of the day before (of up to 4 days before, across a gap); else the row's own.",
        "",
        0.0,
        _ENDLESS,
    ),
    _window("fwi_mean_7d", "Mean FWI of the last 7 days, today included.", "", 0.0, _ENDLESS),
    _window("fwi_max_7d", "Highest FWI of the last 7 days.", "", 0.0, _ENDLESS),
    _window("rain_sum_7d_mm", "Rain of the last 7 days.", "mm", 0.0, _ENDLESS),
    _window("rain_sum_30d_mm", "Rain of the last 30 days.", "mm", 0.0, _ENDLESS),
    count(
        "days_since_rain",
        "Days since more than 0.5 mm fell, at most 30; without such a day, days observed.",
        source=_WINDOW,
    ),
    _window("temp_mean_7d_c", "Mean temperature of the last 7 days.", "°C", -60.0, 60.0),
    _window("temp_max_7d_c", "Highest temperature of the last 7 days.", "°C", -60.0, 60.0),
    _window("rh_min_7d_pct", "Lowest relative humidity of the last 7 days.", "%", 0.0, 100.0),
)

_CALENDAR = (
    number("day_of_year_sin", "Sine of the day of the year.", source="UTC day", low=-1.0, high=1.0),
    number(
        "day_of_year_cos", "Cosine of the day of the year.", source="UTC day", low=-1.0, high=1.0
    ),
    count("month", "Month, 1 to 12.", source="UTC day"),
    count("is_weekend", "1 from Friday to Sunday, else 0.", source="UTC day"),
)

_PLACE = (
    number(
        "latitude",
        "Latitude the codes were computed with: the cell's, else the default.",
        unit="°",
        source="cells, else settings",
        low=-90.0,
        high=90.0,
    ),
    number(
        "longitude",
        "Longitude of the cell.",
        unit="°",
        source="cells",
        low=-180.0,
        high=180.0,
        nullable=True,
    ),
    number(
        "cell_x",
        "First grid coordinate, where the cell id has the form x-y.",
        source="cell_id",
        low=0.0,
        high=_ENDLESS,
        nullable=True,
    ),
    number(
        "cell_y",
        "Second grid coordinate, where the cell id has the form x-y.",
        source="cell_id",
        low=0.0,
        high=_ENDLESS,
        nullable=True,
    ),
    text("zone", "Management zone.", source="cells", nullable=True),
)

_NOTES = (
    text(
        "fwi_class",
        "Danger class: very_low < 5.2 ≤ low < 11.2 ≤ moderate < 21.3 ≤ high < 38 ≤ very_high "
        "< 50 ≤ extreme.",
        source="FWI thresholds of the European Forest Fire Information System (EFFIS)",
    ),
    text("codes_source", "observed: codes as the station gave them; computed: by us."),
    text(
        "gap_policy",
        "How the codes came over from the day before. carried: no day missing (or codes "
        "observed); filled: 1 to 3 missing days bridged with the last weather and no rain; "
        "restarted: more missing, standard start values 85/6/15; start: nothing observed in "
        "the 30 days before, the same start values.",
    ),
    text("feature_version", "Version of the formulas."),
    KNOWN_AT,
    BATCH_ID,
)

FEATURES = TableSpec(
    name="features",
    key=("cell_id", "observed_at"),
    description="One row an observation, with what was known of the cell up to it. Append-only.",
    written_by="features",
    read_by="training_set, holdout_set, predictions",
    columns=(
        CELL_ID,
        instant("observed_at", "When the weather was observed.", source="weather_observations"),
        *_WEATHER_COLUMNS,
        *_FIRE_WEATHER,
        *_LAGS,
        *_CALENDAR,
        *_PLACE,
        *_NOTES,
    ),
)

MODEL_FEATURES: tuple[str, ...] = tuple(
    column.name for column in (*_WEATHER_COLUMNS, *_FIRE_WEATHER, *_LAGS, *_CALENDAR, *_PLACE)
)
"""What a model may use: never keys, times, provenance, or the class made from FWI for slices.

Numbers without nulls, but for longitude, cell_x and cell_y (numbers, nullable) and zone (string,
nullable).
"""
