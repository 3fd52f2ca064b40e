"""Model files that came in part, or lost a part before they were judged: never served."""

import signal
from pathlib import Path

import pytest
from mlflow import MlflowClient

from fire_risk_assets_tests.faults.aftermath import acknowledged, findings, require_promoted
from fire_risk_assets_tests.homes import SECOND, THIRD, open_world

pytestmark = pytest.mark.slow


def logged_models(settings):
    client = MlflowClient(settings.tracking_uri)
    experiments = [each.experiment_id for each in client.search_experiments()]
    return {model.model_id: model for model in client.search_logged_models(experiments)}


def test_a_model_whose_upload_was_killed_is_fitted_anew_and_the_part_never_serves__f27(
    children, home, settings
):
    before, known = acknowledged(settings), logged_models(settings)
    call = "sendfile"
    kill = ["-e", f"trace={call}", "-e", f"inject={call}:signal=SIGKILL:when=5"]
    assert children.cycle(home, SECOND, strace=["-o", "/dev/null", *kill]) == -signal.SIGKILL
    (partial,) = logged_models(settings).keys() - known.keys()
    model = logged_models(settings)[partial]
    assert model.status == "PENDING"
    assert len(list(Path(model.artifact_location.removeprefix("file://")).iterdir())) < 6
    assert acknowledged(settings) == before
    assert children.cycle(home, SECOND) == 0
    require_promoted(settings, before)
    sources = [each.source for each in open_world(settings).registry.versions("tiny")]
    assert f"models:/{partial}" not in sources
    assert len(sources) == 2


@pytest.mark.parametrize(
    "harm",
    [
        pytest.param("truncated", id="F27-truncated"),
        pytest.param("removed", id="F27-removed", marks=pytest.mark.soak),
    ],
)
def test_a_candidate_that_lost_a_part_is_refused_by_name_and_never_serves(
    children, home, settings, harm
):
    assert children.cycle(home, SECOND, crash="REGISTER:after") == -signal.SIGKILL
    known = open_world(settings).registry.versions("tiny")[-1]
    model = logged_models(settings)[known.source.removeprefix("models:/")]
    folder = Path(model.artifact_location.removeprefix("file://"))
    if harm == "truncated":
        (folder / "model.skops").write_bytes((folder / "model.skops").read_bytes()[:1000])
    else:
        (folder / "MLmodel").unlink()
    assert children.cycle(home, SECOND) == 0
    world = open_world(settings)
    row = world.ledger.rows("tiny")[-1]
    assert (row.kind, row.reason_code) == ("refuse", "artifact_mismatch")
    assert known.source in row.reason
    assert row.candidate_version == known.version
    assert (row.production_version, world.registry.production_alias("tiny")) == (1, 1)
    assert findings(settings) == []
    assert children.cycle(home, THIRD) == 0
    assert world.ledger.rows("tiny")[-1].reason_code == "better"
