"""What MLflow shows of a model against its ledger, each loss under its own number."""

from collections.abc import Sequence

from fire_risk_assets.core.ledger.fold import serving
from fire_risk_assets.core.ledger.invariants import Invariant
from fire_risk_assets.core.ledger.row import LedgerRow
from fire_risk_assets.core.projection import Shown, differences


def projection_findings(shown: Shown, rows: Sequence[LedgerRow]) -> list[str]:
    """Return how alias and stages depart from the head; two versions in Production stand alone."""
    now = serving(rows)
    found = differences(shown, now.production_version if now else None)
    several = len(shown.in_production) > 1
    return [
        (
            Invariant.ONE_PRODUCTION
            if several and each.startswith("in stage Production")
            else Invariant.PROJECTION_AGREES
        ).broken(each)
        for each in found
    ]
