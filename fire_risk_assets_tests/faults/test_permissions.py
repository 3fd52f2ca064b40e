"""A folder that may not be written: named, nothing half-written; with the right back it goes on."""

import pytest

from fire_risk_assets_tests.cli.asking import sentences
from fire_risk_assets_tests.faults.aftermath import acknowledged, require_promoted
from fire_risk_assets_tests.faults.modes import modes_minded
from fire_risk_assets_tests.homes import SECOND

pytestmark = pytest.mark.slow
GIVE_THE_RIGHT = "Give this user the right to write there"


def files_of(folder):
    return {path.relative_to(folder) for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize(
    ("folder", "named"),
    [
        ("lake/registry_status", "home/lake/registry_status cannot be written"),
        ("mlflow/artifacts/models", "MLflow, logging the candidate model: "),
        ("references/tiny", "is read-only for this user"),
        pytest.param(
            "lake/registry_status/_delta_log",
            "registry_status/_delta_log cannot be written",
            marks=pytest.mark.soak,
        ),
        pytest.param(
            "lake/adjudication_scores",
            "home/lake/adjudication_scores cannot be written",
            marks=pytest.mark.soak,
        ),
    ],
    ids=["F23-table", "F23-artifacts", "F23-references", "F23-log", "F23-scores"],
)
def test_a_read_only_folder_is_named_and_with_the_right_back_the_next_start_completes_the_cycle(
    children, home, settings, folder, named
):
    before, files = acknowledged(settings), files_of(home / folder)
    (home / folder).chmod(0o555)
    told = children.told(home, SECOND, minds_modes=True)
    (home / folder).chmod(0o755)
    assert told["fact"] == "HomeReadOnly"
    assert named in told["error"]
    assert GIVE_THE_RIGHT in told["remedy"]
    assert acknowledged(settings) == before
    assert files_of(home / folder) == files
    assert children.cycle(home, SECOND, minds_modes=True) == 0
    require_promoted(settings, before)


def test_a_read_only_registry_is_told_in_one_sentence_and_the_next_start_completes_the_cycle__f23(
    shell, home, settings
):
    before = acknowledged(settings)
    cycle = ("cycle", "--model", "tiny", "--as-of", f"{SECOND:%Y-%m-%d}")
    (home / "mlflow").chmod(0o555)
    with modes_minded():
        ended = shell(*cycle)
    (home / "mlflow").chmod(0o755)
    assert ended.code == 3
    (sentence,) = sentences(ended)
    assert "MLflow, " in sentence
    assert "readonly database" in sentence
    assert GIVE_THE_RIGHT in ended.err
    assert acknowledged(settings)[: len(before)] == before
    assert shell(*cycle).code == 0
    require_promoted(settings, before)
