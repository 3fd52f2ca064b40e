from dataclasses import replace

import pytest

from fire_risk_assets.actions.compact import compact_data, compact_ledger
from fire_risk_assets.actions.status import status
from fire_risk_assets.adapters.delta_ledger import DeltaLedger
from fire_risk_assets.adapters.delta_tables import DeltaTables


@pytest.fixture
def eager(promoted):
    """A world whose tables are compacted from two files on."""
    root = promoted.ledger.root
    return replace(
        promoted,
        ledger=DeltaLedger(root, compact_at_files=2),
        tables=DeltaTables(root, compact_at_files=2),
    )


def test_tables_with_many_files_are_named_and_hold_the_same_rows(eager):
    rows = eager.ledger.rows("tiny")
    data = compact_data(eager)
    found = status((), eager.ledger, eager.references)
    assert "batches" in data.tables
    assert compact_ledger(found, eager).facts == {"compacted": "registry_status"}
    assert eager.ledger.rows("tiny") == rows


def test_a_ledger_that_is_not_whole_is_left_as_it_is(eager):
    found = status(("tiny",), eager.ledger, eager.references)
    broken = [replace(each, ledger_ok=False) for each in found]
    compacted = compact_ledger(broken, eager)
    assert compacted.facts == {
        "compacted": "none",
        "warning": "The ledger was not compacted: it is not whole.",
    }


def test_a_compaction_that_fails_is_a_warning_that_names_the_cause(eager):
    lost = replace(eager, ledger=DeltaLedger(eager.ledger.root / "nowhere"))
    compacted = compact_ledger((), lost)
    assert compacted.tables == ()
    assert compacted.warning.startswith("The ledger was not compacted. TableMissing: There is no")
