"""Delays and corrections against the figures they were calibrated to."""

import numpy as np
import pandas as pd
import pytest


@pytest.fixture(scope="module")
def reports(histories):
    frames = [history.reports.to_pandas().assign(seed=i) for i, history in enumerate(histories)]
    everything = pd.concat(frames, ignore_index=True)
    # Far from the end, where every first report has come in.
    settled = everything["started_at"] < pd.Timestamp("2025-10-01", tz="UTC")
    return everything[settled].sort_values(["seed", "report_id", "known_at"])


@pytest.fixture(scope="module")
def first(reports):
    return reports.drop_duplicates(["seed", "report_id"])


@pytest.mark.parametrize(("days", "share"), [(7, 0.88), (10, 0.92), (14, 0.95), (21, 0.99)])
def test_reports_come_in_as_late_as_calibrated(first, days, share):
    delay = first["known_at"] - first["started_at"]
    assert (delay <= pd.Timedelta(days=days)).mean() == pytest.approx(share, abs=0.025)


def test_a_report_takes_a_day_at_least_and_is_known_when_it_is_reported(first):
    assert (first["known_at"] - first["started_at"]).min() == pd.Timedelta(days=1)
    assert (first["known_at"] == first["reported_at"]).all()


def test_a_correction_repeats_the_id_and_changes_the_area_alone(reports):
    later = reports[reports.duplicated(["seed", "report_id"])]
    before = reports[reports.duplicated(["seed", "report_id"], keep="last")]
    assert len(later) == len(before) > 50
    same = ["seed", "report_id", "cell_id", "started_at"]
    assert (later[same].to_numpy() == before[same].to_numpy()).all()
    assert (later["burned_area_ha"].to_numpy() != before["burned_area_ha"].to_numpy()).all()
    waited = later["known_at"].to_numpy() - before["known_at"].to_numpy()
    assert waited.min() >= np.timedelta64(7, "D")
    assert waited.max() <= np.timedelta64(60, "D")


def test_a_tenth_of_the_reports_with_an_area_is_corrected_by_about_a_third(reports, first):
    later = reports[reports.duplicated(["seed", "report_id"])]
    before = reports[reports.duplicated(["seed", "report_id"], keep="last")]
    assert len(later) / (first["burned_area_ha"] > 0).sum() == pytest.approx(0.10, abs=0.02)
    large = before["burned_area_ha"].to_numpy() > 1
    ratio = later["burned_area_ha"].to_numpy()[large] / before["burned_area_ha"].to_numpy()[large]
    assert np.log(ratio).std() == pytest.approx(0.3, abs=0.06)


def test_most_fires_start_in_the_afternoon(first):
    hours = (first["started_at"] - first["started_at"].dt.floor("D")) / pd.Timedelta(hours=1)
    assert hours.between(12, 19).mean() > 0.5
