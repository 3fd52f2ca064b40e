"""A home where trees predicted fires, and questions about it."""

from datetime import UTC, date, datetime

from fire_risk_assets.actions.investigate import Wanted, investigate
from fire_risk_assets.actions.score_batch import ScoreRequest, score_batch
from fire_risk_assets.core.incident.question import Question
from fire_risk_assets.core.scoring.days import Days
from fire_risk_assets.defs.launch import run_cycle
from fire_risk_assets.defs.resources import world_of
from fire_risk_assets.settings import read_settings
from fire_risk_assets.wiring import model_spec
from fire_risk_assets_tests.homes import EARLY, FIRST

MODEL = "fire_occurrence"
AT = datetime(2025, 9, 14, 15, tzinfo=UTC)
CELL = "7-4"


def forecast_settings(home):
    """Settings of a home whose one model are the shipped trees, without a search."""
    return read_settings(home=home, models=(MODEL,), training={"trials": 0})


def make_forecasts(home):
    """Two cycles and the predictions of six weeks, each day by the version that served then."""
    settings = forecast_settings(home)
    for as_of in (EARLY, FIRST):
        run_cycle(settings, MODEL, cycle_id=None, as_of=as_of, actor="test")
    days = Days(date(2025, 8, 20), date(2025, 9, 29))
    score_batch(model_spec(settings, MODEL), ScoreRequest(days=days), world_of(settings))
    world_of(settings).vault.prover.stop()


def asked(settings, at=AT, cell=CELL, **wanted):
    """Return the dossier of a question."""
    question = Question(model_name=MODEL, cell_id=cell, at=at)
    return investigate(question, model_spec(settings, MODEL), world_of(settings), Wanted(**wanted))


def states_of(dossier):
    """Return claims by code: all of one code must agree to be one state."""
    found = {}
    for claim in dossier.claims:
        found.setdefault(claim.code, set()).add(claim.state)
    return {code: "/".join(sorted(states)) for code, states in found.items()}
