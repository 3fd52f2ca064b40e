"""The engine that applies the kernels of `core` to the tables."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import pandas as pd

    from fire_risk_assets.core.models.spec import ModelSpec
    from fire_risk_assets.core.rows import RowCounts


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
