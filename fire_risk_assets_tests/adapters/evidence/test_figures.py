"""Figures are PNG files of a known size, small enough to embed, whatever the rows hold."""

import io
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.figure import Figure
from PIL import Image

from fire_risk_assets.adapters.evidence import EvidencePages
from fire_risk_assets.adapters.evidence.comparison_figures import _by_day
from fire_risk_assets.adapters.evidence.drawing import DRAWN_ROWS, drawn
from fire_risk_assets.adapters.evidence.reliability import (
    equal_expectation_bins,
    wilson_interval,
)
from fire_risk_assets.adapters.evidence.text import number
from fire_risk_assets.core.plain_text import plain
from fire_risk_assets.core.verdict import Kind, Reason, Verdict
from fire_risk_assets.errors import InvalidScores

KEPT = Verdict(kind=Kind.KEEP, reason_code=Reason.NOT_BETTER, reason="Not shown to be better.")
PAGES = EvidencePages()


def opened(content):
    image = Image.open(io.BytesIO(content))
    image.load()
    assert image.format == "PNG"
    return image


def compared(days, rows_a_day, seed=0):
    random = np.random.default_rng(seed)
    day = np.repeat(np.datetime64("2026-01-01") + np.arange(days), rows_a_day)
    losses = random.lognormal(0, 2, (2, day.size))
    return pd.DataFrame({"day": day, "loss_candidate": losses[0], "loss_reference": losses[1]})


def fitted(task, rows=300):
    random = np.random.default_rng(2)
    chance = random.beta(0.6, 20, rows)
    area = random.lognormal(1, 2, rows) * (random.random(rows) < 0.5)
    truth = (random.random(rows) < chance) * 1.0 if task == "classification" else area
    predicted = chance if task == "classification" else random.lognormal(1, 0.5, rows)
    return pd.DataFrame(
        {
            "y_true": truth,
            "prediction": predicted,
            "season": random.choice(["DJF", "MAM", "JJA"], rows),
            "day": np.datetime64("2026-01-01") + np.arange(rows) // 5,
        }
    )


@pytest.mark.parametrize("shape", [(1, 1), (28, 81), (182, 200)])
def test_the_difference_figure_is_sharp_and_has_a_thumbnail_below_80_kb(shape):
    content = PAGES.difference_figure(compared(*shape), KEPT)
    assert opened(content).size == (1400, 1040)
    small = PAGES.thumbnail(content, times=3)
    assert opened(small).size == (467, 347)
    assert len(small) < 80_000


def test_each_day_that_is_named_is_named_with_its_month():
    axes = Figure().subplots()
    days = np.arange("2025-07-27", "2025-08-25", dtype="datetime64[D]")
    _by_day(axes, days, np.ones(days.size))
    axes.figure.canvas.draw()
    names = [each.get_text() for each in axes.get_xticklabels() if each.get_text()]
    assert len(names) > 2
    assert all(name.endswith(("Jul", "Aug")) for name in names)
    assert axes.get_xlabel() == "day (UTC) of 2025"


def test_a_candidate_that_equals_production_is_drawn():
    rows = compared(20, 4)
    rows["loss_candidate"] = rows["loss_reference"]
    assert opened(PAGES.difference_figure(rows, KEPT)).size == (1400, 1040)


def test_worse_and_better_candidates_have_different_colours():
    rows = compared(20, 4).assign(loss_reference=1.0, loss_candidate=2.0)
    worse = opened(PAGES.difference_figure(rows, KEPT)).convert("RGB")
    better = opened(PAGES.difference_figure(rows.assign(loss_candidate=0.5), KEPT)).convert("RGB")
    orange, blue = (213, 94, 0), (0, 114, 178)
    assert orange in worse.get_flattened_data() and blue in better.get_flattened_data()
    bars = [picture.crop((0, 340, 700, 520)) for picture in (worse, better)]
    assert blue not in bars[0].get_flattened_data()
    assert orange not in bars[1].get_flattened_data()


