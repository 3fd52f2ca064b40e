"""Preprocessing that recipes share, as part of the pipeline and never outside it.

What is prepared outside a pipeline is prepared differently when it serves. Add an encoding here
when a second recipe needs it; transformations of a target belong to the model's own file.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from fire_risk_assets.core.features.catalogue import FEATURES

if TYPE_CHECKING:
    from sklearn.compose import ColumnTransformer


def text_features(features: Sequence[str]) -> list[str]:
    """Return those of the features that are text, in the given order.

    >>> text_features(["fwi", "zone"])
    ['zone']
    """
    text = {column.name for column in FEATURES.columns if str(column.type) == "string"}
    return [name for name in features if name in text]


def feature_encoder(features: Sequence[str]) -> "ColumnTransformer":
    """Return the encoder of a frame of features: numbers in the given order, then categories.

    A missing number becomes the mean of its training values (0 where there is none), so that every
    estimator may follow. A category that training has not seen, and a missing one, becomes
    no category at all.
    """
    from sklearn.compose import ColumnTransformer
    from sklearn.impute import SimpleImputer
    from sklearn.preprocessing import OneHotEncoder

    text = text_features(features)
    numbers = [name for name in features if name not in text]
    return ColumnTransformer(
        [
            ("numbers", SimpleImputer(strategy="mean", keep_empty_features=True), numbers),
            ("categories", OneHotEncoder(handle_unknown="ignore", sparse_output=False), text),
        ],
        verbose_feature_names_out=False,
    )
