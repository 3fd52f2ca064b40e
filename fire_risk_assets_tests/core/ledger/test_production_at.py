"""Who served at an instant: the ledger and a list kept beside it agree, at every border too."""

import random
from itertools import pairwise

import pytest

from fire_risk_assets.actions.status import served_at
from fire_risk_assets.core.ledger.chain import chain_findings
from fire_risk_assets.core.ledger.fold import serving_at
from fire_risk_assets.errors import NothingServed
from fire_risk_assets_tests.core.ledger.histories import BEGIN, HOUR, History, asked_instants

EVENTS, ASKED = 400, 10_000


@pytest.fixture(scope="module", params=range(3))
def history(request):
    return History(request.param, EVENTS)


def version_of(row):
    return None if row is None else row.production_version


def test_the_history_has_everything_a_past_can_have(history):
    assert chain_findings(history.rows) == []
    kinds = {row.kind for row in history.rows}
    assert kinds >= {"promote", "rollback", "adopt", "keep", "fail", "repair", "refuse"}
    instants = [row.decided_at for row in history.rows]
    assert len(set(instants)) < len(instants) * 0.8, "many are decided at one instant"
    moves = history.instants
    assert any(a == b for a, b in pairwise(moves)), "two moves at one instant"
    assert history.at(BEGIN - HOUR) is None
    assert history.rows[0].production_version is None, "something happens before the first model"


def test_the_fold_agrees_with_the_list_at_ten_thousand_instants(history):
    asked = asked_instants(history, ASKED, seed=7)
    assert len(asked) == ASKED
    wrong = [
        instant
        for instant in asked
        if version_of(serving_at(history.rows, instant)) != history.at(instant)
    ]
    assert wrong == []
    assert sum(history.at(instant) is None for instant in asked) > 100


@pytest.fixture(scope="module")
def stored(tmp_path_factory):
    """A history of one model between the rows of another, in a table of many files."""
    import pyarrow as pa
    from deltalake import write_deltalake

    from fire_risk_assets.adapters.delta_ledger import DeltaLedger
    from fire_risk_assets.adapters.delta_tables import DeltaTables
    from fire_risk_assets.core.tables.registry_status import REGISTRY_STATUS

    root = tmp_path_factory.mktemp("lake")
    DeltaTables(root).prepare(REGISTRY_STATUS)
    history, other = History(11, EVENTS), History(12, EVENTS, model_name="fire_occurrence")
    rows = [row for pair in zip(history.rows, other.rows, strict=True) for row in pair]
    names = REGISTRY_STATUS.schema.names
    for begin in range(0, len(rows), 100):
        part = {name: [getattr(row, name) for row in rows[begin : begin + 100]] for name in names}
        table = pa.table(part, schema=REGISTRY_STATUS.schema)
        write_deltalake(root / REGISTRY_STATUS.name, table, mode="append")
    return DeltaLedger(root), history


@pytest.mark.slow
@pytest.mark.timeout(1200)
@pytest.mark.parametrize(
    "asked",
    # A question to the table takes ten milliseconds and more: every border, and some between.
    [1_500, pytest.param(ASKED, marks=pytest.mark.soak)],
)
def test_the_table_agrees_with_the_list(stored, asked):
    ledger, history = stored
    instants = asked_instants(history, asked, seed=13)
    found = [(each, version_of(ledger.serving_at("burned_area", each))) for each in instants]
    assert [each for each, version in found if version != history.at(each)] == []


@pytest.mark.slow
def test_what_people_are_told_agrees_with_the_list_and_says_since_when(stored):
    ledger, history = stored
    draw = random.Random(17)  # noqa: S311
    for instant in draw.sample(asked_instants(history, ASKED, seed=19), 100):
        expected = history.at(instant)
        if expected is None:
            with pytest.raises(NothingServed):
                served_at("burned_area", instant, ledger)
            continue
        served = served_at("burned_area", instant, ledger)
        assert served.production_version == expected
        assert served.since == max(each for each in history.instants if each <= instant)
