"""What identifies a batch of predictions, and what all of its rows carry alike."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from fire_risk_assets.core.digest import sha256_of_json
from fire_risk_assets.core.instants import iso
from fire_risk_assets.core.scoring.days import Days

THEN = "then"
"""In place of an instant: each day as known when it ended, by the version that served then."""

AsKnown = datetime | str | None
"""An instant, THEN, or None: now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownFeatures:
    """Which feature rows there are of some days, all versions of a row counted.

    Tables are append-only and a batch's id is the digest of what it brought, so the rows of each
    batch say which rows they are.

    Attributes:
        by_batch: Rows by the batch that brought them.
        by_day: Rows by UTC day.
        other_versions: Versions of the formulas, not the present one, that there are rows of.
    """

    by_batch: Mapping[str, int]
    by_day: Mapping[date, int]
    other_versions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """What every row of a batch carries alike: which model, by which event, in which batch.

    Attributes:
        as_known: Nothing learned later is used; None: each day as known when it ended.
        predicted_at: When it is computed.
        replayed: Whether the past is replayed: a row then counts as known since its as_known.
    """

    model_name: str
    model_version: int
    event_id: str
    artifact_sha256: str
    batch_id: str
    as_known: datetime | None
    predicted_at: datetime
    replayed: bool = False

    @property
    def commit_name(self) -> str:
        """What names the commit, in every engine: of one name there is one."""
        return f"{self.model_name}:{self.batch_id}"


def batch_id_of(
    model_name: str, days: Days, *, as_known: AsKnown, event_id: str, features: KnownFeatures
) -> str:
    """Return the id of a batch, 16 hex digits: the same question about the same facts.

    An instant that nobody named stays out: asked again, with nothing new to know and the same
    version serving, the batch is the same.
    """
    document = {
        "model": model_name,
        "days": [days.first.isoformat(), days.last.isoformat()],
        "as_known": iso(as_known) if isinstance(as_known, datetime) else as_known,
        "event": event_id,
        "features": sorted(features.by_batch.items()),
    }
    return sha256_of_json(document)[:16]
