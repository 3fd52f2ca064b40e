"""Shapley values of features: exact on trees, by permutations of the features on anything else.

Trees are explained in the raw margin they add up in (log odds; logarithms of hectares) along their
own paths (Lundberg et al. 2020, Nature Machine Intelligence 2, 56-67, "TreeExplainer"). What the
library gives for these trees with background rows, in probabilities, or with the trees' own
categories is silently wrong; so here the sum is compared with the margin, row by row.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from sklearn.compose import TransformedTargetRegressor
from sklearn.dummy import DummyClassifier, DummyRegressor

from fire_risk_assets.core.arrays import Vector
from fire_risk_assets.errors import InvalidScores

if TYPE_CHECKING:
    from sklearn.pipeline import Pipeline

TOLERANCE = 1e-8
"""Most that base and contributions may miss the margin by, relative to its size and 1."""

BACKGROUND_ROWS = 50
"""Rows that stand for "typical" where features are permuted; each costs two predictions a feature
and explained row."""

TARGET_UNIT = "the target's unit"

PERMUTED_ROWS = 31
"""Rows explained where features are permuted, at most."""


@dataclass(frozen=True, slots=True)
class Attributions:
    """Contributions of features to the raw margin of rows.

    Attributes:
        features: Names, in the order of the columns of `values`.
        values: Shape (n_rows, n_features), in units of the margin; positive raises it.
        base: Shape (n_rows,): the typical margin they are counted from.
        margin: Shape (n_rows,): what the pipeline itself says; base plus values.
        scale: Unit of the margin, for people.
        method: How the values were found, for people.
    """

    features: tuple[str, ...]
    values: np.ndarray
    base: Vector
    margin: Vector
    scale: str
    method: str

    @property
    def worst_gap(self) -> float:
        """The most by which base and contributions miss the margin, relative to its size and 1."""
        found = self.base + self.values.sum(axis=1)
        gap = np.abs(found - self.margin) / np.maximum(np.abs(self.margin), 1.0)
        return float(gap.max(initial=0.0))


def attributions(
    pipeline: "Pipeline", rows: pd.DataFrame, background: pd.DataFrame
) -> Attributions:
    """Explain rows: the first `PERMUTED_ROWS` of them where features must be permuted, else all.

    Args:
        pipeline: Fitted; its last step predicts.
        rows: Features as the pipeline is given them, shape (n_rows, n_features).
        background: Rows of the same features that stand for what is typical; unused for trees.

    Raises:
        InvalidScores: the contributions do not add up to what the pipeline says.
    """
    model, scale = _inner(pipeline)
    if _is_trees(model):
        found = _along_paths(pipeline, model, scale, rows)
    elif hasattr(model, "coef_"):
        found = _linear(pipeline, model, scale, rows, background)
    elif isinstance(model, DummyRegressor | DummyClassifier):
        found = _constant(pipeline, rows)
    else:
        found = _permuted(pipeline, rows.head(PERMUTED_ROWS), background)
    if not found.worst_gap <= TOLERANCE:
        raise InvalidScores(
            f"Contributions of features miss what the model says by up to {found.worst_gap:.3g},"
            f" expected at most {TOLERANCE:g}: they explain nothing."
        )
    return found


def _inner(pipeline: "Pipeline") -> tuple[Any, str]:
    """Return what predicts, out of the logarithms it may be wrapped in, and its unit."""
    last = pipeline.steps[-1][1]
    if isinstance(last, TransformedTargetRegressor):
        return last.regressor_, "log(1 + the target)"
    return last, "log odds" if hasattr(last, "decision_function") else TARGET_UNIT


def _is_trees(model: Any) -> bool:  # noqa: ANN401
    boosted = hasattr(model, "_predictors")
    # A forest that classifies adds up probabilities, not a margin.
    grown = hasattr(model, "estimators_") and not hasattr(model, "classes_")
    return boosted or grown


def _along_paths(pipeline: "Pipeline", trees: Any, scale: str, rows: pd.DataFrame) -> Attributions:  # noqa: ANN401
    import shap

    given = _given(pipeline, rows)
    explainer = shap.TreeExplainer(trees, feature_perturbation="tree_path_dependent")
    values = explainer.shap_values(given, check_additivity=False)
    return _counted(
        pipeline,
        trees,
        rows,
        values=values,
        base=explainer.expected_value,
        scale=scale,
        method="exact, along the paths of the trees",
    )


def _linear(
    pipeline: "Pipeline",
    model: Any,  # noqa: ANN401
    scale: str,
    rows: pd.DataFrame,
    background: pd.DataFrame,
) -> Attributions:
    import shap

    explainer = shap.LinearExplainer(model, _given(pipeline, background))
    values = explainer.shap_values(_given(pipeline, rows))
    return _counted(
        pipeline,
        model,
        rows,
        values=values,
        base=explainer.expected_value,
        scale=scale,
        method=f"exact, of a linear model, against {len(background)} training rows",
    )


def _counted(
    pipeline: "Pipeline",
    model: Any,  # noqa: ANN401
    rows: pd.DataFrame,
    *,
    values: np.ndarray,
    base: Any,  # noqa: ANN401
    scale: str,
    method: str,
) -> Attributions:
    says = model.decision_function if hasattr(model, "decision_function") else model.predict
    gathered = _of_features(pipeline[:-1], rows, np.asarray(values).reshape(len(rows), -1))
    return Attributions(
        features=tuple(map(str, rows.columns)),
        values=gathered,
        base=np.full(len(rows), float(np.ravel(base)[0])),
        margin=np.asarray(says(_given(pipeline, rows)), dtype=np.float64),
        scale=scale,
        method=method,
    )


def _given(pipeline: "Pipeline", rows: pd.DataFrame) -> np.ndarray:
    before = pipeline[:-1]
    return np.asarray(before.transform(rows) if len(before) else rows, dtype=np.float64)


def _constant(pipeline: "Pipeline", rows: pd.DataFrame) -> Attributions:
    says = np.asarray(pipeline.predict(rows), dtype=np.float64)
    return Attributions(
        features=tuple(map(str, rows.columns)),
        values=np.zeros(rows.shape),
        base=says,
        margin=says,
        scale=TARGET_UNIT,
        method="a constant: it looks at no feature",
    )


def _of_features(before: "Pipeline", rows: pd.DataFrame, values: np.ndarray) -> np.ndarray:
    """Add up the columns an encoder made of one feature, so that each feature has one value."""
    names = tuple(map(str, rows.columns))
    encoded = tuple(map(str, before[:1].get_feature_names_out())) if len(before) else names
    # The longest name first: `fwi` begins `fwi_lag_1d` too.
    longest = sorted(names, key=len, reverse=True)
    gathered = np.zeros((len(rows), len(names)))
    for place, column in enumerate(encoded):
        # Encoders put their own name before (`month__month_6`) and the value behind.
        said = column.rsplit("__", 1)[-1]
        feature = said if said in names else next(n for n in longest if said.startswith(n))
        gathered[:, names.index(feature)] += values[:, place]
    return gathered


def _permuted(pipeline: "Pipeline", rows: pd.DataFrame, background: pd.DataFrame) -> Attributions:
    import shap

    whole = pd.concat([rows, background.head(BACKGROUND_ROWS)], ignore_index=True)
    codes, decode = _as_numbers(whole)
    says, scale = _answer(pipeline)
    explainer = shap.explainers.Permutation(
        lambda given: says(decode(given)),
        shap.maskers.Independent(codes[len(rows) :], max_samples=BACKGROUND_ROWS),
        seed=0,
    )
    # One walk through the features, there and back: each row's sum is exact after one.
    found = explainer(codes[: len(rows)], max_evals=2 * codes.shape[1] + 1, silent=True)
    return Attributions(
        features=tuple(map(str, rows.columns)),
        values=np.asarray(found.values, dtype=np.float64),
        base=np.broadcast_to(np.asarray(found.base_values, dtype=np.float64), (len(rows),)),
        margin=np.asarray(says(rows), dtype=np.float64),
        scale=scale,
        method=f"by permuting features against {len(whole) - len(rows)} training rows",
    )


def _answer(pipeline: "Pipeline") -> tuple[Callable[[pd.DataFrame], Vector], str]:
    if hasattr(pipeline, "decision_function"):
        return pipeline.decision_function, "log odds"
    return pipeline.predict, TARGET_UNIT


def _as_numbers(frame: pd.DataFrame) -> tuple[np.ndarray, Callable[[np.ndarray], pd.DataFrame]]:
    """Return the frame as numbers, text as codes, and what turns such numbers back into frames."""
    texts = {
        name: pd.Categorical(column)
        for name, column in frame.items()
        if not pd.api.types.is_numeric_dtype(column)
    }
    numbers = frame.assign(**{str(name): each.codes for name, each in texts.items()})

    def decode(given: np.ndarray) -> pd.DataFrame:
        back = pd.DataFrame(given, columns=frame.columns)
        for name, each in texts.items():
            named = pd.Categorical.from_codes(
                back[name].astype(int).to_list(), categories=each.categories
            )
            back[name] = pd.Series(named, dtype=object)
        return back

    return numbers.to_numpy(dtype=np.float64), decode
