"""What records say together, bits that differ, and the answer that follows."""

import numpy as np
import pytest

from fire_risk_assets.core.ingredients import Ingredient, agreed, same_bits, told
from fire_risk_assets.core.provenance import Environment, drift
from fire_risk_assets.core.reproduction import answer_of
from fire_risk_assets.core.then_and_now import code_ingredient, code_then, environment_then

COMMIT = "a" * 40
THEN = Environment(python="CPython 3.11.9", platform="Linux-x86_64", packages={"a": "1", "b": "1"})
NOW = Environment(python="CPython 3.12.1", platform="Linux-x86_64", packages={"b": "2", "c": "1"})


def of(name, state, *, needed=True):
    return Ingredient(name=name, state=state, needed=needed)


@pytest.mark.parametrize(
    ("ingredients", "answer"),
    [
        ([], "reproduced"),
        ([of("seed", "verified"), of("code", "differs", needed=False)], "reproduced"),
        ([of("seed", "missing"), of("code", "differs", needed=False)], "not_reproducible"),
        ([of("seed", "missing"), of("params", "differs")], "differs"),
    ],
)
def test_what_was_found_otherwise_comes_before_what_is_missing(ingredients, answer):
    assert answer_of(ingredients) == answer


def test_the_first_record_counts_and_another_that_contradicts_it_is_named():
    records = {"the ledger": {}, "the record of the fit": {"params": {"n": 1}}}
    assert told(records, "params") == {"n": 1}
    assert agreed(records, "seed").state == "missing"
    assert agreed(records, "params") == Ingredient(
        name="params", state="verified", detail='{"n": 1}'
    )
    found = agreed({**records, "its MLflow tags": {"params": {"n": 2}}}, "params")
    assert found.state == "differs"
    assert found.detail == 'the record of the fit says {"n": 1}, its MLflow tags say {"n": 2}'


@pytest.mark.parametrize("other", [np.nextafter(0.5, 1), -0.5, np.nan])
def test_one_bit_is_a_difference_and_the_first_row_is_named(other):
    recorded = np.array([1.0, 0.5, np.nan])
    same = same_bits("p", ["x", "y", "z"], recorded, recorded.copy(), by="archived")
    assert same.state == "verified"
    found = same_bits("p", ["x", "y", "z"], recorded, np.array([1.0, other, np.nan]), by="archived")
    assert found.state == "differs"
    assert "1 of 3 rows, by at most" in found.detail
    assert f"the first is y: archived 0.5, now {float(other)!r}" in found.detail


def test_zero_and_minus_zero_are_not_the_same_bits():
    assert same_bits("p", ["x"], np.array([0.0]), np.array([-0.0]), by="a").state == "differs"


@pytest.mark.parametrize(
    ("then", "now", "changes", "state", "said"),
    [
        (None, COMMIT, None, "missing", "no record"),
        (COMMIT, COMMIT, None, "verified", COMMIT),
        (COMMIT, "b" * 40, None, "differs", f"then {COMMIT}; now bbb"),
        (f"{COMMIT}+12ab", COMMIT, "/p/changes", "differs", "as kept in /p/changes"),
        (f"{COMMIT}+12ab", COMMIT, None, "missing", "how is not kept"),
        ("1.0+12ab", "1.1+34cd", None, "differs", "then 1.0+12ab; now 1.1+34cd"),
    ],
)
def test_the_code_of_then_is_told_with_where_its_diff_lies(then, now, changes, state, said):
    found = code_ingredient(code_then(then, now, changes))
    assert (found.state, found.needed) == (state, False)
    assert said in found.detail


def test_a_moved_environment_is_named_package_by_package():
    found, ingredient = environment_then(THEN.digest(), THEN, NOW)
    assert found.drift == drift(THEN, NOW)
    assert found.drift.added == {"c": "1"}
    assert found.drift.removed == {"a": "1"}
    assert found.drift.changed == {"python": ("CPython 3.11.9", "CPython 3.12.1"), "b": ("1", "2")}
    assert ingredient.detail == "1 added, 1 removed, 2 of another version"


def test_python_and_platform_count_as_part_of_an_environment():
    other = Environment(python=NOW.python, platform=THEN.platform, packages=THEN.packages)
    assert other.digest() != THEN.digest()


@pytest.mark.parametrize(
    ("digest", "kept", "state", "said"),
    [
        (None, None, "missing", "no record"),
        (THEN.digest(), None, "missing", "cannot be named"),
        (NOW.digest(), None, "verified", "its list is not kept"),
        (NOW.digest(), NOW, "verified", "2 packages, CPython 3.12.1, Linux-x86_64"),
        (THEN.digest(), NOW, "missing", "was changed since"),
    ],
)
def test_a_list_that_is_gone_or_edited_names_nothing(digest, kept, state, said):
    found, ingredient = environment_then(digest, kept, NOW)
    assert (found.drift, ingredient.state, ingredient.needed) == (None, state, False)
    assert said in ingredient.detail
