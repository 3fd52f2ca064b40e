"""Versions of the formulas: where the features of a weather batch are, and whose rows count."""

import hashlib

import pyarrow as pa
import pyarrow.compute as pc

from fire_risk_assets.core.as_known import with_batch_seq
from fire_risk_assets.core.features.catalogue import FEATURE_VERSION


def features_batch_of(weather_batch: str) -> str:
    """Return the batch id of the features of a weather batch, 16 hex digits.

    A new feature version is a new batch of the same weather.
    """
    return hashlib.sha256(f"{weather_batch}|{FEATURE_VERSION}".encode()).hexdigest()[:16]


def under_features_ids(batches: pa.Table) -> pa.Table:
    """Return the batches under the ids of their features, which count by the weather they are of.

    Their own number says when they were built, which may be after the next weather came in.

    Args:
        batches: `batch_id` and `batch_seq` of the batches table.
    """
    ids = [features_batch_of(batch) for batch in batches["batch_id"].to_pylist()]
    return batches.set_column(
        batches.schema.get_field_index("batch_id"), "batch_id", pa.array(ids, pa.string())
    )


def of_newest_version(features: pa.Table, batches: pa.Table, *, up_to: int) -> pa.Table:
    """Keep the rows of the version built last: formulas must not mix from one day to the next.

    A row of the old version may have no successor of its own `known_at`: a correction emits only
    what comes out differently, and by the new formula that may be fewer days.

    Args:
        features: Feature rows.
        batches: `batch_id` and `batch_seq` of the batches table.
        up_to: Newest batch that counts.
    """
    if pc.count_distinct(features["feature_version"]).as_py() < 2:
        return features
    visible = with_batch_seq(features, batches, up_to=up_to).sort_by("batch_seq")
    if visible.num_rows == 0:
        return features
    return features.filter(pc.field("feature_version") == visible["feature_version"][-1])
