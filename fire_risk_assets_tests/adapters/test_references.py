"""Documents of a home: written whole, replaced, forgotten; a damaged one is told as such."""

import errno
import json
import os

import pytest

from fire_risk_assets.adapters.file_references import FileReferences
from fire_risk_assets.errors import HomeReadOnly, HomeUnusable, InvalidName, StoreBroken
from fire_risk_assets_tests.faults.modes import modes_minded

KEY = ("tiny", "2025-09-08", "plan")


@pytest.fixture
def references(tmp_path):
    return FileReferences(tmp_path / "references")


def test_a_document_comes_back_as_it_was_saved_and_a_rewrite_replaces_it(references):
    assert references.load(*KEY) is None
    for document in ({"seed": 1, "share": 0.1 + 0.2, "stop": None}, {"note": "née"}):
        references.save(*KEY, document)
        assert references.load(*KEY) == document
    folder = references.path_of(*KEY).parent
    assert [path.name for path in folder.iterdir()] == ["plan.json"]


def test_a_document_that_is_no_json_is_refused_and_leaves_the_old_one(references):
    references.save(*KEY, {"share": 0.5})
    with pytest.raises(ValueError, match="JSON"):
        references.save(*KEY, {"share": float("nan")})
    assert references.load(*KEY) == {"share": 0.5}


def test_a_forgotten_document_is_gone_and_may_be_forgotten_again(references):
    references.save(*KEY, {})
    references.forget(*KEY)
    references.forget(*KEY)
    assert references.load(*KEY) is None


def test_documents_are_found_by_model_and_the_beginning_of_their_name(references):
    references.save("tiny", "b", "attempt_2", {"n": 2})
    references.save("tiny", "a", "attempt_1", {"n": 1})
    references.save("tiny", "a", "plan", {})
    references.save("tiny_too", "a", "attempt_3", {})
    assert references.find("tiny", "attempt_") == [("a", "attempt_1"), ("b", "attempt_2")]
    assert references.find("nobody", "attempt_") == []


@pytest.mark.parametrize("key", [("..", "c", "plan"), ("tiny", "../c", "plan"), ("tiny", "c", "")])
def test_no_name_leads_out_of_the_folder(references, key):
    for use in (references.load, references.forget):
        with pytest.raises(InvalidName):
            use(*key)


@pytest.mark.parametrize("text", ["", "{", "[1, 2]", "null", '"plan"', "7", "\udcff"])
def test_a_file_that_holds_no_document_is_named_as_broken(references, text):
    path = references.path_of(*KEY)
    path.parent.mkdir(parents=True)
    path.write_bytes(text.encode(errors="surrogateescape"))
    with pytest.raises(StoreBroken, match=r"plan\.json") as told:
        references.load(*KEY)
    assert told.value.permanent
    references.save(*KEY, {"seed": 1})
    assert json.loads(path.read_text()) == {"seed": 1}


def test_a_document_that_cannot_be_removed_is_a_fact_of_the_home(references):
    references.path_of(*KEY).mkdir(parents=True)
    # A folder in its place: Linux says "is a directory", others "operation not permitted".
    with pytest.raises(HomeUnusable, match=r"plan\.json"):
        references.forget(*KEY)


def test_a_read_only_home_says_so_when_a_document_is_to_be_forgotten__f23(references):
    references.save(*KEY, {})
    folder = references.path_of(*KEY).parent
    folder.chmod(0o500)
    try:
        with modes_minded(), pytest.raises(HomeReadOnly, match=os.strerror(errno.EACCES)):
            references.forget(*KEY)
    finally:
        folder.chmod(0o700)
