"""What served when, and which rows are whose: read from the rows of one model."""

from itertools import pairwise

import pytest

from fire_risk_assets.actions.describe_site import describe_site, stretches_of
from fire_risk_assets.core.ledger.fold import serving_at
from fire_risk_assets.core.ledger.lineage import production_since
from fire_risk_assets.settings import read_settings
from fire_risk_assets.wiring.site import open_site
from fire_risk_assets_tests.ledgers import better, event, first, ledger_of, rollback
from fire_risk_assets_tests.site_story import make_story_home

FORCED_AGAIN = event("promote", "forced", "again", request="promote", moves_to=2)
LEDGERS = {
    "nothing": (),
    "never served": (event("undecided", "too_few_rows"),),
    "one": (first(), event(cycle_id="a")),
    "back and forth": (first(), better(2, "a"), event(cycle_id="b"), rollback(1), better(3, "c")),
    "promoted again": (first(), better(2, "a"), FORCED_AGAIN, event(cycle_id="b")),
}


@pytest.mark.parametrize("events", LEDGERS.values(), ids=LEDGERS)
def test_stretches_follow_one_another_and_say_what_the_fold_says(events):
    rows = ledger_of(*events)
    found = stretches_of(rows)
    for row in rows:
        serving = serving_at(rows, row.decided_at)
        (mine,) = [
            each.version
            for each in found
            if each.since <= row.decided_at and (each.until is None or row.decided_at < each.until)
        ] or [None]
        assert mine == (serving.production_version if serving else None)
    assert [each.until for each in found[:-1]] == [each.since for each in found[1:]]
    assert all(one.version != other.version for one, other in pairwise(found))
    assert (found[-1].since if found else None) == production_since(rows)


def test_every_row_of_a_model_has_its_place_on_the_page(tmp_path):
    home = make_story_home(tmp_path / "home")
    model = describe_site((), open_site(read_settings(home=home))).models[0]
    placed = [*model.decisions, *model.failures, *model.by_hand]
    assert sorted(row.seq for row in placed) == [row.seq for row in model.rows]
    assert [row.kind for row in model.by_hand] == ["rollback", "repair"]
    assert [row.seq for row in model.refusals] == [4]
    # A repair after it is no answer to what was decided last.
    assert (model.told_last.kind, model.judged_last.seq) == ("rollback", 3)
    assert [each.incident_id for each in model.incidents] == ["fire-7-4"]
