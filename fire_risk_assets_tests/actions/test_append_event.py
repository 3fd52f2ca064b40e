"""COMMIT and READBACK when the ledger does not do what it says, or says nothing."""

from dataclasses import replace

import pytest

from fire_risk_assets.actions.append_event import append_event
from fire_risk_assets.adapters.delta_ledger import DeltaLedger
from fire_risk_assets.errors import LedgerBroken, StoreBusy
from fire_risk_assets_tests.ledgers import event

pytestmark = pytest.mark.slow

EVENT = event(model_name="tiny")


class Forgetful(DeltaLedger):
    """A store that acknowledges a row and loses it."""

    def append(self, row):
        pass


class Silent(DeltaLedger):
    """A store whose answer is lost on the way."""

    def append(self, row):
        DeltaLedger.append(self, row)
        raise StoreBusy("no answer")


class Deaf(DeltaLedger):
    """A store that is asked in vain."""

    def append(self, row):
        raise StoreBusy("nobody there")


def on(ledger, world):
    return replace(world, ledger=ledger(world.ledger.root))


def test_a_row_that_was_acknowledged_and_lost_is_told(world):
    with pytest.raises(LedgerBroken, match="does not read back"):
        append_event(EVENT, on(Forgetful, world))


def test_a_row_whose_answer_was_lost_is_there_once(world):
    before = world.ledger.rows("tiny")
    row = append_event(EVENT, on(Silent, world))
    assert world.ledger.rows("tiny") == [*before, row]
    assert append_event(EVENT, world) == row


def test_a_row_that_was_not_written_is_no_success(world):
    before = world.ledger.rows("tiny")
    with pytest.raises(StoreBusy, match="nobody there"):
        append_event(EVENT, on(Deaf, world))
    assert world.ledger.rows("tiny") == before
