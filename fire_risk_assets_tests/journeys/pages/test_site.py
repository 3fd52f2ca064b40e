"""The site opened from a folder, as people get it: on a desk and on a phone, by eye and by key."""

import pytest
from playwright.sync_api import expect

from fire_risk_assets.cli.main import ended
from fire_risk_assets_tests.journeys.pages.conftest import SHOTS
from fire_risk_assets_tests.site_story import make_story_home

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]

WIDTHS = (1440, 390)
PAGES = ("index.html", "models/burned_area.html", "models/fire_occurrence.html")
# WCAG 2.2, 1.4.3: 4.5 to 1, whatever the size.
CONTRAST = """() => {
  const channel = v => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
  const luminance = c => 0.2126 * channel(c[0]) + 0.7152 * channel(c[1]) + 0.0722 * channel(c[2]);
  const parsed = c => c.match(/[\\d.]+/g).map(Number);
  const solid = c => parsed(c).length === 3 || parsed(c)[3] === 1;
  const behind = e => {
    for (; e; e = e.parentElement) {
      const found = getComputedStyle(e).backgroundColor;
      if (solid(found)) return parsed(found);
    }
    return [255, 255, 255];
  };
  const low = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  let seen = 0;
  while (walk.nextNode()) {
    const e = walk.currentNode.parentElement;
    if (!walk.currentNode.data.trim() || e.tagName === 'STYLE') continue;
    const style = getComputedStyle(e);
    const ink = e.closest('svg') ? (style.fill === 'none' ? style.color : style.fill) : style.color;
    const [one, other] = [luminance(parsed(ink)), luminance(behind(e))].sort((a, b) => b - a);
    const ratio = (one + 0.05) / (other + 0.05);
    seen += 1;
    if (ratio < 4.5) low.push([walk.currentNode.data.trim().slice(0, 40), ratio.toFixed(2)]);
  }
  return [seen, low];
}"""
OUTSIDE = """() => [...document.querySelectorAll('main *')]
  .filter(e => !e.closest('.skip') && !e.closest('thead') && !e.closest('svg'))
  .filter(e => e.getBoundingClientRect().right > innerWidth + 1)
  .map(e => e.outerHTML.slice(0, 80))"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    base = tmp_path_factory.mktemp("site")
    home = make_story_home(base / "home")
    assert ended(["--home", str(home), "site", "--out", str(base / "out"), "--json"]) == 0
    return base / "out"


@pytest.fixture(params=WIDTHS, ids=lambda width: f"{width}px")
def visit(request, browser, folder):
    """Open a page of the site at a width; nothing may be asked of the network, nothing complain."""
    context = browser.new_context(viewport={"width": request.param, "height": 900})
    page = context.new_page()
    asked, complaints = [], []
    page.on("request", lambda each: asked.append(each.url))
    page.on("console", lambda each: complaints.append(each.text))
    page.on("pageerror", lambda each: complaints.append(str(each)))
    page.on("dialog", lambda each: complaints.append(each.message))

    def go(name):
        page.goto((folder / name).as_uri())
        return page

    yield go
    context.close()
    assert [url for url in asked if not url.startswith("file://")] == []
    assert complaints == []


@pytest.mark.parametrize("name", PAGES)
def test_a_page_fits_its_window_and_can_be_read(visit, name):
    page = visit(name)
    width = page.viewport_size["width"]
    SHOTS.mkdir(exist_ok=True)
    shot = f"site_{name.rpartition('/')[2].removesuffix('.html')}_{width}.png"
    page.screenshot(path=SHOTS / shot, full_page=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate(OUTSIDE) == []
    seen, low = page.evaluate(CONTRAST)
    assert seen > 40
    assert low == []


@pytest.mark.parametrize("name", PAGES)
def test_every_figure_table_and_link_has_a_name(visit, name):
    page = visit(name)
    assert page.locator("html").get_attribute("lang") == "en"
    assert page.title() not in ("", "owned")
    expect(page.get_by_role("main")).to_have_count(1)
    expect(page.get_by_role("heading", level=1)).to_have_count(1)
    for role in ("img", "link", "table", "navigation"):
        for each in page.get_by_role(role).all():
            named = each.evaluate(
                "e => (e.ariaLabel || e.caption?.textContent || e.textContent).trim()"
            )
            assert named, (role, each.evaluate("e => e.outerHTML.slice(0, 80)"))


@pytest.mark.parametrize("name", PAGES)
def test_every_link_is_reached_by_the_tab_key_and_shows_it(visit, name):
    page = visit(name)
    links = page.evaluate("[...document.querySelectorAll('a')].map(e => e.getAttribute('href'))")
    reached = []
    for _ in links:
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.getAttribute('href')"))
        shown = page.evaluate(
            "[getComputedStyle(document.activeElement).outlineStyle,"
            " document.activeElement.getBoundingClientRect().left >= 0]"
        )
        assert shown == ["solid", True], reached[-1]
    assert reached == links


def test_a_visitor_goes_from_all_models_to_a_decision_and_to_a_dossier(visit):
    page = visit("index.html")
    page.get_by_role("table").get_by_role("link", name="burned_area").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("burned_area: version 1 serves")
    page.get_by_role("link", name="row 7").click()
    expect(page.locator("#row-7")).to_be_in_viewport()
    expect(page.locator("#row-7")).to_contain_text("rollback: operator")
    page.get_by_role("link", name="fire-7-4").click()
    expect(page).to_have_title("7-4")
    page.go_back()
    page.get_by_role("link", name="All models").click()
    expect(page).to_have_title("Fire-risk models: who serves")


def test_a_dossier_is_found_from_the_first_page_too(visit):
    page = visit("index.html")
    page.get_by_role("link", name="fire-7-4").click()
    expect(page).to_have_title("7-4")


def test_the_print_is_within_the_sheet_and_keeps_its_tables(browser, folder):
    # What A4 leaves within our margins, in CSS pixels.
    context = browser.new_context(viewport={"width": 672, "height": 1000})
    page = context.new_page()
    page.emulate_media(media="print")
    page.goto((folder / PAGES[1]).as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") <= 672
    assert page.locator("#decisions td").first.evaluate("e => getComputedStyle(e).display") == (
        "table-cell"
    )
    assert page.pdf(format="A4").startswith(b"%PDF")
    context.close()
