"""Small files merged, after the work they came from is on record."""

from collections.abc import Sequence
from dataclasses import dataclass

from fire_risk_assets.actions.batches import FED
from fire_risk_assets.actions.status import ModelStatus
from fire_risk_assets.core.leases import INGEST
from fire_risk_assets.core.redaction import redacted
from fire_risk_assets.core.tables.observed import BATCHES
from fire_risk_assets.core.tables.predictions import PREDICTIONS
from fire_risk_assets.core.tables.registry_status import REGISTRY_STATUS
from fire_risk_assets.core.tables.scores import ADJUDICATION_SCORES
from fire_risk_assets.errors import FireRiskError
from fire_risk_assets.ports import World

GROWING = (*FED, BATCHES, PREDICTIONS, ADJUDICATION_SCORES)


@dataclass(frozen=True, slots=True)
class Compacted:
    """What came of it.

    Attributes:
        tables: Names of the tables compacted.
        warning: Why one was not, "" when all went well; no error, since nothing depends on it.
    """

    tables: tuple[str, ...]
    warning: str = ""

    @property
    def facts(self) -> dict[str, str]:
        """What there is to say of it, by name."""
        said = {"compacted": ", ".join(self.tables) or "none"}
        return said | ({"warning": self.warning} if self.warning else {})


def compact_data(world: World) -> Compacted:
    """Compact the data tables with many small files."""
    done: list[str] = []
    try:
        with world.lease.hold(INGEST):
            done += [table.name for table in GROWING if world.tables.compact(table)]
    except FireRiskError as error:
        return Compacted(tuple(done), _warning("Tables were", error))
    return Compacted(tuple(done))


def compact_ledger(models: Sequence[ModelStatus], world: World) -> Compacted:
    """Compact the ledger, unless it is broken: then its files are evidence and stay as they are.

    Args:
        models: Every model with a ledger, just verified.
        world: Adapters.
    """
    if not all(each.ledger_ok for each in models):
        return Compacted((), "The ledger was not compacted: it is not whole.")
    try:
        return Compacted((REGISTRY_STATUS.name,) if world.ledger.compact() else ())
    except FireRiskError as error:
        return Compacted((), _warning("The ledger was", error))


def _warning(what: str, error: FireRiskError) -> str:
    return f"{what} not compacted. {type(error).__name__}: {redacted(str(error))}"
