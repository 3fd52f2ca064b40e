"""The example notebook runs whole, and the home of a notebook says what the command line says."""

from pathlib import Path

import nbclient
import nbformat
import pandas as pd
import pytest

from fire_risk_assets.defs.resources import world_of
from fire_risk_assets.errors import HomeUnusable, NothingServed
from fire_risk_assets.notebook import open_home
from fire_risk_assets_tests.homes import copy_home
from fire_risk_assets_tests.incidents import AT, CELL, MODEL, asked, forecast_settings

pytestmark = pytest.mark.slow

EXAMPLE = Path(__file__).parents[2] / "examples" / "incident.ipynb"


@pytest.fixture(scope="module")
def folder(tmp_path_factory, forecast_home):
    return copy_home(forecast_home, tmp_path_factory.mktemp("notebook") / "home")


@pytest.fixture(scope="module")
def home(folder):
    found = open_home(folder, models=(MODEL,), training={"trials": 0})
    yield found
    found.world.vault.prover.stop()


def test_the_example_runs_from_top_to_bottom(folder, monkeypatch):
    monkeypatch.setenv("FIRE_RISK_HOME", str(folder))
    monkeypatch.setenv("FIRE_RISK_MODELS", f'["{MODEL}"]')
    notebook = nbformat.read(EXAMPLE, as_version=4)
    assert not any(cell.get("outputs") for cell in notebook.cells), "it is kept without outputs"
    nbclient.NotebookClient(notebook, timeout=180, kernel_name="python3").execute()
    shown = [out for cell in notebook.cells for out in cell.get("outputs", ())]
    kinds = {kind for out in shown for kind in out.get("data", {})}
    assert {"text/html", "image/svg+xml"} <= kinds


def test_it_says_what_the_dossier_says(home, folder):
    dossier = asked(forecast_settings(folder))
    why = home.explain(MODEL, AT, CELL)
    assert why["contribution"].to_dict() == dossier.why.contributions
    assert why.attrs["prediction"] == dossier.why.prediction
    other = home.what_if(MODEL, AT, CELL)
    assert other["prediction"].to_dict() == {
        each.version: each.prediction for each in dossier.what_if.versions
    }
    saw = home.features_at(MODEL, AT, CELL)
    assert saw["then"].to_dict() == {each.name: each.then for each in dossier.saw.features}
    assert "<iframe" in home.page(MODEL, AT, CELL)._repr_html_()
    world_of(forecast_settings(folder)).vault.prover.stop()


def test_history_and_what_served_are_those_of_the_ledger(home):
    history = home.history(MODEL)
    assert list(history["seq"]) == [1, 2]
    assert home.production_at(MODEL, AT) == 3
    assert home.production_at(MODEL, "2025-07-01") == 1
    with pytest.raises(NothingServed):
        home.production_at(MODEL, "2020-01-01")


def test_the_model_is_verified_and_rows_are_as_known_then(home):
    rows = home.labelled_rows(MODEL, AT)
    assert rows["row_time"].max() < pd.Timestamp(AT)
    pipeline = home.model(MODEL, 3)
    assert pipeline.predict_proba(rows[list(pipeline.feature_names_in_)].tail(1)).shape == (1, 2)


def test_a_folder_that_is_no_home_is_refused(tmp_path):
    with pytest.raises(HomeUnusable):
        open_home(tmp_path / "nothing").history(MODEL)
