"""The public contract of kinds and reasons, and the verdict as a document."""

import json

import pytest

from fire_risk_assets.core.verdict import (
    DECISION_KINDS,
    OPEN_KINDS,
    REASONS,
    Kind,
    Reason,
    SliceResult,
    Verdict,
    is_allowed,
)
from fire_risk_assets.errors import InvalidVerdict

CONTRACT = {
    "promote": "better stale first first_baseline forced refit",
    "keep": "not_better worse slice_regression below_baseline withdrawn",
    "undecided": "too_few_rows one_class holdout_overlaps_production",
    "refuse": "out_of_order holdout_spent leak artifact_mismatch rejected",
    "fail": "killed",
    "rollback": "operator bake",
    "adopt": "drift",
}


def test_kinds_and_reasons_are_the_published_ones():
    assert {str(kind): set(map(str, codes)) for kind, codes in REASONS.items()} == {
        kind: set(codes.split()) for kind, codes in CONTRACT.items()
    }
    assert {str(kind) for kind in Kind} == {*CONTRACT, "repair", "release"}
    assert set(map(str, DECISION_KINDS)) == {"promote", "keep", "undecided", "refuse"}


def test_every_reason_belongs_to_exactly_one_kind():
    owners = [[kind for kind, codes in REASONS.items() if reason in codes] for reason in Reason]
    assert all(len(each) == 1 for each in owners)


@pytest.mark.parametrize("kind", sorted(OPEN_KINDS))
def test_a_failed_or_repairing_row_may_name_its_step(kind):
    assert is_allowed(kind, "train")
    assert not is_allowed(kind, "")


@pytest.mark.parametrize(("kind", "code"), [("keep", "better"), ("promote", "tie"), ("x", "y")])
def test_a_reason_foreign_to_its_kind_is_refused(kind, code):
    assert not is_allowed(kind, code)
    with pytest.raises(InvalidVerdict, match=f"Reason code '{code}'"):
        Verdict(kind=kind, reason_code=code, reason="")


def test_a_verdict_survives_json_with_all_its_evidence():
    verdict = Verdict(
        kind=Kind.KEEP,
        reason_code=Reason.SLICE_REGRESSION,
        reason="Worse in zone=north.",
        p_value=0.0005,
        difference=-0.1 - 0.2,
        warnings=("Neighbouring clusters are alike.",),
        slices=(
            SliceResult(name="zone=north", status="regression", rows=80, clusters=20, p_value=0.01),
        ),
        seed=2**200,
    )
    document = json.loads(json.dumps(verdict.to_json(), allow_nan=False))
    assert Verdict.from_json(document) == verdict
    assert type(verdict.to_json()["kind"]) is str


def test_numbers_json_has_no_word_for_become_none():
    verdict = Verdict(
        kind=Kind.UNDECIDED,
        reason_code=Reason.TOO_FEW_ROWS,
        reason="",
        ci_low=float("-inf"),
        p_value=float("nan"),
    )
    assert (verdict.ci_low, verdict.p_value) == (None, None)
    assert Verdict.from_json(verdict.to_json()) == verdict


@pytest.mark.parametrize(
    "changes",
    [{"kind": "maybe"}, {"colour": "red"}, {"slices": [{"name": "x"}]}, {"warnings": None}],
)
def test_a_document_that_is_no_verdict_is_refused(changes):
    document = Verdict(kind=Kind.KEEP, reason_code=Reason.WORSE, reason="").to_json()
    with pytest.raises(InvalidVerdict):
        Verdict.from_json({**document, **changes})


def test_a_document_without_a_reason_is_refused():
    with pytest.raises(InvalidVerdict):
        Verdict.from_json({"kind": "keep"})
