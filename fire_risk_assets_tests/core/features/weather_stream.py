"""Small weather streams, and a store that hands batches over as the ingest action would."""

from datetime import UTC, datetime, timedelta

import pyarrow as pa
import pyarrow.compute as pc

from fire_risk_assets.core.as_known import newest_per_key
from fire_risk_assets.core.features.build import needs_from, next_features
from fire_risk_assets.core.features.catalogue import FEATURES
from fire_risk_assets.core.tables.observed import CELLS, WEATHER
from fire_risk_assets.core.tables.spec import INSTANT

NOON = datetime(2024, 3, 20, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
LATITUDE = 41.9
CODES = ("ffmc", "dmc", "dc", "isi")
KEY = ["cell_id", "observed_at"]
_SCHEMA = pa.schema([f for f in WEATHER.schema if f.name != "batch_id"])


def observation(day, *, cell="7-4", minute=0, known=None, codes=None, temp=20.0, rh=40.0,
                wind=12.0, rain=0.0):  # fmt: skip
    """One observation at noon of a day; `known` in hours after the first noon."""
    at = NOON + timedelta(days=day, minutes=minute)
    row = dict(zip(CODES, codes or [None] * 4, strict=True))
    row |= {"cell_id": cell, "observed_at": at, "temp_c": temp, "rh_pct": rh}
    row |= {"wind_km_h": wind, "rain_mm": rain}
    return row | {"known_at": at + HOUR if known is None else NOON + known * HOUR}


def weather(rows):
    return pa.Table.from_pylist(list(rows), schema=_SCHEMA)


class Store:
    """Weather and features so far; each batch loads only what `needs_from` asks for."""

    def __init__(self):
        self.weather = weather([]).append_column("batch_seq", pa.array([], pa.int64()))
        fields = [f for f in FEATURES.schema if f.name != "batch_id"]
        self.features = pa.schema([*fields, pa.field("batch_seq", pa.int64())]).empty_table()
        self.batches = 0

    def take(self, new):
        """Bring one batch in and return the feature rows it adds."""
        self.batches += 1
        new = self._stamp(new)
        since = pa.scalar(needs_from(new), type=INSTANT)
        made = next_features(
            new_weather=new,
            past_weather=self.weather.filter(pc.field("observed_at") >= since),
            past_features=self.features.filter(pc.field("observed_at") >= since),
            cells=CELLS.schema.empty_table(),
            default_latitude=LATITUDE,
        )
        self.weather = pa.concat_tables([self.weather, new])
        self.features = pa.concat_tables([self.features, self._stamp(made)])
        return made

    def _stamp(self, rows):
        return rows.append_column("batch_seq", pa.array([self.batches] * rows.num_rows, pa.int64()))


def features_of(rows):
    """Feature rows of observations that arrive in one batch."""
    return Store().take(weather(rows))


def as_known(rows, instant):
    """The newest row of each key among those known at an instant."""
    seen = rows.filter(pc.field("known_at") <= pa.scalar(instant, type=INSTANT))
    return newest_per_key(seen, KEY)
