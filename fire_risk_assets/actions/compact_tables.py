"""Small files merged, after the work they came from is on record."""

from fire_risk_assets.core.features.catalogue import FEATURES
from fire_risk_assets.core.leases import INGEST
from fire_risk_assets.core.redaction import redacted
from fire_risk_assets.core.tables.observed import BATCHES, CELLS, QUARANTINE, REPORTS, WEATHER
from fire_risk_assets.core.tables.scores import ADJUDICATION_SCORES
from fire_risk_assets.errors import FireRiskError
from fire_risk_assets.ports import World

GROWING = (WEATHER, REPORTS, CELLS, QUARANTINE, BATCHES, FEATURES, ADJUDICATION_SCORES)


def compact_tables(world: World) -> tuple[list[str], str]:
    """Compact the data tables with many small files; the ledger compacts by itself.

    Returns:
        Names of the tables compacted, and why one was not, "" when all went well: a warning,
        since nothing depends on it.
    """
    done = []
    try:
        with world.lease.hold(INGEST):
            for table in GROWING:
                if world.tables.compact(table):
                    done.append(table.name)
    except FireRiskError as error:
        return done, f"Tables were not compacted. {type(error).__name__}: {redacted(str(error))}"
    return done, ""
