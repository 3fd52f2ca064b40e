"""Models: what a spec promises, what its pipelines keep, and how much there is to learn."""

import subprocess
import sys
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest
import skops.io

from fire_risk_assets.core.fitting import design, fit, fit_baseline, predict
from fire_risk_assets.core.instants import parse_instant
from fire_risk_assets.core.metrics import average_precision, metric_named
from fire_risk_assets.core.models import builtin_models, resolve_model
from fire_risk_assets.core.models.burned_area import METRICS, burned_area
from fire_risk_assets.core.models.search_space import HALF_LIFE
from fire_risk_assets.core.models.trusted import TRUSTED_TYPES
from fire_risk_assets.core.rows import labelled_rows
from fire_risk_assets.core.search import search
from fire_risk_assets.errors import InvalidName, InvalidSetting, UnknownMetric, UnknownModel
from fire_risk_assets.settings.sections import Training
from fire_risk_assets_tests.core.labelled_park import park

pytestmark = pytest.mark.slow

AREA, OCCURRENCE = resolve_model("burned_area"), resolve_model("fire_occurrence")
TRIALS = Training().trials
MODELS = [AREA, OCCURRENCE, burned_area("rmse"), burned_area("mae")]


def named(spec):
    return f"{spec.name}-{spec.metric}"


@pytest.fixture(scope="module")
def small():
    """Rows of a summer in a few cells, by model."""
    features, reports = park(start=date(2025, 3, 1), until=date(2025, 12, 1), cells=25)
    as_of = parse_instant("2025-12-02")
    return {
        spec.name: labelled_rows(spec, features=features, reports=reports, as_of=as_of).frame
        for spec in (AREA, OCCURRENCE)
    }


@pytest.mark.parametrize("spec", MODELS, ids=named)
def test_saved_pipelines_hold_trusted_types_only_and_predict_the_same_when_loaded(spec, small):
    rows = small[spec.name]
    for pipeline in (fit(spec, rows, spec.default_params, 0), fit_baseline(spec, rows)):
        saved = skops.io.dumps(pipeline)
        assert set(skops.io.get_untrusted_types(data=saved)) <= set(TRUSTED_TYPES)
        loaded = skops.io.loads(saved, trusted=list(TRUSTED_TYPES))
        assert predict(spec, loaded, rows).tobytes() == predict(spec, pipeline, rows).tobytes()


@pytest.mark.parametrize("spec", MODELS, ids=named)
def test_predictions_are_valid_whatever_the_features(spec, small):
    rows = small[spec.name]
    numbers = [name for name in spec.features if name != "zone"]
    strange = rows.copy()
    strange[numbers] = np.random.default_rng(0).choice(
        [np.nan, -1e6, 0.0, 1e6], size=(len(rows), len(numbers))
    )
    strange["zone"] = np.random.default_rng(1).choice([None, "nowhere", "north"], size=len(rows))
    for pipeline in (fit(spec, rows, spec.default_params, 0), fit_baseline(spec, rows)):
        for each in (rows, strange):
            metric_named(spec.metric).per_row(rows["target"], predict(spec, pipeline, each))
            assert predict(spec, pipeline, each).min() >= 0
        assert predict(spec, pipeline, rows.iloc[:0]).shape == (0,)


@pytest.mark.parametrize("spec", [AREA, OCCURRENCE], ids=named)
def test_a_region_without_coordinates_and_zones_can_be_learnt(spec, small):
    nowhere = {"zone": None, "longitude": np.nan, "cell_x": np.nan, "cell_y": np.nan}
    rows = small[spec.name].assign(**nowhere)
    pipeline = fit(spec, rows, spec.default_params, 0)
    assert np.isfinite(predict(spec, pipeline, small[spec.name])).all()


def test_a_pipeline_is_given_its_features_in_order_and_nothing_else(small):
    assert tuple(design(AREA, small["burned_area"]).columns) == AREA.features
    assert "target" not in AREA.features


