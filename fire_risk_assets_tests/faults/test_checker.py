"""The checker finds damaged evidence by name, and nothing in a home that is whole."""

import shutil
from dataclasses import replace

import pyarrow as pa
import pytest
from deltalake import write_deltalake
from mlflow import MlflowClient

from fire_risk_assets import wiring
from fire_risk_assets.actions.change_pointer import Request, change_pointer
from fire_risk_assets.actions.check_invariants import evidence_findings, model_findings
from fire_risk_assets.core.tables.scores import ADJUDICATION_SCORES
from fire_risk_assets_tests.faults.aftermath import findings
from fire_risk_assets_tests.homes import THIRD, copy_home, tiny_settings

pytestmark = pytest.mark.slow


@pytest.fixture
def home(judged_home, tmp_path):
    return copy_home(judged_home, tmp_path / "home")


@pytest.fixture
def spec(home):
    return wiring.model_spec(tiny_settings(home), "tiny")


def change_scores(home, world, **columns):
    """Overwrite columns of all kept scores, past our own writer."""
    rows = world.tables.read(ADJUDICATION_SCORES)
    for name, change in columns.items():
        place = rows.schema.get_field_index(name)
        values = pa.array(map(change, rows[name].to_pylist()), rows.schema.field(name).type)
        rows = rows.set_column(place, rows.schema.field(name), values)
    # The table itself is append-only: whoever changes rows makes it anew.
    shutil.rmtree(home / "lake" / ADJUDICATION_SCORES.name)
    write_deltalake(home / "lake" / ADJUDICATION_SCORES.name, rows)


def test_a_whole_home_has_no_findings(settings, world):
    assert [row.p_value is not None for row in world.ledger.rows("tiny")] == [False, True, True]
    assert findings(settings) == []


def test_a_changed_score_changes_the_verdict_and_is_found__b66(spec, home, world):
    change_scores(home, world, candidate=lambda _: 900.0)
    found = evidence_findings(spec, world)
    assert [each.split(",")[0] for each in found] == [
        "I9: row seq 2 says promote: better",
        "I9: row seq 3 says promote: better",
    ]
    assert "its scores say keep: worse" in found[0]


def test_replaced_scores_that_leave_the_verdict_as_it_was_are_found__b66(spec, home, world):
    change_scores(home, world, candidate=lambda score: score * 1.001)
    assert evidence_findings(spec, world) == [
        f"I9: row seq {seq} and its scores differ in candidate_score, difference" for seq in (2, 3)
    ]


def test_replaced_labels_of_the_frozen_holdout_are_found__b66(spec, home, world):
    change_scores(home, world, y_true=lambda area: area + 0.01)
    found = evidence_findings(spec, world)
    assert len(found) == 2
    assert all("differ in candidate_score, production_score" in each for each in found)


def test_rows_judged_by_another_metric_are_not_judged_again_by_this_one(spec, home, world):
    change_scores(home, world, candidate=lambda _: 900.0)
    other = replace(spec, metric="rmse")
    assert other.judging_policy.digest() == spec.judging_policy.digest()
    assert evidence_findings(other, world) == []


def test_scores_nobody_can_judge_are_a_finding_and_no_failure(spec, home, world):
    change_scores(home, world, candidate=lambda _: float("nan"))
    found = [each for each in evidence_findings(spec, world) if each.startswith("I9")]
    assert len(found) == 2
    assert all("cannot be judged" in each for each in found)


def test_scores_that_are_gone_are_told(spec, home, world):
    change_scores(home, world, cycle_id=lambda _: "another")
    assert [each for each in evidence_findings(spec, world) if each.startswith("I9")] == [
        "I9: the scores behind row seq 2 are not kept",
        "I9: the scores behind row seq 3 are not kept",
    ]


def test_scores_of_versions_nobody_knows_are_found(spec, home, world):
    change_scores(home, world, production_version=lambda _: 77, candidate_version=lambda _: 78)
    assert [each for each in evidence_findings(spec, world) if each.startswith("I7")] == [
        "I7: cycle 2025-09-15 scored version 77 as production, which no earlier row promoted",
        "I7: cycle 2025-09-22 scored version 77 as production, which no earlier row promoted",
        "I7: scored version 77 has no hash, in the ledger or in MLflow",
        "I7: scored version 78 has no hash, in the ledger or in MLflow",
    ]


def test_another_hash_in_mlflow_than_in_the_ledger_is_found(spec, home, world):
    version = str(world.ledger.rows("tiny")[1].candidate_version)
    client = MlflowClient(tiny_settings(home).tracking_uri)
    client.set_model_version_tag("tiny", version, "sha256", "0" * 64)
    assert evidence_findings(spec, world) == [
        f"I7: scored version {version} is on record with 2 hashes"
    ]


def test_a_candidate_kept_because_it_was_withdrawn_is_no_finding(children, spec, home, world):
    change_pointer(Request(model_name="tiny", kind="rollback", reason="r", actor="a"), world)
    assert children.cycle(home, THIRD, cycle_id="again") == 0
    row = world.ledger.rows("tiny")[-1]
    assert (row.kind, row.reason_code) == ("keep", "withdrawn")
    assert evidence_findings(spec, world) == []


def test_an_alias_no_row_explains_is_found_at_once(home, world):
    client = MlflowClient(tiny_settings(home).tracking_uri)
    first = world.registry.versions("tiny")[0]
    made = world.registry.register("tiny", source=first.source, run_id=first.run_id, tags={})
    client.set_registered_model_alias("tiny", "production", str(made))
    assert model_findings("tiny", world) == ["I1: alias names version 4, which no row promoted"]
