"""What a person does and sees on the pages, in words the tests share."""

import http.client
import json
import re
import shutil

import pyarrow as pa
from deltalake import write_deltalake

from fire_risk_assets.core.tables.observed import REPORTS
from fire_risk_assets.defs.instance import LOCATION
from fire_risk_assets_tests.homes import FIRST

RELOAD = """
mutation ($name: String!) {
  reloadRepositoryLocation(repositoryLocationName: $name) { __typename }
}
"""


def label(asset):
    """The name in the graph, where a long one is cut in the middle."""
    return re.compile(rf"^({asset}|{asset[:3]}\w*…\w*{asset[-5:]})$")


def shown(page, image):
    """Wait until a figure is really there, and wide enough to be read."""
    image.scroll_into_view_if_needed()
    page.wait_for_function(
        "image => image.naturalWidth > 300 && image.clientWidth > 300", arg=image.element_handle()
    )


def launch(ui, page, shot, key):
    """Materialise a partition of the cycle job as a person does; ends on the page of its run."""
    page.goto(f"{ui.dagster}/locations/fire_risk_assets/jobs/tiny_cycle")
    page.get_by_role("button", name="Materialize all").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_text("Show all partitions").click()
    box = dialog.get_by_role("textbox").first
    box.fill(key)
    box.press("Enter")
    dialog.get_by_text("1 partition", exact=True).wait_for()
    shot("dagster_launch_dialog")
    dialog.get_by_role("button", name="Launch 1 run").click()
    page.get_by_text("View", exact=True).click()
    page.wait_for_url("**/runs/*")


def reload_code(ui):
    """What the button "Reload" beside the code location does; returns what it led to."""
    asked = http.client.HTTPConnection("127.0.0.1", ui.ports["dagster_port"], timeout=60)
    body = json.dumps({"query": RELOAD, "variables": {"name": LOCATION}})
    asked.request("POST", "/graphql", body, {"Content-Type": "application/json"})
    answer = json.load(asked.getresponse())
    asked.close()
    return answer["data"]["reloadRepositoryLocation"]["__typename"]


def failed_check(ui, page, shot, check, *, blocking):
    page.goto(f"{ui.dagster}/assets/tiny/holdout_set?view=checks&checkDetail={check}")
    page.get_by_text("blocking asset check").wait_for()
    said = "This is a blocking asset check." if blocking else "This is a non-blocking asset check."
    page.get_by_text(said).wait_for()
    page.get_by_text("Failed", exact=True).first.wait_for()
    page.get_by_text("recovery").wait_for()
    shot(f"dagster_check_{check}")


def switch_of(link):
    """The switch in the line of a schedule or sensor; the first box there selects the line."""
    return link.locator("xpath=..").get_by_role("checkbox").last


def make_a_burned_area_negative(world, lake):
    """Write the table anew as only somebody else can: border and constraint refuse such a row."""
    reports = world.tables.read(REPORTS)
    rows = reports.to_pylist()
    known = max(row["known_at"] for row in rows if row["known_at"] <= FIRST)
    one = next(row["report_id"] for row in rows if row["known_at"] == known)
    wrong = [row | {"burned_area_ha": -1.0} if row["report_id"] == one else row for row in rows]
    version = world.tables.version(REPORTS)
    shutil.rmtree(lake / REPORTS.name)
    table = pa.Table.from_pylist(wrong, schema=reports.schema)
    write_deltalake(lake / REPORTS.name, table)
    # As many commits as are on record: a table that ends before them is refused for that.
    for _ in range(version):
        write_deltalake(lake / REPORTS.name, table.slice(0, 0), mode="append")
