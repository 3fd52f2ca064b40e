"""What `cycle --dry-run` foretells is what the cycle decides, for every ending without scores."""

from datetime import UTC, datetime, timedelta

import pytest

from fire_risk_assets.actions.preview_cycle import preview_cycle
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
    "no labelled row": ("data", "tiny", BEFORE_ANY_FIRE, {}, ("undecided", "too_few_rows")),
    "one class": ("data", "fire_occurrence", BEFORE_ANY_FIRE, {}, ("undecided", "one_class")),
    "the first": ("data", "tiny", FIRST, FEW, ("promote", "first_baseline")),
    "a leak": ("data", "tiny", FIRST, {}, ("refuse", "leak")),
    "few rows": ("served", "tiny", SECOND, FEW, ("undecided", "too_few_rows")),
    "rows that trained": (
        "served",
        "tiny",
        EARLY + timedelta(days=1),
        {},
        ("undecided", "holdout_overlaps_production"),
    ),
    "too late": ("served", "tiny", EARLY - timedelta(days=7), {}, ("refuse", "out_of_order")),
    "rows that judged": (
        "promoted",
        "tiny",
        SECOND + timedelta(days=1),
        {"cycles": {"days": 28}},
        ("refuse", "holdout_spent"),
    ),
    "a comparison": ("served", "tiny", SECOND, {}, None),
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
    told = preview_cycle(spec, f"{as_of:%Y-%m-%d}", as_of, world=world).ending
    verdict = prepare_cycle(settings, as_of, model).judgement.verdict_of()
    if ending is None:
        assert told is None
        assert verdict.p_value is not None
    else:
        assert (told.kind, told.reason_code) == ending
        assert (verdict.kind, verdict.reason_code) == ending
