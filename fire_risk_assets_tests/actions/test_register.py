"""REGISTER when a reply is lost and the client asks again by itself: two versions, one counts."""

from dataclasses import replace

import pytest

from fire_risk_assets.actions.build_snapshots import cut_rows, holdout_set, training_set
from fire_risk_assets.actions.train_candidate import train_candidate
from fire_risk_assets.adapters.mlflow_registry import MlflowRegistry
from fire_risk_assets_tests.homes import SECOND, start_cycle

pytestmark = pytest.mark.slow


class Repeating(MlflowRegistry):
    """As MLflow's client when the first reply is lost: the second version is the one it is told."""

    def register(self, model_name, *, source, run_id, tags):
        super().register(model_name, source=source, run_id=run_id, tags=tags)
        return super().register(model_name, source=source, run_id=run_id, tags=tags)


def test_of_two_versions_made_by_one_request_the_lower_one_counts(settings):
    spec, plan, world, run = start_cycle(settings, SECOND)
    newest = world.registry.versions("tiny")[-1].version
    doubled = replace(world, registry=Repeating(world.registry.tracking_uri))
    cut = cut_rows(spec, plan, world.ledger.rows("tiny"), world)
    rows = training_set(plan, cut), holdout_set(plan, cut)
    first = train_candidate(spec, plan, *rows, trials=0, world=doubled, run=run)
    assert [v.version for v in world.registry.versions("tiny")][-2:] == [newest + 1, newest + 2]
    again = train_candidate(spec, plan, *rows, trials=0, world=world, run=run)
    assert first.candidate["version"] == again.candidate["version"] == newest + 1
