import dataclasses
import threading
from datetime import UTC, datetime, timedelta

import pytest

from fire_risk_assets.adapters.delta_ledger import DeltaLedger
from fire_risk_assets.adapters.delta_tables import DeltaTables
from fire_risk_assets.core.ledger.chain import chain_findings
from fire_risk_assets.core.ledger.events import row_for
from fire_risk_assets.core.ledger.fold import serving_at
from fire_risk_assets.core.tables.registry_status import REGISTRY_STATUS
from fire_risk_assets.errors import HeadMoved, StoreBroken, TableMissing
from fire_risk_assets_tests.ledgers import START, better, event, first, ledger_of, rollback


@pytest.fixture
def ledger(tmp_path):
    DeltaTables(tmp_path).prepare(REGISTRY_STATUS)
    return DeltaLedger(tmp_path)


def test_rows_come_back_as_they_were_written(ledger):
    rows = ledger_of(
        first(1, candidate_score=0.1 + 0.2, training_until=datetime(2026, 1, 1, tzinfo=UTC)),
        event(cycle_id="b", p_value=1 / 3),
    )
    for row in rows:
        ledger.append(row)
    assert ledger.rows("burned_area") == rows
    assert ledger.rows("no_such_model") == []
    assert chain_findings(ledger.rows("burned_area")) == []


def test_the_ledger_and_the_fold_agree_on_what_served_at_every_instant(ledger):
    rows = ledger_of(
        first(1),
        event(cycle_id="b"),
        better(2, "c"),
        event("fail", "train", "d", request="fail:1"),
        rollback(1),
        event("repair", "drift", "drift-5", request="repair"),
    )
    rows[4] = dataclasses.replace(rows[4], decided_at=rows[2].decided_at)
    for row in rows:
        ledger.append(row)
    second = timedelta(microseconds=1)
    for row in rows:
        for instant in (row.decided_at - second, row.decided_at, row.decided_at + second):
            assert ledger.serving_at("burned_area", instant) == serving_at(rows, instant)
    assert ledger.serving_at("no_such_model", rows[-1].decided_at) is None


def test_a_row_made_for_an_old_head_is_refused(ledger):
    one = ledger_of(first(1))
    ledger.append(one[0])
    mine = row_for(event(cycle_id="mine"), one, now=START)
    theirs = row_for(event(cycle_id="theirs"), one, now=START)
    ledger.append(theirs)
    with pytest.raises(HeadMoved):
        ledger.append(mine)
    assert [row.cycle_id for row in ledger.rows("burned_area")] == ["2026-08-03", "theirs"]


