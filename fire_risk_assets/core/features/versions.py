"""Versions of the formulas: where the features of a weather batch are, and whose rows count."""

import hashlib

import pyarrow as pa
import pyarrow.compute as pc

from fire_risk_assets.core.features.catalogue import FEATURE_VERSION


def features_batch_of(weather_batch: str) -> str:
    """Return the batch id of the features of a weather batch, 16 hex digits.

    A new feature version is a new batch of the same weather.
    """
    return hashlib.sha256(f"{weather_batch}|{FEATURE_VERSION}".encode()).hexdigest()[:16]


def of_newest_version(features: pa.Table) -> pa.Table:
    """Keep the rows of the version built last: formulas must not mix from one day to the next.

    A row of the old version may have no successor of its own `known_at`: a correction emits only
    what comes out differently, and by the new formula that may be fewer days.

    Args:
        features: Feature rows with `batch_seq`.
    """
    if features.num_rows == 0:
        return features
    newest = pc.index(features["batch_seq"], pc.max(features["batch_seq"])).as_py()
    return features.filter(pc.field("feature_version") == features["feature_version"][newest])