@pytest.mark.parametrize(
    ("task", "names"),
    [
        ("regression", {"predicted_vs_actual.png", "error_by_season.png"}),
        ("classification", {"calibration.png", "error_by_season.png"}),
    ],
)
def test_each_task_has_its_figures(task, names):
    figures = PAGES.training_figures(task=task, scored=fitted(task))
    assert set(figures) == names
    assert {opened(each).size[0] for each in figures.values()} == {700}
    assert min(opened(each).size[1] for each in figures.values()) >= 400


@pytest.mark.parametrize("task", ["regression", "classification"])
def test_missing_numbers_strange_seasons_and_no_rows_are_drawn(task):
    rows = fitted(task)
    rows.loc[:9, "prediction"] = np.nan
    rows.loc[10:19, "season"] = None
    rows.loc[20:29, "season"] = "$x_{\x1b<b>"
    for scored in (rows, rows.iloc[10:11], rows.iloc[:0], rows.assign(prediction=0.0)):
        figures = PAGES.training_figures(task=task, scored=scored)
        assert {opened(each).size[0] for each in figures.values()} == {700}


def test_a_missing_column_is_named():
    with pytest.raises(InvalidScores, match="lacks prediction"):
        PAGES.training_figures(
            task="regression", scored=fitted("regression").drop(columns="prediction")
        )


def test_negative_areas_of_a_linear_model_are_drawn():
    scored = fitted("regression").assign(prediction=-40.0)
    assert opened(PAGES.training_figures(task="regression", scored=scored)["error_by_season.png"])


def test_thinning_keeps_the_extremes():
    size = np.zeros(50_000)
    size[[7, 31_313]] = 5.0
    kept = drawn(size)
    assert {7, 31_313} <= set(kept.tolist()) and kept.size <= DRAWN_ROWS
    assert drawn(size[:10]).tolist() == list(range(10))


@given(st.lists(st.floats(0, 1), min_size=1, max_size=60))
def test_bins_keep_the_order_of_predictions_and_share_equal_ones(predictions):
    values = np.array(predictions)
    bins = equal_expectation_bins(values, bins=8)
    assert set(bins.tolist()) == set(range(int(bins.max()) + 1)) and bins.max() < 8
    order = np.argsort(values, kind="stable")
    assert (np.diff(bins[order]) >= 0).all()
    assert all(len(set(bins[values == each].tolist())) == 1 for each in values)


@given(st.integers(0, 50), st.integers(1, 50))
def test_an_interval_of_a_share_contains_the_share(hits, more):
    rows = float(hits + more)
    low, high = wilson_interval(np.array([float(hits)]), np.array([rows]))
    assert 0 <= low[0] <= hits / rows + 1e-12 and hits / rows <= high[0] <= 1


@given(st.floats(allow_nan=True, allow_infinity=True))
def test_no_number_is_shown_as_nan_or_infinity(value):
    assert not {"nan", "inf"} & set(number(value).lower().replace("−", " ").split())


@given(st.text())
def test_plain_text_can_be_encoded_and_has_one_line(text):
    shown = plain(text)
    assert shown.encode() is not None and len(shown.splitlines()) <= 1


def test_importing_the_pages_loads_neither_matplotlib_nor_pandas():
    code = (
        "import sys, fire_risk_assets.adapters.evidence as e; e.EvidencePages();"
        "sys.exit(bool({'matplotlib', 'pandas'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0


def test_drawing_leaves_pyplot_alone():
    code = (
        "import sys, pandas as pd\n"
        "from fire_risk_assets.adapters.evidence import EvidencePages\n"
        "rows = pd.DataFrame({'y_true': [0.0, 1.0], 'prediction': [0.1, 0.8],"
        " 'season': ['DJF', 'JJA'], 'day': pd.to_datetime(['2026-01-01', '2026-07-01'])})\n"
        "EvidencePages().training_figures(task='classification', scored=rows)\n"
        "sys.exit('matplotlib.pyplot' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0
