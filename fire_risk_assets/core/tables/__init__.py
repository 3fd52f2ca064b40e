"""What every table of the lake holds: columns with type, unit, source and constraints, as data.

`spec` holds the words tables are described in; then one file a family: `observed` (what arrives,
and the record of batches), `predictions`, `scores`, `registry_status`; the last is
`core/features/catalogue.py`.
Storage reads its schemas and CHECK constraints from here, Dagster and the docs render their
catalogue from here; add a column here first, one that may be null: the tables of homes there are
gain it with their next rows.
"""

from fire_risk_assets.core.tables.spec import TableSpec


def every_table() -> tuple[TableSpec, ...]:
    """Return every table of the lake, in the order they are made."""
    from fire_risk_assets.core.features.catalogue import FEATURES
    from fire_risk_assets.core.tables.observed import (
        BATCHES,
        CELLS,
        QUARANTINE,
        REPORTS,
        WEATHER,
    )
    from fire_risk_assets.core.tables.predictions import PREDICTIONS
    from fire_risk_assets.core.tables.registry_status import REGISTRY_STATUS
    from fire_risk_assets.core.tables.scores import ADJUDICATION_SCORES

    observed = (CELLS, WEATHER, REPORTS, FEATURES, QUARANTINE, BATCHES)
    return (*observed, PREDICTIONS, ADJUDICATION_SCORES, REGISTRY_STATUS)
