"""Guardrails: Holm by hand, and that a slice too small never passes."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fire_risk_assets.core.guardrails import MISSING, check_slices, holm_adjusted, slice_masks
from fire_risk_assets.core.judged_rows import judged_rows
from fire_risk_assets.core.policy import AdjudicationPolicy
from fire_risk_assets.errors import InvalidScores

ROWS = 400
DAYS = np.arange(ROWS) % 40
POLICY = AdjudicationPolicy()


def check(slices, worse=None, positives=None, policy=POLICY, seed=0):
    generator = np.random.default_rng(seed)
    production = generator.gamma(2, 1, ROWS)
    candidate = generator.gamma(2, 1, ROWS) * np.where(worse, 3.0, 0.6 if worse is not None else 1)
    judged = judged_rows(
        production_losses=production,
        candidate_losses=candidate,
        clusters=DAYS,
        positives=positives,
    )
    found = check_slices(judged, slices, policy=policy, seed=0)
    return {each.name: each for each in found}


def test_holm_equals_the_hand_computed_step_down():
    assert holm_adjusted([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm_adjusted([0.6, 0.7]) == pytest.approx([1, 1])
    assert holm_adjusted([]).size == 0


@given(st.lists(st.floats(0.0005, 1), min_size=1, max_size=12))
def test_holm_keeps_the_order_and_lies_between_p_and_bonferroni(p_values):
    p, adjusted = np.array(p_values), holm_adjusted(p_values)
    assert (adjusted >= p).all()
    assert (adjusted <= np.minimum(1, p * p.size) + 1e-15).all()
    assert (np.diff(adjusted[np.argsort(p, kind="stable")]) >= 0).all()
    assert adjusted.min() == min(1, p.min() * p.size)


def test_a_slice_that_regresses_is_named_and_its_neighbour_passes():
    zone = np.where(np.arange(ROWS) // 40 % 2 == 0, "north", "south")
    found = check({"zone": zone}, worse=zone == "north")
    assert found["zone=north"].status == "regression"
    assert found["zone=north"].difference > 0
    assert found["zone=north"].p_adjusted <= POLICY.slice_alpha
    assert found["zone=south"].status == "pass"
    assert found["zone=south"].difference < 0


@pytest.mark.parametrize(
    ("rows", "days", "positives"),
    [(59, 40, 59), (60, 14, 60), (60, 40, 9)],
    ids=["rows", "days", "positives"],
)
def test_a_slice_too_small_in_any_way_is_insufficient_however_bad(rows, days, positives):
    inside = np.zeros(ROWS, dtype=bool)
    inside[np.flatnonzero(days > DAYS)[:rows]] = True
    flags = np.zeros(ROWS, dtype=bool)
    flags[np.flatnonzero(inside)[:positives]] = True
    found = check({"small": inside}, worse=inside, positives=flags)["small"]
    assert (found.rows, found.clusters, found.positives) == (rows, days, positives)
    assert found.status == "insufficient"
    assert found.p_value is None
    assert found.p_adjusted is None


def test_a_slice_at_every_minimum_is_tested():
    inside = np.zeros(ROWS, dtype=bool)
    inside[np.flatnonzero(DAYS < 15)[:60]] = True
    flags = np.zeros(ROWS, dtype=bool)
    flags[np.flatnonzero(inside)[:10]] = True
    found = check({"enough": inside}, worse=inside, positives=flags)["enough"]
    assert (found.rows, found.clusters, found.positives) == (60, 15, 10)
    assert found.status == "regression"


def test_without_classes_positives_are_no_condition():
    inside = DAYS < 20
    found = check({"early": inside}, worse=inside)["early"]
    assert found.positives is None
    assert found.status == "regression"


def test_insufficient_slices_do_not_weigh_on_the_others():
    north = np.arange(ROWS) // 40 % 2 == 0
    alone = check({"north": north}, worse=north)
    cells = np.arange(ROWS) // 40
    together = check({"north": north, "cell": cells}, worse=north)
    assert {each.status for name, each in together.items() if name != "north"} == {"insufficient"}
    assert together["north"] == alone["north"]


def test_labels_become_slices_and_masks_one_slice_and_nothing_is_left_out():
    masks = slice_masks(
        {
            "zone": np.array(["a", None, "b", np.nan], dtype=object),
            "level": np.array([1, 2, 1, 2]),
            "weekend": [True, False, True, False],
        },
        rows=4,
    )
    assert list(masks) == ["level=1", "level=2", "weekend", f"zone={MISSING}", "zone=a", "zone=b"]
    assert masks["weekend"].tolist() == [True, False, True, False]
    assert masks[f"zone={MISSING}"].tolist() == [False, True, False, True]
    per_zone = np.sum([mask for name, mask in masks.items() if name.startswith("zone")], axis=0)
    assert per_zone.tolist() == [1, 1, 1, 1]


def test_a_slice_of_another_length_is_refused_by_name():
    with pytest.raises(InvalidScores, match=r"slice 'zone' has shape \(3,\); expected \(400,\)"):
        check({"zone": ["a", "b", "c"]})


def test_a_mask_that_is_true_nowhere_is_insufficient():
    found = check({"never": np.zeros(ROWS, dtype=bool)})["never"]
    assert (found.status, found.rows, found.difference) == ("insufficient", 0, None)
