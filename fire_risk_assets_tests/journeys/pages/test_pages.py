"""The pages people look at, in a real browser over the real servers of `fire-risk ui`.

Each test leaves a screenshot at 1440 px of what it asks for in `test-output/`. The tests that
launch cycles come last: what they decide is not what those before them expect to read.
"""

import http.client
import re
import signal
import time
from urllib.parse import quote

import psutil
import pytest
from playwright.sync_api import expect

from fire_risk_assets.defs.instance import open_instance
from fire_risk_assets.wiring import model_spec
from fire_risk_assets_tests.defs.daemons import until
from fire_risk_assets_tests.homes import SECOND, THIRD, copy_home, open_world
from fire_risk_assets_tests.journeys.pages.served import free_ports, started
from fire_risk_assets_tests.journeys.pages.walks import (
    failed_check,
    label,
    launch,
    make_a_burned_area_negative,
    reload_code,
    shown,
    switch_of,
)
from fire_risk_assets_tests.leaks import let_the_temperature_be_the_label

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

DOWN_WITHIN_S = 30.0
SHOWN_WITHIN_MS = 20_000
RUN_WITHIN_MS = 120_000
TRAINING = "?workflowType=machine_learning"
AT_PRODUCTION = re.compile(r"@\s*production")
FOURTH = "2025-09-29"
# What the graph tells of the checks of each asset. Two of the ledger run at night.
GROUPS = {
    "data": {
        "cells": "1 / 1 Passed",
        "weather_observations": "3 / 3 Passed",
        "fire_reports": "1 / 1 Passed",
        "features": "1 / 1 Passed",
    },
    "tiny": {
        "training_set": "1 / 1 Passed",
        "holdout_set": "3 / 3 Passed",
        "candidate_model": None,
        "adjudication_result": None,
        "production_model_pointer": None,
        "predictions": None,
    },
    "registry": {"registry_status": "2 / 4 Passed", "site": None},
}
AUTOMATIONS = {
    "features_follow_weather": True,
    "landing_files": True,
    "site_follows_ledger": True,
    "tiny_daily_scoring": False,
    "tiny_missed_cycles": True,
    "tiny_reconcile": True,
    "tiny_retraining": False,
    "verify_evidence_daily": True,
}


def test_the_asset_graph_shows_every_group_and_asset(ui, page, shot):
    page.goto(f"{ui.dagster}/asset-groups")
    for group in GROUPS:
        page.locator(f'.group [data-tooltip="{group}"]').wait_for()
    expect(page.get_by_text("fetching statuses")).to_have_count(0, timeout=SHOWN_WITHIN_MS)
    shot("dagster_asset_groups")
    expanded = ",".join(f"global@global:{group}" for group in GROUPS)
    page.goto(f"{ui.dagster}/asset-groups?expanded={quote(expanded)}")
    page.get_by_text("Hide navigation").click()
    for assets in GROUPS.values():
        for asset in assets:
            page.locator("foreignObject").get_by_text(label(asset)).wait_for()
    shot("dagster_asset_graph")


@pytest.mark.parametrize("group", GROUPS)
def test_the_graph_of_a_group_tells_how_many_checks_hold(ui, page, shot, group):
    # Six in a row show what they hold on a wide screen only.
    page.set_viewport_size({"width": 1920, "height": 1000})
    page.goto(f"{ui.dagster}/locations/fire_risk_assets/asset-groups/{group}/lineage")
    page.get_by_text("Hide navigation").click()
    nodes = page.locator("foreignObject")
    for asset in GROUPS[group]:
        nodes.get_by_text(label(asset)).wait_for()
    if not nodes.get_by_text("Asset checks").count():
        # From afar a node is its name alone.
        for _ in range(2):
            page.locator("[aria-label=zoom_in]").click()
    for asset, told in GROUPS[group].items():
        node = nodes.filter(has=page.get_by_text(asset, exact=True))
        node.get_by_text("Asset checks").wait_for()
        if told:
            node.get_by_text(told).wait_for()
    shot(f"dagster_graph_of_{group}")