def test_shipped_models_are_found_by_name_and_others_by_address():
    assert list(builtin_models()) == ["burned_area", "fire_occurrence"]
    assert resolve_model("fire_risk_assets.core.models.burned_area:SPEC") is AREA


@pytest.mark.parametrize(
    "address",
    ["rainfall", "", "no.such.module:SPEC", "json:SPEC", "json:loads", ":SPEC", "a b:c", "..:SPEC"],
)
def test_an_unknown_model_is_refused_with_the_list_of_those_there_are(address):
    with pytest.raises(UnknownModel, match="burned_area, fire_occurrence"):
        resolve_model(address)


def test_a_third_model_is_one_file(tmp_path, monkeypatch):
    (tmp_path / "third_model.py").write_text(
        "from dataclasses import replace\n"
        "from fire_risk_assets.core.models.fire_occurrence import SPEC as OTHER\n"
        "SPEC = replace(OTHER, name='lightning')\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    assert resolve_model("third_model:SPEC").name == "lightning"


def test_the_example_for_people_who_add_a_model_can_be_searched_and_fitted(
    small, tmp_path, monkeypatch
):
    text = (Path(__file__).parents[2] / "CONTRIBUTING.md").read_text()
    (tmp_path / "forest_of_ours.py").write_text(text.split("```python\n")[1].split("```")[0])
    monkeypatch.syspath_prepend(tmp_path)
    spec = resolve_model("forest_of_ours:SPEC")
    rows = small[AREA.name]
    found = search(spec, rows, trials=1, seed=0)
    predictions = predict(spec, fit(spec, rows, found.params, 0), rows)
    assert predictions.shape == (len(rows),)


def test_a_spec_that_cannot_be_one_is_told_with_its_address(tmp_path, monkeypatch):
    (tmp_path / "hasty.py").write_text(
        "from fire_risk_assets.core.models.search_space import Choice, SearchSpace\n"
        "SPEC = SearchSpace({'alpha': Choice((1.0,))})\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(InvalidSetting, match="'hasty:SPEC': The search space has alpha") as told:
        resolve_model("hasty:SPEC")
    assert "ModelSpec in hasty" in told.value.remedy


def test_judged_on_another_metric_recipe_baseline_and_policy_follow():
    squared = AREA.judged_on("rmse")
    assert squared.reported_metrics == ("rmsle", "mae")
    assert "under-forecasting" in squared.caution and not AREA.caution
    assert AREA.judged_on("mae").policy.aggregate == "mean"
    assert AREA.judged_on("rmsle") is AREA
    assert (AREA.direction, AREA.policy.aggregate) == ("ASC", "root_mean")
    assert OCCURRENCE.judged_on("brier").reported_metrics == ("log_loss",)
    assert set(METRICS) == {AREA.metric, *AREA.reported_metrics}


@pytest.mark.parametrize(
    ("spec", "digest"),
    [
        (AREA, "a75fbcc5a87bf0ee1d48a03c3ac07b44bddabffe58d6bd1a12ec1882889211c7"),
        (OCCURRENCE, "7a78f535bf3ba31db30a340d39b528f7e9d263ea336049b330d9f29f273c28c6"),
        (burned_area("mae"), "9525b09bef05e5d1e216bda17254fc6d0739a166cbad40598e31b8ac1dce1fa4"),
    ],
    ids=lambda value: named(value) if not isinstance(value, str) else "",
)
def test_the_policy_on_record_keeps_its_digest(spec, digest):
    assert spec.judging_policy.digest() == digest


def test_looks_and_minima_of_the_windows_are_those_that_judge():
    windows = replace(OCCURRENCE.windows, holdout_weeks=2, min_rows=7, min_positives=5)
    policy = replace(OCCURRENCE, windows=windows).judging_policy
    assert (policy.looks, policy.min_rows) == (2, 7)
    assert (policy.min_clusters, policy.min_positives) == (windows.min_clusters, 5)


def test_a_metric_that_cannot_judge_the_model_is_refused():
    with pytest.raises(InvalidSetting, match="log_loss"):
        AREA.judged_on("log_loss")
    with pytest.raises(InvalidSetting, match="cannot judge a classification"):
        OCCURRENCE.judged_on("rmse")
    with pytest.raises(UnknownMetric):
        AREA.judged_on("accuracy")


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"default_params": {HALF_LIFE: None}}, "default_params"),
        ({"features": ("fwi", "fwi")}, "distinct"),
        ({"windows": AREA.windows}, "label_window_hours"),
        ({"policy": AREA.policy}, "policy.aggregate"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_parts_that_contradict_each_other_are_refused(changes, complaint):
    with pytest.raises(InvalidSetting, match=complaint):
        replace(OCCURRENCE, **changes)


def test_a_model_name_is_inside_the_grammar():
    with pytest.raises(InvalidName):
        replace(AREA, name="Burned Area")


def test_knowing_the_models_loads_no_learning_library():
    code = (
        "import sys; from fire_risk_assets.core.models import builtin_models; builtin_models(); "
        "import fire_risk_assets.core.search, fire_risk_assets.core.snapshots; "
        "print(sorted({'sklearn', 'scipy', 'optuna', 'xclim'} & set(sys.modules)))"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert ran.stdout.strip() == "[]", ran.stderr


@pytest.fixture(scope="module")
def third_years():
    """Training rows of two years and rows of the third, by (seed, model)."""
    split, end = parse_instant("2025-01-01"), parse_instant("2026-01-01")
    years = {}
    for seed in range(3):
        features, reports = park(seed=seed, start=date(2023, 1, 1), until=date(2025, 12, 31))
        for spec in (AREA, OCCURRENCE):
            rows = labelled_rows(spec, features=features, reports=reports, as_of=end).frame
            times = rows["row_time"]
            last = end - timedelta(days=spec.windows.label_lag_days + 1)
            years[seed, spec.name] = (
                rows[times < split - timedelta(days=1)],
                rows[(times >= split) & (times < last)],
            )
    return years


@pytest.mark.slow
def test_fires_are_found_three_times_as_well_as_by_the_month_alone(third_years):
    precision, gain = [], []
    for seed in range(3):
        train, judge = third_years[seed, "fire_occurrence"]
        truth = judge["target"].to_numpy()
        params = search(OCCURRENCE, train, trials=TRIALS, seed=seed).params
        model = predict(OCCURRENCE, fit(OCCURRENCE, train, params, seed), judge)
        month = predict(OCCURRENCE, fit_baseline(OCCURRENCE, train), judge)
        precision.append(average_precision(truth, model) / average_precision(truth, month))
        loss = metric_named("log_loss").score
        gain.append(1 - loss(truth, model) / loss(truth, month))
    assert np.mean(precision) >= 3.0 and min(precision) >= 2.8, precision
    assert 0.14 <= np.mean(gain) <= 0.19 and min(gain) >= 0.11, gain


@pytest.mark.slow
def test_a_tenth_of_the_spread_of_logarithmic_areas_is_explained(third_years):
    explained = []
    for seed in range(3):
        train, judge = third_years[seed, "burned_area"]
        params = search(AREA, train, trials=TRIALS, seed=seed).params
        truth = np.log1p(judge["target"].to_numpy())
        model = np.log1p(predict(AREA, fit(AREA, train, params, seed), judge))
        explained.append(1 - np.mean((model - truth) ** 2) / np.var(truth))
    assert np.mean(explained) >= 0.1, explained
    assert min(explained) >= 0.05, explained


@pytest.mark.parametrize("metric", METRICS)
def test_equal_settings_give_equal_specs(metric):
    assert burned_area(metric) == burned_area(metric)
    assert burned_area(metric).without_recency() == burned_area(metric).without_recency()
    assert burned_area("mae").judged_on(metric) == AREA.judged_on(metric)
