"""The site says what the ledger says, to whoever opens a file, and runs nothing it was handed."""

import re
from urllib.parse import urldefrag

import pytest

from fire_risk_assets.actions.describe_site import describe_site
from fire_risk_assets.pages.site import site_pages
from fire_risk_assets.settings import read_settings
from fire_risk_assets.wiring.site import open_site
from fire_risk_assets_tests.pages.page_reader import Page
from fire_risk_assets_tests.site_story import FORMULA, make_story_home

MODELS = ("burned_area", "fire_occurrence", "wind_damage")
BURNED = "models/burned_area.html"


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """Every page as text, by its path; the third model has no row."""
    home = make_story_home(tmp_path_factory.mktemp("site") / "home")
    view = describe_site(MODELS, open_site(read_settings(home=home)))
    return {path: draw() for path, draw in site_pages(view).items()}


@pytest.fixture(scope="module")
def read(pages):
    return {path: Page(text) for path, text in pages.items()}


def test_there_is_one_page_of_all_models_and_one_of_each(pages):
    assert list(pages) == [*(f"models/{name}.html" for name in MODELS), "index.html"]


def test_the_first_page_says_of_each_model_what_serves_since_when_and_why(read):
    text = read["index.html"].text
    for said in (
        "3 models, 2 of them serving. Every ledger is whole",
        "version 1, since 2026-09-14 06:00 UTC",
        "rolled back to version 1.",
        "cycle 2026-08-17, by rmsle (lower is better)",
        "+0.03, interval −0.02 to +0.08. The candidate scored worse than production;",
        "104 rows on 21 days, 2026-07-06 to 2026-08-02",
        "whole, 8 rows",
        "No cycle has run yet.",
        "simulated park: 2023-09-28 to 2026-09-28",
    ):
        assert said in text, said
    assert re.search(r"as of \d{4}-\d\d-\d\d \d\d:\d\d UTC", text)


def test_the_page_of_a_model_shows_every_event_with_its_evidence(read):
    text = read[BURNED].text
    for said in (
        "as of row 8 of its ledger, decided 2026-09-21 06:00 UTC",
        "version 1 serves",
        "version 2 2026-08-10 06:00 UTC 2026-09-14 06:00 UTC promote: better",
        "version 1 2026-09-14 06:00 UTC it serves now rollback: operator",
        "0.9 version 2 1 version 1 −0.1 −0.15 to −0.05 0.0312 104 rows",
        "refuse: out_of_order An older cycle.",
        "fail: TRAIN",
        "undecided: too_few_rows",
        "repair: drift Because. by sensor reconcile",
    ):
        assert said in text, said


def test_a_model_without_cycles_has_a_page_that_says_so(read):
    text = read["models/wind_damage.html"].text
    assert "nothing serves" in text and "No cycle has run yet." in text
    assert not [tag for tag, _ in read["models/wind_damage.html"].tags if tag == "svg"]


def test_every_link_leads_to_a_page_or_a_place_that_is_there(pages, read):
    there = {*pages, "incidents/fire-7-4/index.html"}
    for path, page in read.items():
        for link in page.links:
            target, place = urldefrag(link)
            above = path.rpartition("/")[0]
            found = f"{above}/{target}" if above and target else target or path
            found = re.sub(r"(^|/)[^/]+/\.\./", r"\1", found)
            assert found in there, (path, link)
            assert not place or place in read[found].ids, (path, link)


def test_planted_markup_stays_text_and_control_characters_and_secrets_are_gone__s16(pages, read):
    for path, text in pages.items():
        tags = {tag for tag, _ in read[path].tags}
        assert not {"script", "iframe", "object", "link", "form"} & tags, path
        assert not [named for _, named in read[path].tags if any(k.startswith("on") for k in named)]
        assert not any(each in text for each in ("\x1b", "\x00", "\u202e", "hunter2")), path
    said = read[BURNED].text
    assert "<script>document.title='owned'</script><img src=x onerror=alert(1)>" in said
    assert FORMULA in said


def test_no_page_asks_the_network_for_anything(pages, read):
    for path, text in pages.items():
        policy = next(n["content"] for t, n in read[path].tags if n.get("http-equiv"))
        assert policy.startswith("default-src 'none'")
        assert "@import" not in text and not re.search(r"url\((?!#)", text)
        sources = [n.get("src") or n.get("xlink:href") for _, n in read[path].tags]
        assert all(source.startswith("#") for source in sources if source)


def test_what_a_reader_without_eyes_needs_is_there(read):
    for path, page in read.items():
        tags = [tag for tag, _ in page.tags]
        assert tags.count("h1") == 1 and tags.count("main") == 1, path
        assert page.tags[0] == ("html", {"lang": "en"})
        assert page.links[0] == "#content"
        figures = [named for tag, named in page.tags if tag == "svg"]
        assert all(named["role"] == "img" and named["aria-label"] for named in figures)
        assert tags.count("table") == tags.count("caption"), path
        assert all(n.get("scope") in ("row", "col") for t, n in page.tags if t == "th"), path
        assert len(page.ids) == len(set(page.ids)), path
    alternative = next(n["aria-label"] for t, n in read[BURNED].tags if t == "svg")
    assert "version 1 serves since 2026-09-14, after 2 changes." in alternative
    assert "rmsle, over 2 cycles: 1 on 2026-08-10, 1 on 2026-08-17" in alternative


def test_a_ledger_with_a_changed_row_is_called_so_on_both_pages(tmp_path):
    from dataclasses import replace

    from fire_risk_assets_tests.cli.ledger_homes import make_home
    from fire_risk_assets_tests.site_story import story_rows

    rows = story_rows()
    changed = [replace(rows[0], reason="Another reason."), *rows[1:]]
    home = make_home(tmp_path / "home", rows=changed)
    view = describe_site(("burned_area",), open_site(read_settings(home=home)))
    assert not view.whole
    for draw in site_pages(view).values():
        text = Page(draw()).text
        assert "row seq 1 was changed after it was written" in text
        assert "not whole" in text