def test_the_verdict_is_shown_with_a_plot_and_leads_to_its_evidence(ui, page, shot, seen_home):
    row = seen_home.row
    page.goto(f"{ui.dagster}/assets/tiny/adjudication_result")
    page.get_by_text(f"{row.kind}: {row.reason_code}").wait_for()
    shot("dagster_verdict")
    shown(page, page.get_by_role("img", name="Loss differences"))
    shot("dagster_verdict_plot")
    page.get_by_role("link", name="verdict.html").click()
    page.frame_locator("iframe").get_by_role("heading", name="The numbers").wait_for()
    shot("mlflow_evidence_page")


def test_the_pointer_leads_to_the_version_that_serves(ui, page, shot, seen_home):
    row = seen_home.row
    page.goto(f"{ui.dagster}/assets/tiny/production_model_pointer")
    link = page.get_by_role("link", name=f"tiny version {row.production_version}").first
    link.wait_for()
    link.scroll_into_view_if_needed()
    shot("dagster_pointer")
    link.click()
    page.get_by_text(AT_PRODUCTION).wait_for()
    page.get_by_text(re.compile(r"Candidate of cycle .* fitted on .* rows")).wait_for()
    page.get_by_text("Production", exact=True).wait_for()
    page.get_by_text("last_served_by").wait_for()
    page.get_by_text(f"{row.kind}: {row.reason_code}").wait_for()
    shot("mlflow_version")


def test_the_registry_page_shows_the_alias_at_the_version_that_serves(ui, page, shot, seen_home):
    page.goto(f"{ui.mlflow}/#/models/tiny{TRAINING}")
    line = page.get_by_role("row").filter(has_text=AT_PRODUCTION)
    line.get_by_text(f"Version {seen_home.row.production_version}", exact=True).wait_for()
    line.get_by_text(re.compile("^Candidate of cycle")).wait_for()
    page.get_by_text("Alias and stage show what registry_status decided").wait_for()
    shot("mlflow_registered_model")


def test_the_experiment_names_its_runs_and_a_run_shows_its_figures(ui, page, shot, seen_home):
    row = seen_home.row
    page.goto(f"{ui.mlflow}/#/experiments/1/runs{TRAINING}")
    page.get_by_text("One run a cycle and model").wait_for()
    for name in ("2025-06-02 tiny", "2025-09-08 tiny"):
        page.get_by_role("link", name=name).wait_for()
    shot("mlflow_experiment")
    page.goto(f"{ui.mlflow}/#/runs/{row.mlflow_run_id}{TRAINING}")
    page.get_by_text("candidate_rmsle").wait_for()
    page.get_by_text(f"{row.kind}: {row.reason_code}.").wait_for()
    shot("mlflow_run")
    page.get_by_text("Artifacts", exact=True).first.click()
    for folder, figures in {
        "figures": ("error_by_season", "predicted_vs_actual"),
        "verdict": ("differences",),
    }.items():
        page.get_by_text(folder, exact=True).click()
        for figure in figures:
            page.get_by_text(f"{figure}.png", exact=True).click()
            shown(page, page.get_by_role("img", name=f"{folder}/{figure}.png"))
            shot(f"mlflow_figure_{figure}")


def test_nobody_else_on_the_network_is_served__s8_s9(ui):
    listening = {
        connection.laddr.ip
        for each in ui.family()
        for connection in each.net_connections(kind="inet")
        if connection.status == psutil.CONN_LISTEN
    }
    assert listening == {"127.0.0.1"}


def test_mlflow_answers_no_page_that_sends_people_to_it_under_another_name__s10(ui):
    host = "evil.example"
    statuses = {}
    for name in ("127.0.0.1", host):
        asked = http.client.HTTPConnection("127.0.0.1", ui.ports["mlflow_port"], timeout=30)
        where = "/api/2.0/mlflow/registered-models/search"
        asked.request("GET", where, headers={"Host": f"{name}:{ui.ports['mlflow_port']}"})
        statuses[name] = asked.getresponse().status
        asked.close()
    assert statuses == {"127.0.0.1": 200, host: 403}


