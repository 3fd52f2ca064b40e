"""Which days of a replayed past have no predictions yet."""

from datetime import date

from fire_risk_assets.actions.predicted import predicted_days
from fire_risk_assets.core.scoring.days import Days, stretches
from fire_risk_assets.ports import Ledger, TableStore


def find_owed_days(
    model_name: str, days: Days, *, ledger: Ledger, tables: TableStore
) -> list[Days]:
    """Return runs of days without a prediction, from the first one on whose end a version served.

    None while nothing was ever promoted: there is nothing to predict with.
    """
    served = (row for row in ledger.rows(model_name) if row.production_version is not None)
    since = next((row.decided_at.date() for row in served), date.max)
    predicted = predicted_days(model_name, days, tables)
    owed = {day: None for day in days if day >= since and day not in predicted}
    return [run for run, _ in stretches(list(days), owed)]
