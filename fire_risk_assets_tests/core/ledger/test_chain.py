import dataclasses
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fire_risk_assets.core.ledger.chain import chain_findings
from fire_risk_assets.core.ledger.events import row_for
from fire_risk_assets.core.ledger.row import COLUMNS, OPTIONAL, LedgerRow
from fire_risk_assets.core.tables.registry_status import REGISTRY_STATUS
from fire_risk_assets_tests.ledgers import START, better, event, first, ledger_of, rollback

WHOLE = ledger_of(first(1), better(2, "b"), event(cycle_id="c"), rollback(1), better(3, "e"))


def edited(rows, place, **changes):
    rows = list(rows)
    rows[place] = dataclasses.replace(rows[place], **changes)
    return rows


def test_the_table_and_the_row_have_the_same_columns_in_the_same_order():
    assert tuple(REGISTRY_STATUS.schema.names) == COLUMNS


def test_the_first_four_columns_are_those_of_the_book():
    assert COLUMNS[:4] == ("model_name", "production_version", "updated", "training_time")


def test_a_ledger_built_by_events_is_whole():
    assert chain_findings(WHOLE) == []
    assert chain_findings([]) == []


@given(
    place=st.integers(0, len(WHOLE) - 1),
    column=st.sampled_from([c for c in COLUMNS if c != "row_hash"]),
)
def test_any_edited_value_is_visible(place, column):
    value = getattr(WHOLE[place], column)
    other = {bool: lambda v: not v, int: lambda v: v + 1, str: lambda v: v + "x"}
    change = other.get(
        type(value),
        lambda _v: START + timedelta(days=999) if "time" in column or column.endswith("_at") else 7,
    )(value)
    assert chain_findings(edited(WHOLE, place, **{column: change}))


@pytest.mark.parametrize("row", WHOLE, ids=lambda row: row.kind)
def test_a_value_taken_out_is_visible(row):
    for column in COLUMNS:
        if getattr(row, column) is not None and column != "row_hash":
            assert dataclasses.replace(row, **{column: None}).content_hash() != row.row_hash


def test_a_value_put_into_another_column_is_visible():
    (row,) = ledger_of(first(1, ci_low=0.5))
    moved = dataclasses.replace(row, ci_low=None, ci_high=0.5)
    assert moved.content_hash() != row.row_hash


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Grown(LedgerRow):
    """A row of a later version."""

    mood: str | None = None


def test_rows_older_than_a_column_keep_their_hash_and_a_value_in_it_counts(monkeypatch):
    older = [Grown.from_json(row.to_json()) for row in WHOLE]
    monkeypatch.setattr("fire_risk_assets.core.ledger.row.COLUMNS", (*COLUMNS, "mood"))
    assert chain_findings(older) == []
    (found,) = chain_findings(edited(older, 1, mood="good"))
    assert found == "I4: row seq 2 was changed after it was written"


def test_a_column_that_rows_may_lack_may_be_null_in_the_table():
    assert set(COLUMNS) > OPTIONAL
    assert all(REGISTRY_STATUS.schema.field(name).nullable for name in OPTIONAL)


@given(place=st.integers(0, len(WHOLE) - 2))
def test_a_missing_row_is_visible(place):
    assert chain_findings([row for i, row in enumerate(WHOLE) if i != place])


def test_an_edit_that_recomputes_its_own_hash_breaks_the_next_link():
    rows = edited(WHOLE, 1, reason="another story")
    rows[1] = rows[1].hashed()
    assert any("seq 3 does not follow" in finding for finding in chain_findings(rows))


def test_two_decisions_of_one_cycle_are_visible():
    rows = ledger_of(first(1), event(cycle_id="b"), event(cycle_id="b", request="other"))
    assert "I2: cycle b has 2 decision rows" in chain_findings(rows)


def test_failed_attempts_do_not_count_as_decisions():
    failed = [event("fail", "TRAIN", "b", request=f"fail:{n}") for n in (1, 2)]
    assert chain_findings(ledger_of(first(1), *failed, event(cycle_id="b"))) == []


def test_a_row_is_never_decided_before_the_row_it_follows():
    rows = ledger_of(first(1))
    late = row_for(event(cycle_id="b"), rows, now=START - timedelta(days=3650))
    assert late.decided_at == rows[0].decided_at


@pytest.mark.parametrize(
    ("finding", "change"),
    [
        ("I3: row 3 has seq 4", {"seq": 4}),
        ("I11: row seq 3 was decided", {"decided_at": START - timedelta(days=3650)}),
        ("I12: row seq 3 (keep) changes what serves", {"production_version": 9}),
        ("I13: event ", {"event_id": WHOLE[0].event_id}),
    ],
)
def test_each_fact_of_the_chain_has_a_number_of_its_own(finding, change):
    rows = ledger_of(first(1), event(cycle_id="b"), event(cycle_id="c"))
    found = chain_findings(edited(rows, 2, **change))
    assert len([each for each in found if each.startswith(finding)]) == 1


def test_only_a_pointer_move_may_name_a_version():
    with pytest.raises(ValueError, match="keep"):
        row_for(event("keep", moves_to=3), [], now=START)
    with pytest.raises(ValueError, match="promote"):
        row_for(event("promote", "better"), [], now=START)


def test_a_row_survives_json():
    for row in WHOLE:
        assert LedgerRow.from_json(row.to_json()) == row
