"""The doctor names what is lost of ledger, predictions, snapshots and tables."""

import json
import shutil
from datetime import date

import pyarrow as pa
import pytest
from deltalake import DeltaTable

from fire_risk_assets.actions.attempts import open_attempt
from fire_risk_assets.actions.score_batch import ScoreRequest, score_batch
from fire_risk_assets.core.scoring.days import Days
from fire_risk_assets.core.tables.predictions import PREDICTIONS
from fire_risk_assets_tests.damage import wipe_aliases_and_stages
from fire_risk_assets_tests.faults.losses import (
    codes,
    diagnosed,
    replaced,
    rewrite,
    told,
)
from fire_risk_assets_tests.homes import THIRD, copy_home, rewrite_every_file
from fire_risk_assets_tests.tiny import TINY

pytestmark = pytest.mark.slow


@pytest.fixture
def home(promoted_home, tmp_path):
    return copy_home(promoted_home, tmp_path / "home")


def test_an_edited_row_is_named(settings):
    rewrite(settings, "registry_status", lambda rows: replaced(rows, "reason", lambda _: "Fine."))
    assert told(settings)[:2] == [
        ("I4", "row seq 1 was changed after it was written"),
        ("I4", "row seq 2 was changed after it was written"),
    ]


def test_a_missing_row_is_named_in_the_middle_and_at_the_end(children, home, settings):
    assert children.cycle(home, THIRD) == 0
    whole = settings.lake / "registry_status"
    back = set_aside(whole)
    rewrite(settings, "registry_status", lambda rows: without(rows, 2))
    assert {"I3", "I4"} <= set(codes(settings))
    back()
    rewrite(settings, "registry_status", lambda rows: without(rows, 3))
    found = dict(told(settings))
    assert found["I6"] == "the ledger ends at row seq 2, and row seq 3 was acknowledged"


def set_aside(place):
    """Return what puts a table back as it is now."""
    aside = place.with_name("aside")
    shutil.copytree(place, aside)

    def back():
        shutil.rmtree(place)
        aside.rename(place)

    return back


def without(rows, seq):
    return rows.filter([each != seq for each in rows["seq"].to_pylist()])


def test_predictions_that_no_row_explains_are_named_whosever_they_are(settings, world):
    days = Days(date(2025, 9, 16), date(2025, 9, 17))
    score_batch(TINY, ScoreRequest(days=days), world)
    assert codes(settings) == []
    stored = world.tables.read(PREDICTIONS).slice(0, 1).to_pylist()[0]
    for changes in ({"event_id": "another", "batch_id": "forged"}, {"model_name": "nobody"}):
        row = pa.Table.from_pylist([stored | changes], schema=PREDICTIONS.schema)
        world.tables.append(PREDICTIONS, row)
    named = stored["event_id"][:12]
    assert [(each.model_name, each.code, each.found) for each in diagnosed(settings).findings] == [
        (
            "nobody",
            "I7",
            f"batch {stored['batch_id']} of predictions names event {named}, which no row records",
        ),
        (
            "tiny",
            "I7",
            "batch forged of predictions names event another, which no row records",
        ),
    ]


def test_rows_that_no_longer_rebuild_are_named_by_role_and_cycle(settings):
    rewrite(
        settings, "fire_reports", lambda rows: replaced(rows, "burned_area_ha", lambda a: a + 1)
    )
    found = told(settings)
    assert [code for code, _ in found] == ["I23"] * 4
    assert [each.partition(",")[0] for _, each in found] == [
        f"the {role} rows of cycle {cycle}"
        for cycle in ("2025-06-02", "2025-09-15")
        for role in ("training", "holdout")
    ]


def test_a_reference_that_was_changed_or_is_gone_is_named(settings):
    folder = settings.home / "references" / "tiny" / "2025-09-15"
    file = folder / "training_set.json"
    document = json.loads(file.read_text())
    document["snapshot"]["content_digest"] = "0" * 64
    file.write_text(json.dumps(document))
    (folder / "holdout_set.json").write_text("{")
    (settings.home / "references" / "tiny" / "2025-06-02" / "plan.json").unlink()
    (settings.home / "references" / "tiny" / "2025-06-02" / "training_set.json").unlink()
    found = told(settings)
    assert [code for code, _ in found] == ["I17", "I23", "I23", "I23"]
    assert found[0][1] == "references/tiny/2025-06-02/plan.json is missing"
    assert "2025-06-02/training_set.json is missing" in found[1][1]
    assert "2025-09-15/training_set.json names rows with digest 000000000000…" in found[2][1]
    assert "holdout_set.json cannot be read" in found[3][1]


def test_a_vacuumed_table_is_named_with_what_could_not_be_looked_at(settings):
    table = DeltaTable(settings.lake / "features")
    older = {uri.rpartition("/")[2] for uri in table.file_uris()}
    for name in older:
        (settings.lake / "features" / name).unlink()
    found = diagnosed(settings)
    (finding,) = found.findings
    assert (finding.code, finding.model_name) == ("I24", None)
    assert f"table features names, {len(older)} " in finding.found
    assert found.unexamined == ["the rows decisions stood on: features cannot be read"]


def test_a_ledger_without_its_files_or_with_a_torn_log_is_named_and_nothing_else(settings):
    place = settings.lake / "registry_status"
    for uri in DeltaTable(place).file_uris():
        (place / uri.rpartition("/")[2]).unlink()
    found = diagnosed(settings)
    assert [each.code for each in found.findings] == ["I24"]
    assert found.unexamined == [
        "ledger, registry, runs, files and rows: registry_status cannot be read"
    ]
    entry = max((place / "_delta_log").glob("*.json"))
    entry.write_text("")
    (finding,) = diagnosed(settings).findings
    assert (finding.code, finding.found.startswith("Table registry_status")) == ("I24", True)


def test_an_attempt_that_died_without_its_row_is_named(settings, world):
    open_attempt("tiny", "2025-09-22", THIRD, "run-7", world)
    assert codes(settings) == []
    (mark,) = (settings.home / "references" / "tiny" / "2025-09-22").iterdir()
    document = json.loads(mark.read_text())
    document["process"] |= {"pid": 2**22 + 1}
    mark.write_text(json.dumps(document))
    found = "an attempt of cycle 2025-09-22 died and has no row (Dagster run run-7)"
    assert told(settings) == [("I28", found)]


def test_nothing_is_lost_by_compaction_vacuum_and_a_clean_log__f31(settings, world):
    days = Days(date(2025, 9, 16), date(2025, 9, 17))
    score_batch(TINY, ScoreRequest(days=days), world)
    rewrite_every_file(settings.home)
    assert diagnosed(settings, full=True).findings == []
    wipe_aliases_and_stages(settings.home)
    assert told(settings, full=True) == [
        ("I5", "alias production names None, the ledger says 2"),
        ("I5", "in stage Production: [], the ledger says [2]"),
    ]
