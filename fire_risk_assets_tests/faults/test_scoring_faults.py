"""Kills, damage and promotions while a batch is scored: whole or not there, never mixed."""

import subprocess
import sys
from dataclasses import dataclass, replace

import pytest

from fire_risk_assets.actions.change_pointer import Request, change_pointer
from fire_risk_assets.actions.check_predictions import prediction_findings
from fire_risk_assets.actions.score_batch import ScoreRequest, score_batch
from fire_risk_assets.adapters.crash_point import SCORING, sides
from fire_risk_assets.core.tables.predictions import PREDICTIONS
from fire_risk_assets.errors import ArtifactMismatch, RequestRefused
from fire_risk_assets_tests.faults.aftermath import findings
from fire_risk_assets_tests.faults.scoring_child import WEEK
from fire_risk_assets_tests.homes import SECOND, open_world
from fire_risk_assets_tests.tiny import TINY

pytestmark = pytest.mark.slow

SIGKILLED = -9


def child(home, point):
    argv = [sys.executable, "-m", "fire_risk_assets_tests.faults.scoring_child", str(home), point]
    return subprocess.run(argv, capture_output=True, text=True, timeout=120).returncode


def score(world):
    (scored,) = score_batch(TINY, ScoreRequest(days=WEEK), world)
    return scored


def rows(world):
    return world.tables.read(PREDICTIONS).num_rows


@pytest.mark.parametrize("point", [*sides(*SCORING), "mid-stream"])
def test_a_kill_leaves_the_whole_batch_or_none_and_asking_again_completes_it(home, settings, point):
    assert child(home, point) == SIGKILLED
    world = open_world(settings)
    there = 7 * 81 if point == "SCORE:after" else 0
    assert rows(world) == there
    again = score(world)
    assert (again.outcome, again.batch.rows) == ("recorded" if there else "written", 7 * 81)
    assert rows(world) == 7 * 81
    assert findings(settings) == []


@dataclass
class PromotesMeanwhile:
    """A vault during whose work somebody promotes another version."""

    vault: object
    promote: object

    def load(self, source, sha256):
        self.promote()
        return self.vault.load(source, sha256)


def test_a_promotion_in_the_middle_of_a_batch_does_not_mix_versions(home, settings, children):
    assert children.cycle(home, SECOND) == 0
    world = open_world(settings)

    def roll_back():
        change_pointer(Request(model_name="tiny", kind="rollback", reason="r", actor="a"), world)

    asked = ScoreRequest(days=WEEK, as_known=world.clock.now())
    during = replace(world, vault=PromotesMeanwhile(world.vault, roll_back))
    (first,) = score_batch(TINY, asked, during)
    assert world.registry.production_alias("tiny") == 1
    found = world.tables.read(PREDICTIONS, columns=["model_version", "artifact_sha256"])
    assert set(found["model_version"].to_pylist()) == {first.batch.model_version} == {2}
    assert len(set(found["artifact_sha256"].to_pylist())) == 1
    assert findings(settings) == []


@pytest.mark.parametrize("damage", ["flipped", "gone"])
def test_files_that_are_not_the_recorded_ones_score_nothing(home, settings, damage):
    (file,) = [
        each
        for each in (home / "mlflow").rglob("model.skops")
        if each.stat().st_size and _is_of_version(each, settings, 1)
    ]
    if damage == "gone":
        file.unlink()
    else:
        content = bytearray(file.read_bytes())
        content[len(content) // 2] ^= 1
        file.write_bytes(content)
    with pytest.raises(ArtifactMismatch):
        score(open_world(settings))
    assert rows(open_world(settings)) == 0


def _is_of_version(file, settings, version):
    world = open_world(settings)
    source = {v.version: v.source for v in world.registry.versions("tiny")}[version]
    return source.rpartition("/")[2] in str(file)


def test_a_version_deleted_from_the_registry_scores_nothing(settings):
    from mlflow import MlflowClient

    MlflowClient(settings.tracking_uri).delete_model_version("tiny", "1")
    with pytest.raises(RequestRefused, match="has no version 1"):
        score(open_world(settings))
    assert rows(open_world(settings)) == 0


def test_predictions_that_no_row_explains_are_found(settings):
    world = open_world(settings)
    score(world)
    mine = world.ledger.rows("tiny")
    assert prediction_findings("tiny", mine, world.tables) == []
    stored = world.tables.read(PREDICTIONS).slice(0, 1)
    for name, value in (
        ("event_id", "another"),
        ("artifact_sha256", "0" * 64),
        ("as_known", mine[0].decided_at.replace(year=2024)),
    ):
        row = stored.to_pylist()[0] | {name: value, "batch_id": name}
        world.tables.append(PREDICTIONS, stored.from_pylist([row], schema=PREDICTIONS.schema))
    mixed = stored.to_pylist()[0] | {"model_version": 7}
    world.tables.append(PREDICTIONS, stored.from_pylist([mixed], schema=PREDICTIONS.schema))
    found = prediction_findings("tiny", mine, world.tables)
    batch = stored["batch_id"][0].as_py()
    assert [each.partition(",")[0].partition(";")[0] for each in sorted(found)] == sorted(
        [
            "I7: batch artifact_sha256 of predictions is of version 1 with hash 000000000000…",
            "I7: batch as_known of predictions stands at 2024-06-02 06:00 UTC",
            "I7: batch event_id of predictions names event another",
            f"I7: batch {batch} of predictions is of version 7 with hash"
            f" {mine[0].artifact_sha256[:12]}…",
            f"I7: batch {batch} of predictions was made by 2 versions or events",
        ]
    )
