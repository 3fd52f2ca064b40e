"""Which stored weather tells the units of new weather: the last years, however many there are."""

from fire_risk_assets.core.border.units import SEEN
from fire_risk_assets.core.tables.observed import WEATHER
from fire_risk_assets.ports import Condition, TableStore


def recent_weather(store: TableStore) -> tuple[Condition, ...]:
    """Return the condition of weather that counts, () where the newest day is not known.

    Counted from the newest stored day and not from today: a home may hold the past only.
    """
    newest = store.newest(WEATHER, "observed_at")
    return () if newest is None else (("observed_at", ">=", newest - SEEN),)
