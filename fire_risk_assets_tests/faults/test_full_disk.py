"""The disk is full at each kind of write: said so, nothing lost; with room again it goes on."""

from dataclasses import replace

import pytest

from fire_risk_assets.errors import StorageFull
from fire_risk_assets_tests.cli.asking import sentences
from fire_risk_assets_tests.faults.aftermath import ReachesAt, acknowledged, require_promoted
from fire_risk_assets_tests.faults.small_disk import small_disk
from fire_risk_assets_tests.homes import SECOND, prepare_cycle, run_cycle

pytestmark = pytest.mark.slow
FREE_SPACE = "Free disk space"
CYCLE = ("cycle", "--model", "tiny", "--as-of", f"{SECOND:%Y-%m-%d}")
DAY = "cell_id,observed_at,temp_c,rh_pct,wind_km_h,rain_mm\n{cell},2025-10-01T12:00:00Z,20,40,7,0\n"


@pytest.mark.parametrize(
    ("folder", "named"),
    [
        ("lake/adjudication_scores", "Table adjudication_scores: "),
        ("lake/registry_status/_delta_log", "Table registry_status: "),
        ("mlflow/artifacts", "MLflow, logging the candidate model: "),
        ("references", "references/tiny/2025-09-15/attempt_"),
        pytest.param("lake/registry_status", "Table registry_status: ", marks=pytest.mark.soak),
    ],
    ids=["F22-data-file", "F22-ledger-log", "F22-artifact", "F22-reference", "F22-ledger-row"],
)
def test_a_full_disk_is_named_and_the_next_start_completes_the_cycle(
    children, home, settings, folder, named
):
    with small_disk(home / folder) as disk:
        before = acknowledged(settings)
        disk.fill()
        told = children.told(home, SECOND)
        assert told["fact"] == "StorageFull"
        assert named in told["error"]
        assert told["error"].endswith("the disk is full.")
        assert FREE_SPACE in told["remedy"]
        assert acknowledged(settings) == before
        disk.free()
        assert children.cycle(home, SECOND) == 0
        require_promoted(settings, before)


def test_a_full_disk_under_the_registry_after_the_row_is_projected_by_the_next_start__f22(
    home, settings
):
    with small_disk(home / "mlflow") as disk:
        prepared = prepare_cycle(settings, SECOND)
        fills = ReachesAt("ALIAS:before", disk.fill)
        prepared.world = replace(prepared.world, crash=fills)
        with pytest.raises(StorageFull, match=r"MLflow, .*the disk is full"):
            prepared.decide()
        rows = acknowledged(settings)
        assert [row.kind for row in rows] == ["promote", "promote"]
        disk.free()
        run_cycle(settings, SECOND)
        require_promoted(settings, rows)


def require_told(ended):
    assert ended.code == 3, ended.err
    (sentence,) = sentences(ended)
    assert "disk is full" in sentence
    assert FREE_SPACE in ended.err


def test_a_command_on_a_full_disk_says_so_in_one_sentence__f22(shell, home, settings, tmp_path):
    day = tmp_path / "day.csv"
    day.write_text(DAY.format(cell="9-9") + "nowhere,2025-10-01T12:00:00Z,20,40,7,0\n")
    with small_disk(home) as disk:
        before = acknowledged(settings)
        for leaving in (0, 48 * 1024, 512 * 1024):
            disk.fill(leaving)
            require_told(shell(*CYCLE))
            disk.free()
            assert acknowledged(settings)[: len(before)] == before
        for leaving in (0, 8 * 1024):
            disk.fill(leaving)
            require_told(shell("ingest", day))
            disk.free()
        assert shell("ingest", day).code == 0
        assert shell(*CYCLE).code == 0
        require_promoted(settings, before)


@pytest.mark.soak
@pytest.mark.timeout(900)
def test_wherever_in_a_cycle_the_disk_fills_up_the_next_start_completes_it__f22(
    children, home, settings
):
    with small_disk(home) as disk:
        before, failed = acknowledged(settings), 0
        for leaving in range(24, 1024, 24):
            disk.fill(leaving * 1024)
            status = children.cycle(home, SECOND)
            disk.free()
            failed += status != 0
            assert acknowledged(settings)[: len(before)] == before
        assert children.cycle(home, SECOND) == 0
        require_promoted(settings, before)
    assert failed > 5
