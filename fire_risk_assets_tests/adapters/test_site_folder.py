"""A folder of pages is made again as a whole, and never at the cost of what others put there."""

import json
import threading

import pytest

from fire_risk_assets.adapters.site_folder import NOTE, SiteFolder
from fire_risk_assets.errors import StoreBroken, UsageError


def made(**pages):
    """Makers of pages by path: a double underscore is a folder."""
    return {
        f"{name.replace('__', '/')}.html": (lambda text=text: text.encode())
        for name, text in pages.items()
    }


def files(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if not path.is_dir())


@pytest.fixture
def out(tmp_path):
    return tmp_path / "deep" / "out"


def test_pages_and_their_note_are_all_that_is_written(out):
    assert SiteFolder(out).publish(made(index="one", models__a="two"), {"state": "s"}) == 2
    assert files(out) == ["index.html", "models/a.html", NOTE]
    assert (out / "models" / "a.html").read_text() == "two"
    assert SiteFolder(out).facts() == {
        "format": 1,
        "state": "s",
        "files": ["index.html", "models/a.html"],
    }
    assert not (out / "index.html").stat().st_mode & 0o100


def test_pages_that_are_no_more_are_taken_away_with_their_folder(out):
    SiteFolder(out).publish(made(index="1", models__a="1", models__b="1", more__x="1"), {})
    SiteFolder(out).publish(made(index="2", models__b="2"), {})
    assert files(out) == ["index.html", "models/b.html", NOTE]
    assert sorted(path.name for path in out.iterdir()) == ["index.html", "models", NOTE]


@pytest.mark.parametrize("foreign", ["notes.txt", "models/mine.html", "deep/er/x"])
def test_nothing_is_written_beside_foreign_files(out, foreign):
    SiteFolder(out).publish(made(index="1", models__a="1"), {})
    (out / foreign).parent.mkdir(parents=True, exist_ok=True)
    (out / foreign).write_text("mine")
    with pytest.raises(UsageError, match=f"holds other things .{foreign}"):
        SiteFolder(out).publish(made(index="2", models__mine="2"), {})
    assert (out / "index.html").read_text() == "1"
    assert (out / foreign).read_text() == "mine"


def test_a_folder_full_of_something_else_is_refused_and_what_is_hidden_passed_over(tmp_path):
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "config").write_text("")
    SiteFolder(tmp_path).publish(made(index="1"), {})
    other = tmp_path / "other"
    other.mkdir()
    for name in "abcd":
        (other / name).write_text("")
    with pytest.raises(UsageError, match=r"holds other things \(a, b, c, …\)"):
        SiteFolder(other).publish(made(index="1"), {})
    assert files(other) == ["a", "b", "c", "d"]


def test_a_link_to_elsewhere_is_foreign_and_nothing_is_written_through_it(out, tmp_path):
    SiteFolder(out).publish(made(index="1"), {})
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (out / "models").symlink_to(elsewhere)
    with pytest.raises(UsageError, match=r"holds other things .models"):
        SiteFolder(out).publish(made(index="2", models__a="2"), {})
    assert list(elsewhere.iterdir()) == []


def test_a_writer_that_dies_leaves_what_the_next_one_knows_as_its_own(out):
    SiteFolder(out).publish(made(index="1"), {"state": "one"})

    def dies():
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        SiteFolder(out).publish(made(index="2", models__a="2") | {"models/b.html": dies}, {})
    # Half a site is never taken for the state it was going to show.
    assert "state" not in SiteFolder(out).facts()
    assert SiteFolder(out).publish(made(index="3"), {"state": "three"}) == 1
    assert files(out) == ["index.html", NOTE]


@pytest.mark.parametrize("name", ["../x.html", "/x.html", "a/../../x", ".x", "a//b", NOTE, ""])
def test_a_page_cannot_leave_the_folder(out, name):
    with pytest.raises(UsageError, match="cannot be the name of a page"):
        SiteFolder(out).publish({name: lambda: b"x"}, {})


def test_an_edited_list_removes_nothing_outside(out, tmp_path):
    SiteFolder(out).publish(made(index="1"), {})
    victim = tmp_path / "victim"
    victim.write_text("mine")
    noted = {"files": ["index.html", "../../victim", str(victim)]}
    (out / NOTE).write_text(json.dumps(noted))
    SiteFolder(out).publish(made(index="2"), {})
    assert victim.read_text() == "mine"


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"files": 3}'])
def test_a_note_that_is_none_is_told_with_what_to_do(out, text):
    SiteFolder(out).publish(made(index="1"), {})
    (out / NOTE).write_text(text)
    with pytest.raises(StoreBroken) as told:
        SiteFolder(out).publish(made(index="2"), {})
    assert "make the site again" in told.value.remedy


def test_a_place_that_cannot_be_a_folder_is_told(tmp_path):
    (tmp_path / "file").write_text("")
    for place in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(UsageError, match="cannot be written"):
            SiteFolder(place).publish(made(index="1"), {})


def test_two_writers_take_turns(out):
    drawing, go_on = threading.Event(), threading.Event()

    def slow():
        drawing.set()
        assert go_on.wait(10)
        return b"slow"

    first = threading.Thread(
        target=SiteFolder(out).publish, args=({"index.html": slow}, {"state": "first"})
    )
    first.start()
    assert drawing.wait(10)
    second = threading.Thread(
        target=SiteFolder(out).publish, args=(made(index="b", models__b="b"), {"state": "second"})
    )
    second.start()
    second.join(0.2)
    assert second.is_alive()
    go_on.set()
    first.join(10)
    second.join(10)
    assert SiteFolder(out).facts()["state"] == "second"
    assert (out / "index.html").read_text() == "b"
