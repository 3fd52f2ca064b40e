"""Guardrails: does the candidate lose anywhere that matters, though it wins on the whole?

Each slice of the holdout is tested for a regression, and Holm's correction keeps the chance of
any false alarm at one level. Which slices there are is the caller's business, what an alarm
leads to that of `adjudication`.
"""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike

from fire_risk_assets.core.arrays import Flags, Vector
from fire_risk_assets.core.clustering import missing_labels
from fire_risk_assets.core.judged_rows import JudgedRows
from fire_risk_assets.core.metrics import aggregate_losses
from fire_risk_assets.core.policy import AdjudicationPolicy
from fire_risk_assets.core.sign_flip import rounding_tolerance, sign_flip_test
from fire_risk_assets.core.verdict import SliceResult, SliceStatus
from fire_risk_assets.errors import InvalidScores

MISSING = "(missing)"
"""Label under which rows without a label form a slice of their own: nothing is left out."""


def slice_masks(slices: Mapping[str, ArrayLike], *, rows: int) -> dict[str, Flags]:
    """Return the mask, shape (n_rows,), of every slice, by name, in a fixed order.

    A value of dtype bool is one slice, the rows where it is true, under its key (`weekend`). Any
    other array holds labels, and each label is a slice `key=label`; missing labels (None, NaN,
    NaT) are together `key=(missing)`. Labels that print alike are one slice.

    Raises:
        InvalidScores: a value is not of shape (n_rows,).

    >>> list(slice_masks({"zone": ["a", "b", "a"], "weekend": [True, False, False]}, rows=3))
    ['weekend', 'zone=a', 'zone=b']
    """
    masks: dict[str, Flags] = {}
    for key in sorted(slices):
        labels = np.asarray(slices[key])
        if labels.shape != (rows,):
            raise InvalidScores(f"slice {key!r} has shape {labels.shape}; expected ({rows},)")
        if labels.dtype == np.bool_:
            masks[key] = labels
            continue
        texts = np.array([str(label) for label in labels.tolist()], dtype=np.str_)
        texts = np.where(missing_labels(labels), MISSING, texts)
        names, codes = np.unique(texts, return_inverse=True)
        masks |= {f"{key}={name}": codes == code for code, name in enumerate(names.tolist())}
    return masks


def holm_adjusted(p_values: ArrayLike) -> Vector:
    """Return Holm's step-down adjusted p-values, same shape (n_tests,) and order.

    With p sorted ascending, adjusted_i = max over j <= i of min(1, (m - j) p_j), j from 0. A test
    is rejected at family-wise level a when its adjusted p is <= a (Holm, 1979, Scandinavian
    Journal of Statistics 6, 65-70). Valid under any dependence between the tests.

    >>> holm_adjusted([0.04, 0.01, 0.03])
    array([0.06, 0.03, 0.06])
    """
    p = np.asarray(p_values, dtype=np.float64)
    order = np.argsort(p, kind="stable")
    factors = np.arange(p.size, 0, -1)
    adjusted = np.empty_like(p)
    adjusted[order] = np.minimum(1.0, np.maximum.accumulate(factors * p[order]))
    return adjusted


def check_slices(
    judged: JudgedRows, slices: Mapping[str, ArrayLike], *, policy: AdjudicationPolicy, seed: int
) -> tuple[SliceResult, ...]:
    """Test every slice for a regression of the candidate (see `slice_masks` for `slices`).

    A slice under one of the policy's minima (rows, clusters and, where positives are given,
    positives) is `insufficient`. The others are tested one-sided by the clustered sign-flip
    test, and are a `regression` when Holm's adjusted p is <= slice_alpha, else `pass`.

    Raises:
        InvalidScores: a slice is not of shape (n_rows,).
    """
    masks = slice_masks(slices, rows=judged.count)
    results = [_measure(name, mask, judged, policy, seed) for name, mask in masks.items()]
    tested = [each for each in results if each.p_value is not None]
    adjusted = holm_adjusted([each.p_value for each in tested if each.p_value is not None])
    p_adjusted = {each.name: float(p) for each, p in zip(tested, adjusted, strict=True)}
    return tuple(_judge(each, p_adjusted.get(each.name), policy.slice_alpha) for each in results)


def _measure(
    name: str, mask: Flags, judged: JudgedRows, policy: AdjudicationPolicy, seed: int
) -> SliceResult:
    reference, candidate = judged.reference[mask], judged.candidate[mask]
    clusters = judged.clusters.subset(mask)
    positives = None if judged.positives is None else int(judged.positives[mask].sum())
    sufficient = (
        reference.size >= policy.slice_min_rows
        and clusters.count >= policy.slice_min_clusters
        and (positives is None or positives >= policy.slice_min_positives)
    )
    difference = p_value = None
    if reference.size:
        scores = [aggregate_losses(each, policy.aggregate) for each in (candidate, reference)]
        difference = scores[0] - scores[1]
    if sufficient:
        p_value = sign_flip_test(
            clusters.sums(candidate - reference),
            flips=policy.flips,
            seed=seed,
            tolerance=rounding_tolerance(reference, candidate),
        ).p_positive
    return SliceResult(
        name=name,
        status="insufficient",
        rows=int(reference.size),
        clusters=clusters.count,
        positives=positives,
        difference=difference,
        p_value=p_value,
    )


def _judge(result: SliceResult, p_adjusted: float | None, alpha: float) -> SliceResult:
    if p_adjusted is None:
        return result
    status: SliceStatus = "regression" if p_adjusted <= alpha else "pass"
    return replace(result, status=status, p_adjusted=p_adjusted)
