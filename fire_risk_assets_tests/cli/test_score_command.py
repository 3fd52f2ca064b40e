"""score on a real home: what it answers, what it refuses, and that asking twice adds nothing."""

import pytest

from fire_risk_assets.core.tables.predictions import PREDICTIONS
from fire_risk_assets_tests.cli.asking import sentences
from fire_risk_assets_tests.homes import open_world, tiny_house, tiny_settings

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return tiny_house(tmp_path_factory.mktemp("score"))


@pytest.fixture
def tiny(cli, made):
    """`fire-risk` on the home of this module: its tests tell one story, in their order."""

    def call(*arguments, as_json=True):
        form = ("--json",) if as_json else ()
        where = ("--home", made / "home", "--config", made / "tiny.toml")
        return cli(*arguments, *where, *form)

    return call


def rows(made):
    return open_world(tiny_settings(made / "home")).tables.read(PREDICTIONS).num_rows


def test_before_a_version_serves_nothing_can_be_scored(tiny, made):
    ended = tiny("score", "--model", "tiny", "--from", "2025-09-10")
    assert (ended.code, ended.document["exit_code"]) == (1, 1)
    assert "No version of tiny served at 2025-09-11 00:00 UTC" in ended.document["error"]
    assert rows(made) == 0


def test_days_are_scored_and_shown(tiny, made):
    assert tiny("cycle", "--model", "tiny", "--as-of", "2025-09-08").code == 0
    asked = ("score", "--model", "tiny", "--from", "2025-09-10", "--to", "2025-09-12")
    dry = tiny(*asked, "--dry-run")
    assert (dry.code, rows(made)) == (0, 0)
    assert "Dry run: nothing was written." in dry.err
    done = tiny(*asked)
    assert done.code == 0, done.err
    (batch,) = done.document
    assert (batch["outcome"], batch["rows"], batch["days"]) == ("written", 243, 3)
    assert (batch["first_day"], batch["last_day"]) == ("2025-09-10", "2025-09-12")
    assert batch["as_known_until"] == "2025-09-13T00:00:00Z"
    (row,) = tiny("history", "tiny").document
    assert (batch["event_id"], batch["model_version"]) == (row["event_id"], 2)
    assert batch["artifact_sha256"] == row["artifact_sha256"]
    (planned,) = dry.document
    assert (planned["outcome"], planned["rows"]) == ("planned", None)
    assert planned["batch_id"] == batch["batch_id"]


def test_asking_again_says_that_it_is_on_record_and_writes_nothing(tiny, made):
    asked = ("score", "--model", "tiny", "--from", "2025-09-10", "--to", "2025-09-12")
    again = tiny(*asked)
    assert (again.code, rows(made)) == (0, 243)
    assert again.document[0]["outcome"] == "recorded"
    assert "Nothing was written: this is on record." in again.err
    said = tiny(*asked, as_json=False)
    assert "2025-09-10 to 2025-09-12" in said.out
    assert again.document[0]["batch_id"] in said.out


def test_a_key_is_one_batch_and_other_days_under_it_are_mentioned(tiny, made):
    asked = ("score", "--model", "tiny", "--key", "noon")
    assert tiny(*asked, "--from", "2025-09-14").document[0]["batch_id"] == "noon"
    other = tiny(*asked, "--from", "2025-09-15")
    assert other.document[0]["first_day"] == "2025-09-14"
    assert "The batch 'noon' is of other days than those asked for." in other.err
    assert rows(made) == 243 + 81


def test_days_without_features_are_mentioned(tiny):
    ended = tiny("score", "--model", "tiny", "--from", "2025-09-29", "--to", "2025-10-07")
    assert (ended.code, ended.document[0]["days"]) == (0, 2)
    assert len(ended.document[0]["days_without"]) == 7
    assert "No features of 7 days: 2025-10-01, 2025-10-02," in ended.err
    assert "2025-10-05 …." in ended.err


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("--from", "2025-09-12", "--to", "2025-09-10"), 2, "before they begin on 2025-09-12"),
        (("--from", "soon"), 2, "'soon' is not a date"),
        (("--from", "9999-12-31"), 2, "the last day that can be written"),
        (("--from", "2025-09-10", "--as-known", "noon"), 2, "is not a date or time"),
        (("--from", "2025-09-10", "--as-known", "2199-01-01"), 2, "has not come yet"),
        (("--from", "2025-09-10", "--key", "../x"), 2, "is not valid"),
        (("--from", "2199-01-01"), 2, "is not over until"),
        (("--from", "2025-12-01"), 1, "No features of 2025-12-01 were known in time."),
        (("--from", "2025-03-01"), 1, "the first version served from 2025-09-08 06:00 UTC"),
        (("--from", "2025-09-10", "--as-known", "2025-03-01"), 1, "No version of tiny served"),
    ],
)
def test_what_cannot_be_scored_is_one_sentence_and_an_exit_code(tiny, made, arguments, code, said):
    before = rows(made)
    ended = tiny("score", "--model", "tiny", *arguments, as_json=False)
    assert ended.code == code
    (sentence,) = sentences(ended)
    assert said in sentence
    assert rows(made) == before


def test_an_unknown_model_and_a_missing_home_are_told(tiny, cli, tmp_path):
    unknown = tiny("score", "--model", "other", "--from", "2025-09-10")
    assert (unknown.code, "No model 'other'" in unknown.document["error"]) == (2, True)
    asked = ("score", "--model", "burned_area", "--from", "2025-09-10")
    missing = cli(*asked, "--home", tmp_path / "none", "--json")
    assert missing.code == 3
    assert not (tmp_path / "none").exists()


def test_files_that_were_changed_score_nothing(tiny, made):
    (file,) = _served(made)
    kept = file.read_bytes()
    file.write_bytes(kept[:-1] + bytes([kept[-1] ^ 1]))
    try:
        before = rows(made)
        ended = tiny("score", "--model", "tiny", "--from", "2025-09-20")
        assert (ended.code, "the record says" in ended.document["error"]) == (1, True)
        assert rows(made) == before
    finally:
        file.write_bytes(kept)


def _served(made):
    world = open_world(tiny_settings(made / "home"))
    source = {each.version: each.source for each in world.registry.versions("tiny")}[2]
    name = source.rpartition("/")[2]
    return [each for each in (made / "home" / "mlflow").rglob("model.skops") if name in str(each)]
