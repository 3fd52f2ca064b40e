"""What a verdict rests on is kept once, gives the same verdict again, and is shown with its run."""

from dataclasses import replace

import pytest
from mlflow import MlflowClient

from fire_risk_assets.actions.freeze_scores import freeze_scores
from fire_risk_assets.actions.judge_candidate import judge_candidate
from fire_risk_assets.actions.publish_verdict import (
    FIGURE_PATH,
    PAGE_PATH,
    SMALL_FIGURE_PATH,
    publish_verdict,
)
from fire_risk_assets.actions.recompute_verdict import recompute_verdict
from fire_risk_assets.core.tables.scores import ADJUDICATION_SCORES
from fire_risk_assets_tests.homes import SECOND, prepare_cycle

pytestmark = pytest.mark.slow


@pytest.fixture
def prepared(settings):
    return prepare_cycle(settings, SECOND)


def judged_again(prepared):
    return judge_candidate(prepared.spec, prepared.plan, prepared.trained, prepared.world)


def kept(world):
    return world.tables.read(ADJUDICATION_SCORES)


def test_scores_are_kept_once_a_comparison_and_give_the_verdict_again(prepared):
    world, judged = prepared.world, judged_again(prepared)
    assert kept(world).num_rows == len(judged.scored) == judged.judgement.evidence["holdout_rows"]
    freeze_scores(prepared.plan, judged, world)
    assert kept(world).num_rows == len(judged.scored)
    row = prepared.decide().row
    assert recompute_verdict(prepared.spec, row, world) == judged.judgement.verdict_of()
    other = replace(row, cycle_id="another")
    assert recompute_verdict(prepared.spec, other, world) is None


def test_another_opponent_is_another_comparison_and_nothing_scored_keeps_nothing(prepared):
    world, judged = prepared.world, judged_again(prepared)
    freeze_scores(prepared.plan, replace(judged, scored=None), world)
    assert kept(world).num_rows == len(judged.scored)
    evidence = judged.judgement.evidence | {"production_version": 7}
    judgement = replace(judged.judgement, evidence=evidence)
    freeze_scores(prepared.plan, replace(judged, judgement=judgement), world)
    assert sorted(set(kept(world)["production_version"].to_pylist())) == [1, 7]


def test_another_candidate_is_another_comparison_and_every_row_has_a_key_of_its_own(prepared):
    world, judged = prepared.world, judged_again(prepared)
    evidence = judged.judgement.evidence | {"candidate_version": 7}
    judgement = replace(judged.judgement, evidence=evidence)
    freeze_scores(prepared.plan, replace(judged, judgement=judgement), world)
    rows = kept(world).to_pandas()
    assert len(rows) == 2 * len(judged.scored)
    assert not rows.duplicated(list(ADJUDICATION_SCORES.key)).any()


def test_the_run_of_a_cycle_shows_page_figures_scores_and_the_rows_that_judged(prepared):
    judged = judged_again(prepared)
    shown = publish_verdict(prepared.spec, prepared.plan, judged, prepared.world, prepared.run)
    assert shown.figure.startswith(b"\x89PNG")
    assert shown.page.endswith(f"/runs/{prepared.run.run_id}/artifacts/{PAGE_PATH}")
    client = MlflowClient(prepared.world.vault.tracking_uri)
    files = {file.path for file in client.list_artifacts(prepared.run.run_id, "verdict")}
    assert files == {PAGE_PATH, FIGURE_PATH, SMALL_FIGURE_PATH}
    run, verdict = client.get_run(prepared.run.run_id), judged.judgement.verdict_of()
    assert run.data.tags["fire_risk.verdict"] == "promote: better"
    assert run.data.metrics["candidate_rmsle"] == pytest.approx(verdict.candidate_score)
    assert run.data.metrics["production_rmsle"] == pytest.approx(verdict.production_score)
    digests = {each.dataset.name: each.dataset.digest for each in run.inputs.dataset_inputs}
    assert judged.judgement.evidence["holdout_digest"].startswith(digests["tiny/holdout_set"])


def test_a_verdict_without_scores_has_its_page_and_no_figure(prepared):
    judged = replace(judged_again(prepared), scored=None)
    shown = publish_verdict(prepared.spec, prepared.plan, judged, prepared.world, prepared.run)
    assert (shown.figure, shown.page.endswith(PAGE_PATH)) == (None, True)