def test_a_partition_is_materialised_from_the_ui_though_the_code_is_loaded_anew__f34(
    ui, page, shot, seen_home
):
    key = f"{SECOND:%Y-%m-%d}"
    launch(ui, page, shot, key)
    run_id = page.url.rsplit("/", 1)[-1]
    with open_instance(seen_home.settings) as instance:
        until(lambda: instance.get_run_by_id(run_id).status.value == "STARTED", "no run began")
        assert reload_code(ui) == "WorkspaceLocationEntry"
        assert not instance.get_run_by_id(run_id).is_finished
    page.get_by_text("Success", exact=True).wait_for(timeout=RUN_WITHIN_MS)
    shot("dagster_run_succeeded")
    world = open_world(seen_home.settings)
    row = world.ledger.rows("tiny")[-1]
    assert (row.cycle_id, row.kind in ("promote", "keep", "undecided")) == (key, True)
    assert world.registry.production_alias("tiny") == row.production_version
    page.goto(f"{ui.dagster}/assets/tiny/adjudication_result?view=partitions&partition={key}")
    page.get_by_text(f"{row.kind}: {row.reason_code}").wait_for()
    shot("dagster_partition")


def test_a_leak_fails_its_check_and_the_pointer_stays(ui, page, shot, seen_home, tmp_path):
    settings, key = seen_home.settings, f"{THIRD:%Y-%m-%d}"
    world = open_world(settings)
    served = world.registry.production_alias("tiny")
    let_the_temperature_be_the_label(world, model_spec(settings, "tiny"), tmp_path, as_of=THIRD)
    launch(ui, page, shot, key)
    page.get_by_text("Success", exact=True).wait_for(timeout=RUN_WITHIN_MS)
    failed_check(ui, page, shot, "disjoint_from_training", blocking=False)
    row = world.ledger.rows("tiny")[-1]
    assert (row.cycle_id, row.kind, row.reason_code) == (key, "refuse", "leak")
    assert world.registry.production_alias("tiny") == served == row.production_version
    page.goto(f"{ui.dagster}/assets/tiny/production_model_pointer")
    page.get_by_text("refuse: leak").wait_for()
    shot("dagster_pointer_after_a_leak")


def test_a_failed_blocking_check_stops_the_pointer(ui, page, shot, seen_home):
    settings = seen_home.settings
    world = open_world(settings)
    served = world.registry.production_alias("tiny")
    versions = [each.version for each in world.registry.versions("tiny")]
    make_a_burned_area_negative(world, settings.home / "lake")
    launch(ui, page, shot, FOURTH)
    page.get_by_text("Failure", exact=True).first.wait_for(timeout=RUN_WITHIN_MS)
    shot("dagster_run_stopped")
    failed_check(ui, page, shot, "rows_sound", blocking=True)
    row = world.ledger.rows("tiny")[-1]
    assert (row.cycle_id, row.kind) == (FOURTH, "fail")
    assert "rows_sound" in row.reason
    assert world.registry.production_alias("tiny") == served == row.production_version
    assert [each.version for each in world.registry.versions("tiny")] == versions


def test_schedule_and_sensors_are_listed_and_switched_on(ui, page, shot, seen_home):
    page.goto(f"{ui.dagster}/automation")
    lines = {name: page.locator(f'a[href$="/{name}"]') for name in AUTOMATIONS}
    for name, on in AUTOMATIONS.items():
        expect(switch_of(lines[name])).to_be_checked(checked=on, timeout=SHOWN_WITHIN_MS)
    # The box itself is invisible; what is drawn lies around it.
    switch_of(lines["tiny_retraining"]).locator("xpath=..").click()
    expect(switch_of(lines["tiny_retraining"])).to_be_checked(timeout=SHOWN_WITHIN_MS)
    # Grey until the server has said yes.
    expect(switch_of(lines["tiny_retraining"])).to_be_enabled(timeout=SHOWN_WITHIN_MS)
    shot("dagster_automation")
    with open_instance(seen_home.settings) as instance:
        states = {s.instigator_name: s.status.value for s in instance.all_instigator_state()}
    assert states["tiny_retraining"] == "RUNNING"


def test_ctrl_c_ends_every_process(fresh_home, tmp_path):
    home = copy_home(fresh_home, tmp_path / "home")
    served = started(home, free_ports())
    try:
        served.wait_until_up()
        # The addresses are told once they answer.
        assert served.process.stdout.readline().startswith("Dagster")
        family = served.family()
        assert len(family) >= 4
        before = time.monotonic()
        served.process.send_signal(signal.SIGINT)
        assert served.process.wait(DOWN_WITHIN_S) == 0
        rest = psutil.wait_procs(
            family, timeout=max(0.0, before + DOWN_WITHIN_S - time.monotonic())
        )[1]
        assert rest == []
    finally:
        served.end()
