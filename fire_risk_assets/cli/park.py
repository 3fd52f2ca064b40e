"""Which simulated park: from settings, options, or what a home remembers of it."""

from datetime import date
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fire_risk_assets.core.park.settings import ParkSettings
    from fire_risk_assets.settings.sections import Simulate


def park_of(settings: "Simulate", today: date, **given: Any) -> "ParkSettings":  # noqa: ANN401
    """Return the park of the settings; `given` (fields of `ParkSettings`) wins, None is not given.

    Defaults: three years up to the demonstration's end, a concept change from 1 May of the last.

    Raises:
        InvalidSetting: the dates contradict each other.
    """
    from fire_risk_assets.core.park.demo import demo_until
    from fire_risk_assets.core.park.settings import ParkSettings

    chosen = {name: value for name, value in given.items() if value is not None}
    until = chosen.pop("until", None) or settings.until or demo_until(today)
    start = chosen.pop("start", None) or _years_before(until, settings.years)
    drift_from = chosen.pop("drift_from", None) or settings.drift_from or date(until.year, 5, 1)
    strength = chosen.pop("drift_strength", settings.drift_strength)
    told: dict[str, Any] = {"seed": settings.seed, **chosen}
    return ParkSettings(
        **told,
        start=start,
        until=until,
        drift_from=drift_from if strength > 0 else None,
        drift_strength=strength,
    )


def facts_of(park: "ParkSettings") -> dict[str, Any]:
    """Return what a home keeps of the park that fills it; JSON types."""
    kept = ("seed", "start", "until", "drift_from", "drift_strength")
    return {
        name: value.isoformat() if isinstance(value := getattr(park, name), date) else value
        for name in kept
    }


def park_from(facts: dict[str, Any]) -> "ParkSettings":
    """Return the park a home was filled with."""
    from fire_risk_assets.core.park.settings import ParkSettings

    dates = ("start", "until", "drift_from")
    known: dict[str, Any] = {
        name: date.fromisoformat(value) if name in dates and value is not None else value
        for name, value in facts.items()
    }
    return ParkSettings(**known)


def _years_before(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)
