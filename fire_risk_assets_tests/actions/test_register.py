"""REGISTER when a lost reply is asked for again: two versions, one counts; and what is rejected."""

from dataclasses import replace

import pytest
from sklearn.dummy import DummyRegressor

from fire_risk_assets.actions.build_snapshots import cut_rows, holdout_set, training_set
from fire_risk_assets.actions.judge_candidate import judge_candidate
from fire_risk_assets.actions.train_candidate import Trained, train_candidate
from fire_risk_assets.adapters.mlflow_registry import MlflowRegistry
from fire_risk_assets.adapters.model_vault import ModelVault
from fire_risk_assets.errors import ArtifactRejected
from fire_risk_assets_tests.homes import FIRST, SECOND, copy_home, start_cycle, tiny_settings

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


class Crashing(ModelVault):
    """Every model that is not the baseline crashes the process that proves it."""

    def prove_loads(self, source, sha256):
        if not isinstance(self.load(source, sha256).named_steps["model"], DummyRegressor):
            raise ArtifactRejected("The model crashes its loader (signal 11).")
        super().prove_loads(source, sha256)


def test_a_candidate_that_crashes_its_loader_is_refused_and_the_baseline_stays_version_1(
    fresh_home, tmp_path
):
    settings = tiny_settings(copy_home(fresh_home, tmp_path / "home"))
    spec, plan, world, run = start_cycle(settings, FIRST)
    vault = Crashing(world.vault.tracking_uri, world.vault.prover)
    world = replace(world, vault=vault)
    cut = cut_rows(spec, plan, world.ledger.rows("tiny"), world)
    rows = training_set(plan, cut), holdout_set(plan, cut)
    trained = train_candidate(spec, plan, *rows, trials=0, world=world, run=run)
    assert trained.candidate is None
    assert trained.baseline_of().version == 1
    assert Trained.from_json(trained.to_json()) == trained
    verdict = judge_candidate(spec, plan, trained, world).judgement.verdict_of()
    assert (verdict.kind, verdict.reason_code) == ("refuse", "rejected")
    assert verdict.reason == "The model crashes its loader (signal 11)."
    assert [version.version for version in world.registry.versions("tiny")] == [1]
