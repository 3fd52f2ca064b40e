"""What every engine does alike, however it reads the lake and applies the kernels of `core`.

Keeps the last labelled rows in memory, since the steps of one cycle in one process ask for the
same ones.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

import pyarrow as pa

from fire_risk_assets.core.models.spec import ModelSpec
from fire_risk_assets.core.scoring.batch import KnownFeatures, Stamp
from fire_risk_assets.core.scoring.days import Days
from fire_risk_assets.core.tables.observed import BATCHES
from fire_risk_assets.ports import KnownRows, TableStore

if TYPE_CHECKING:
    from sklearn.pipeline import Pipeline


@dataclass(frozen=True, slots=True)
class LakeScoring(ABC):
    """Reads features of some days as known, and scores them.

    Attributes:
        tables: The lake.
        batches: `batch_id` and `batch_seq` of the batches table.
        days: Of the observations.
        as_known: As of `ports.Engine.known_features`.
        batch_seq: Rows of later batches do not exist.
    """

    tables: TableStore
    batches: pa.Table
    days: Days
    as_known: datetime | None
    batch_seq: int

    @abstractmethod
    def known(self) -> KnownFeatures:
        """Return which rows there are; see `ports.Engine.known_features`."""

    @abstractmethod
    def score(
        self, spec: ModelSpec, pipeline: "Pipeline", known: KnownFeatures, stamp: Stamp
    ) -> bool:
        """Score the days and append them once; see `ports.Engine.score`."""


@dataclass(frozen=True, slots=True)
class LakeEngine(ABC):
    """The part of `ports.Engine` that every engine implements alike.

    Attributes:
        tables: The lake.
        default_latitude: Of cells without one, degrees north.
    """

    tables: TableStore
    default_latitude: float
    _last: list[tuple[tuple[ModelSpec, datetime, int], KnownRows]] = field(default_factory=list)
    _held: list[dict[tuple[str, ...], pa.Table]] = field(default_factory=list)

    def labelled_rows(self, spec: ModelSpec, *, as_of: datetime, batch_seq: int) -> KnownRows:
        """Return the labelled rows as known at `as_of`; see `ports.Engine`."""
        asked = (spec, as_of, batch_seq)
        if not self._last or self._last[0][0] != asked:
            self._last[:] = [(asked, self._labelled(*asked))]
        return self._last[0][1]

    @contextmanager
    def held(self) -> Iterator[None]:
        """Keep tables that are small enough; see `ports.Engine`."""
        self._held.append({})
        try:
            yield
        finally:
            self._held.clear()

    def known_features(
        self, days: Days, *, as_known: datetime | None, batch_seq: int
    ) -> KnownFeatures:
        """Return which feature rows there are of some days; see `ports.Engine`."""
        return self._scoring(days, as_known, batch_seq).known()

    def score(
        self,
        spec: ModelSpec,
        pipeline: "Pipeline",
        *,
        days: Days,
        known: KnownFeatures,
        batch_seq: int,
        stamp: Stamp,
    ) -> bool:
        """Append the predictions for some days, once; see `ports.Engine`."""
        scoring = self._scoring(days, stamp.as_known, batch_seq)
        return scoring.score(spec, pipeline, known, stamp)

    def _batches(self) -> pa.Table:
        return self.tables.read(BATCHES, columns=["batch_seq", "batch_id"])

    @abstractmethod
    def _labelled(self, spec: ModelSpec, as_of: datetime, batch_seq: int) -> KnownRows: ...

    @abstractmethod
    def _scoring(self, days: Days, as_known: datetime | None, batch_seq: int) -> LakeScoring: ...
