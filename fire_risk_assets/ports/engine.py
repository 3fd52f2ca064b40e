"""The engine that applies the kernels of `core` to the tables."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import pandas as pd
    from sklearn.pipeline import Pipeline

    from fire_risk_assets.core.models.spec import ModelSpec
    from fire_risk_assets.core.rows import RowCounts
    from fire_risk_assets.core.scoring.batch import KnownFeatures, Stamp
    from fire_risk_assets.core.scoring.days import Days


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownRows:
    """Labelled rows as known at an instant.

    Attributes:
        frame: One row a labelled row; columns as `core.rows.labelled_rows` gives them.
        counts: What was left out, and why.
        watermark: Newest `known_at` among the rows read.
        delta_versions: Table versions read; evidence only.
    """

    frame: pd.DataFrame
    counts: RowCounts
    watermark: datetime | None
    delta_versions: dict[str, int]


class Engine(Protocol):
    """Applies the kernels of `core` to the tables, on one machine or on many."""

    def labelled_rows(self, spec: ModelSpec, *, as_of: datetime, batch_seq: int) -> KnownRows:
        """Return the model's labelled rows as known at `as_of`, of batches up to `batch_seq`.

        The same arguments give the same rows for ever: whatever arrived later does not exist.
        """
        ...

    def held(self) -> AbstractContextManager[None]:
        """Keep what `labelled_rows` reads inside a `with`: for who asks for many instants.

        What is appended meanwhile may be missed, as if it came afterwards.
        """
        ...

    def build_features(self, weather_batch: str, *, batch_seq: int) -> int:
        """Append the feature rows owed to one weather batch under their own batch id, once.

        They carry on from the features, of the present version, of the weather batches before it;
        those may be recorded after it. Rows already there are not repeated.

        Args:
            weather_batch: Batch id of the weather rows; `features_batch_of` gives that of theirs.
            batch_seq: The weather batch's number; later batches do not exist for it.

        Returns:
            Number of feature rows of that batch.
        """
        ...

    def known_features(
        self, days: Days, *, as_known: datetime | None, batch_seq: int
    ) -> KnownFeatures:
        """Return which feature rows there are of some days, of the present feature version.

        Args:
            days: Of the observations.
            as_known: Rows learned later do not exist; None: later than the end of their own day.
            batch_seq: Rows of later batches do not exist.
        """
        ...

    def score(
        self,
        spec: ModelSpec,
        pipeline: Pipeline,
        *,
        days: Days,
        known: KnownFeatures,
        batch_seq: int,
        stamp: Stamp,
    ) -> bool:
        """Append the predictions of one pipeline for all of these rows to `predictions`, once.

        One commit: a reader finds the whole batch or nothing of it, whatever is killed when. Of
        each key the newest row known by `stamp.as_known` counts, and `core.scoring.kernel` says
        what is made of whole days of them, so every engine writes the same rows, however it cuts
        the days up. Memory stays bounded, however many days there are. The pipeline is used as it
        is handed over and never loaded anew: what was verified is what predicts.

        Args:
            spec: The model.
            pipeline: The version's pipeline, verified and loaded.
            days: Of the observations.
            known: What `known_features` said of these days.
            batch_seq: Rows of later batches do not exist.
            stamp: What all rows carry alike; its model and batch id name the batch.

        Returns:
            False when the batch was there already, and nothing was written.

        Raises:
            InvalidScores: a prediction is no score; nothing was written.
            FeatureUnknown: the pipeline asks for a feature there is not.
            HomeOfOtherVersion, StorageFull, StoreBusy, StoreBroken, ForeignWriter, HomeUnusable:
                as `TableStore.append`; StoreBusy also where another process wrote this batch first.
        """
        ...
