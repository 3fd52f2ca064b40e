"""What `cycle --dry-run` foretells is what the cycle decides, for every ending without scores."""

from datetime import UTC, datetime, timedelta

import pytest

from fire_risk_assets.actions.change_pointer import Request, change_pointer
from fire_risk_assets.actions.check_invariants import check_invariants
from fire_risk_assets.actions.preview_cycle import preview_cycle
from fire_risk_assets.core.instants import parse_instant
from fire_risk_assets.wiring import model_spec
from fire_risk_assets_tests.homes import (
    EARLY,
    FIRST,
    SECOND,
    TINY,
    copy_home,
    open_world,
    prepare_cycle,
    tiny_settings,
)
from fire_risk_assets_tests.leaks import let_the_temperature_be_the_label

pytestmark = pytest.mark.slow

BEFORE_ANY_FIRE = datetime(2025, 1, 20, tzinfo=UTC)
FEW = {"windows": {"min_rows": 5000}}
ENDINGS = {
    "no labelled row": ("fresh", "tiny", BEFORE_ANY_FIRE, {}, ("undecided", "too_few_rows")),
    "one class": ("fresh", "fire_occurrence", BEFORE_ANY_FIRE, {}, ("undecided", "one_class")),
    "the first": ("fresh", "tiny", FIRST, FEW, ("promote", "first_baseline")),
    "a leak": ("fresh", "tiny", FIRST, {}, ("refuse", "leak")),
    "few rows": ("baseline", "tiny", SECOND, FEW, ("undecided", "too_few_rows")),
    "rows that trained": (
        "baseline",
        "tiny",
        EARLY + timedelta(days=1),
        {},
        ("undecided", "holdout_overlaps_production"),
    ),
    "too late": ("baseline", "tiny", EARLY - timedelta(days=7), {}, ("refuse", "out_of_order")),
    "rows that judged": (
        "promoted",
        "tiny",
        SECOND + timedelta(days=1),
        {"cycles": {"days": 28}},
        ("refuse", "holdout_spent"),
    ),
    "a comparison": ("baseline", "tiny", SECOND, {}, None),
}


@pytest.mark.parametrize("case", ENDINGS)
def test_the_preview_foretells_the_ending_of_the_cycle(case, request, tmp_path):
    home, model, as_of, changes, ending = ENDINGS[case]
    folder = copy_home(request.getfixturevalue(f"{home}_home"), tmp_path / "home")
    settings = tiny_settings(folder, **changes).model_copy(
        update={"models": (TINY, "fire_occurrence")}
    )
    spec, world = model_spec(settings, model), open_world(settings)
    if case == "a leak":
        let_the_temperature_be_the_label(world, spec, tmp_path)
    preview = preview_cycle(spec, f"{as_of:%Y-%m-%d}", as_of, world=world)
    told = preview.ending
    judgement = prepare_cycle(settings, as_of, model).judgement
    verdict = judgement.verdict_of()
    if preview.holdout is not None:
        for part in ("training", "holdout"):
            shown = getattr(preview, part)
            assert judgement.evidence[f"{part}_rows"] == shown["rows"]
            assert judgement.evidence[f"{part}_digest"] == shown["content_digest"]
    if ending is None:
        assert told is None
        assert verdict.p_value is not None
    else:
        assert (told.kind, told.reason_code) == ending
        assert (verdict.kind, verdict.reason_code) == ending


def test_the_holdout_too_small_for_a_first_comparison_is_shown_and_recorded_as_it_is(
    fresh_home, tmp_path
):
    settings = tiny_settings(copy_home(fresh_home, tmp_path / "home"), **FEW)
    spec, world = model_spec(settings, "tiny"), open_world(settings)
    cycle = f"{FIRST:%Y-%m-%d}"
    before = preview_cycle(spec, cycle, FIRST, world=world)
    assert before.holdout["rows"] > 0
    prepared = prepare_cycle(settings, FIRST)
    assert preview_cycle(spec, cycle, FIRST, world=world) == before
    row = prepared.decide().row
    assert row.reason_code == "first_baseline"
    assert (row.holdout_rows, row.holdout_digest) == (
        before.holdout["rows"],
        before.holdout["content_digest"],
    )
    assert f"hold {row.holdout_rows} rows of 5000 needed" in row.reason
    assert check_invariants(spec, world, at_rest=True) == []


def test_a_retry_is_previewed_on_the_rows_its_registered_candidate_was_fitted_on(
    promoted_home, tmp_path
):
    settings = tiny_settings(copy_home(promoted_home, tmp_path / "home"))
    later = SECOND + timedelta(weeks=2)
    candidate = prepare_cycle(settings, later).trained.candidate_of()
    spec, world = model_spec(settings, "tiny"), open_world(settings)
    back = Request(model_name="tiny", kind="rollback", reason="r", actor="test", version=1)
    change_pointer(back, world)
    preview = preview_cycle(spec, f"{later:%Y-%m-%d}", later, world=world)
    assert preview.training["content_digest"] == candidate.training_digest
    assert parse_instant(preview.holdout["window_from"]) >= candidate.training_until
