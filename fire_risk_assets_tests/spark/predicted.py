"""What an engine predicts for a week, in a form that is compared."""

from datetime import date

from fire_risk_assets import wiring
from fire_risk_assets.actions.score_batch import ScoreRequest, score_batch
from fire_risk_assets.core.digest import content_digest
from fire_risk_assets.core.scoring.days import Days
from fire_risk_assets.core.tables.predictions import PREDICTIONS
from fire_risk_assets_tests.homes import open_world

WEEK = Days(date(2025, 9, 10), date(2025, 9, 16))
SAME = ("model_name", "cell_id", "observed_at", "prediction", "features_digest", "as_known")


def predicted(settings, name):
    """Score the week and return the digest of its predictions, and their number."""
    world = open_world(settings)
    score_batch(wiring.model_spec(settings, name), ScoreRequest(days=WEEK), world)
    rows = world.tables.read(PREDICTIONS, columns=SAME, where=[("model_name", "==", name)])
    return [content_digest(rows, columns=SAME, key=PREDICTIONS.key[:3]), rows.num_rows]
