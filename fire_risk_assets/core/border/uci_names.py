"""The words of the UCI forest-fires file and where they lead."""

MONTHS = (
    *("jan", "feb", "mar", "apr", "may", "jun"),
    *("jul", "aug", "sep", "oct", "nov", "dec"),
)
"""Position + 1 is the month number."""

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
"""Position is `date.weekday()`."""

STORED_NAMES = {
    "temp": "temp_c",
    "RH": "rh_pct",
    "wind": "wind_km_h",
    "rain": "rain_mm",
    "FFMC": "ffmc",
    "DMC": "dmc",
    "DC": "dc",
    "ISI": "isi",
    "area": "burned_area_ha",
}
"""Number of the file -> column of our tables."""
