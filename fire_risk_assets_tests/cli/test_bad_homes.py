"""Where no home is made, and what a home that replays its past refuses."""

from fire_risk_assets.adapters.home_document import require_unused
from fire_risk_assets_tests.cli.conftest import make_home


def test_no_home_is_planted_among_other_things(cli, tmp_path):
    folder = tmp_path / "thesis"
    folder.mkdir()
    (folder / "chapter.md").write_text("Introduction")
    (tmp_path / "day.csv").write_text("cell_id,latitude,longitude,zone\nz-1,41.9,-6.8,north\n")
    ended = cli("ingest", tmp_path / "day.csv", "--home", folder)
    assert ended.code == 3
    assert "holds other things (chapter.md)" in ended.err
    assert [path.name for path in folder.iterdir()] == ["chapter.md"]


def test_the_last_tick_is_refused_where_a_past_of_its_own_is_replayed(cli, tmp_path):
    home = make_home(tmp_path / "home", simulate=None)
    ended = cli("cycle", "--model", "burned_area", "--due", "--home", home)
    assert ended.code == 2
    assert "--as-of" in ended.err


def test_what_is_remembered_of_landed_files_is_part_of_a_home_and_keeps_none_from_being_made(
    tmp_path,
):
    (tmp_path / "landing_looks.json").write_text("{}")
    require_unused(tmp_path)