def test_of_many_promoters_with_one_head_exactly_one_wins(ledger):
    one = ledger_of(first(1))
    ledger.append(one[0])
    outcomes = []

    def promote(name):
        try:
            ledger.append(row_for(event(cycle_id=name), one, now=START))
            outcomes.append(name)
        except HeadMoved:
            pass

    threads = [threading.Thread(target=promote, args=(f"c{n}",)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [row.cycle_id for row in ledger.rows("burned_area")][1:] == outcomes
    assert len(outcomes) == 1


def test_other_models_do_not_stand_in_the_way(ledger):
    names = [f"model_{n}" for n in range(6)]
    rows = {n: ledger_of(first(1, model_name=n), event(cycle_id="b", model_name=n)) for n in names}

    def append(name):
        for row in rows[name]:
            ledger.append(row)

    threads = [threading.Thread(target=append, args=(name,)) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert ledger.all_rows() == rows


def test_compaction_keeps_every_row_and_the_head(ledger):
    ledger = dataclasses.replace(ledger, compact_at_files=5)
    rows = ledger_of(first(1), *(event(cycle_id=f"c{n}") for n in range(6)))
    for row in rows[:-1]:
        ledger.append(row)
    assert ledger.compact() is True
    assert ledger.compact() is False
    assert ledger.rows("burned_area") == rows[:-1]
    with pytest.raises(HeadMoved):
        ledger.append(dataclasses.replace(rows[-1], seq=3))
    ledger.append(rows[-1])
    assert ledger.rows("burned_area") == rows


def test_a_committed_row_can_be_made_durable(ledger):
    rows = ledger_of(first(1), event(cycle_id="b"))
    for row in rows:
        ledger.append(row)
    for row in rows:
        ledger.make_durable(row)
    assert ledger.rows("burned_area") == rows


def test_a_durable_row_follows_rows_that_are_durable_though_their_writer_was_killed(
    ledger, tmp_path, flushed
):
    def logs(*versions):
        folder = tmp_path / "registry_status" / "_delta_log"
        return [(folder / f"{version:020d}.json").stat().st_ino for version in versions]

    rows = ledger_of(first(1), *(event(cycle_id=f"c{n}") for n in range(3)))
    for row in rows[:3]:
        ledger.append(row)
    newest = len(list((tmp_path / "registry_status" / "_delta_log").glob("*.json"))) - 1
    ledger.make_durable(rows[2])
    assert set(logs(*range(newest - 2, newest + 1))) <= set(flushed)
    flushed.clear()
    ledger.append(rows[3])
    ledger.make_durable(rows[3])
    assert set(logs(*range(newest + 2))) & set(flushed) == set(logs(newest + 1))
    flushed.clear()
    ledger.make_durable(rows[0])
    assert set(logs(*range(newest + 2))) & set(flushed) == set(logs(newest - 2))


def test_what_compaction_puts_in_place_of_durable_rows_is_on_the_disk(ledger, tmp_path, flushed):
    ledger = dataclasses.replace(ledger, compact_at_files=5)
    for row in ledger_of(first(1), *(event(cycle_id=f"c{n}") for n in range(5))):
        ledger.append(row)
    folder = tmp_path / "registry_status"
    log = folder / "_delta_log"
    old = set(folder.glob("*.parquet"))
    assert ledger.compact() is True
    (whole,) = set(folder.glob("*.parquet")) - old
    newest = max(log.glob("*.json"))
    (checkpoint,) = log.glob(f"{newest.stem}.checkpoint*.parquet")
    replacing = [whole, newest, checkpoint, log / "_last_checkpoint", folder, log]
    assert flushed[-len(replacing) :] == [path.stat().st_ino for path in replacing]


def test_a_durable_row_lies_on_the_disk_with_the_checkpoint_its_commit_made(
    ledger, tmp_path, flushed
):
    log = tmp_path / "registry_status" / "_delta_log"
    rows = ledger_of(first(1), *(event(cycle_id=f"c{n}") for n in range(110)))
    for row in rows:
        ledger.append(row)
        if made := list(log.glob("*.checkpoint*.parquet")):
            break
    ledger.make_durable(row)
    assert {made[0].stat().st_ino, (log / "_last_checkpoint").stat().st_ino} <= set(flushed)
    assert ledger.rows("burned_area") == rows[: row.seq]


def test_acknowledged_rows_whose_log_entry_is_gone_are_missed(ledger, tmp_path):
    rows = ledger_of(first(1), event(cycle_id="b"))
    for row in rows:
        ledger.append(row)
        ledger.make_durable(row)
    max((tmp_path / "registry_status" / "_delta_log").glob("*.json")).unlink()
    for reader in (ledger, DeltaLedger(tmp_path)):
        with pytest.raises(StoreBroken, match="entries of its log are missing"):
            reader.rows("burned_area")


def test_an_unknown_kind_is_refused_by_the_table_itself(ledger):
    row = dataclasses.replace(ledger_of(first(1))[0], kind="wish")
    with pytest.raises(StoreBroken):
        ledger.append(row)
    assert ledger.rows("burned_area") == []


def test_a_ledger_that_was_never_made_says_so(tmp_path):
    with pytest.raises(TableMissing):
        DeltaLedger(tmp_path).rows("burned_area")
