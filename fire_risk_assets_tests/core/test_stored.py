"""Stored documents read back: what does not fit is told as a broken store."""

from datetime import UTC, datetime

import pytest

from fire_risk_assets.core.ledger.row import LedgerRow
from fire_risk_assets.core.references import Cycle, RegistryCheck
from fire_risk_assets.errors import StoreBroken
from fire_risk_assets_tests.ledgers import first, ledger_of

CYCLE = Cycle(
    model_name="tiny", cycle_id="c", as_of=datetime(2025, 9, 8, tzinfo=UTC), batch_seq=3
).to_json()
CHECK = RegistryCheck(consistent=True, checked_at=datetime(2025, 9, 8, tzinfo=UTC)).to_json()
(WRITTEN,) = ledger_of(first())
ROW = WRITTEN.to_json()


def without(document, name):
    return {key: value for key, value in document.items() if key != name}


@pytest.mark.parametrize(
    ("kind", "document", "said"),
    [
        (Cycle, {}, "lacks as_of, batch_seq, cycle_id, model_name"),
        (Cycle, ["c"], "no document"),
        (Cycle, without(CYCLE, "batch_seq"), "lacks batch_seq"),
        (Cycle, {**CYCLE, "mood": "good"}, "has mood, which is unknown"),
        (Cycle, {**CYCLE, "as_of": "yesterday"}, "as_of of a stored Cycle: 'yesterday'"),
        (Cycle, {**CYCLE, "as_of": 20250908}, "as_of of a stored Cycle is 20250908"),
        (Cycle, {**CYCLE, "as_of": None}, "as_of of a stored Cycle is None"),
        (Cycle, {**CYCLE, "as_of": "0001-01-01T00:00:00+14:00"}, "outside the years"),
        (RegistryCheck, {**CHECK, "checked_at": ["2025"]}, "checked_at of a stored"),
        (LedgerRow, without(ROW, "kind"), "lacks kind"),
        (LedgerRow, {**ROW, "mood": "good"}, "has mood"),
        (LedgerRow, {**ROW, "decided_at": "soon"}, "decided_at of a stored LedgerRow"),
    ],
)
def test_a_document_that_does_not_fit_is_a_broken_store(kind, document, said):
    with pytest.raises(StoreBroken, match=said):
        kind.from_json(document)


def test_instants_may_be_text_or_instants_already_and_absent_where_they_may_be():
    assert LedgerRow.from_json({**ROW, "decided_at": WRITTEN.decided_at}) == WRITTEN
    assert LedgerRow.from_json({**ROW, "training_until": None}).training_until is None
