"""Labels overwritten under the same name are refused; labels corrected by a file are the future."""

import shutil
from datetime import timedelta

import pyarrow as pa
import pyarrow.csv
import pytest
from deltalake import write_deltalake

from fire_risk_assets.actions.adjudicate_cycle import adjudicate_cycle
from fire_risk_assets.actions.build_snapshots import (
    HOLDOUT_REFERENCE,
    cut_rows,
    holdout_set,
    training_set,
)
from fire_risk_assets.actions.check_invariants import check_invariants
from fire_risk_assets.actions.recompute_verdict import recompute_verdict
from fire_risk_assets.actions.train_candidate import train_candidate
from fire_risk_assets.core.tables.observed import REPORTS
from fire_risk_assets.core.tables.scores import ADJUDICATION_SCORES
from fire_risk_assets.errors import DigestMismatch
from fire_risk_assets_tests.homes import (
    SECOND,
    THIRD,
    open_world,
    prepare_cycle,
    start_cycle,
    take_in,
)

pytestmark = pytest.mark.slow

JUDGES_FROM = SECOND - timedelta(days=14, weeks=4)


def overwrite_labels(settings, world, *, judging):
    """Make the table of reports anew, with other areas of the fires that judge or of the rest.

    Returns the home as the next step finds it: a world keeps what it has read.
    """
    rows = world.tables.read(REPORTS)
    areas = [
        row["burned_area_ha"] + (5.0 if (row["started_at"] >= JUDGES_FROM) is judging else 0.0)
        for row in rows.to_pylist()
    ]
    place = rows.schema.get_field_index("burned_area_ha")
    changed = rows.set_column(place, rows.schema.field(place), pa.array(areas))
    folder = settings.home / "lake" / REPORTS.name
    shutil.rmtree(folder)
    write_deltalake(folder, changed)
    return open_world(settings)


def begun(settings):
    """A cycle whose training rows and holdout are on record, as its assets keep them."""
    spec, plan, world, run = start_cycle(settings, SECOND)
    cut = cut_rows(spec, plan, world.ledger.rows(spec.name), world)
    rows = training_set(plan, cut), holdout_set(plan, cut)
    world.references.save("tiny", plan.cycle_id, HOLDOUT_REFERENCE, rows[1].to_json())
    return spec, plan, world, run, rows


def trained(spec, plan, world, run, rows):
    return train_candidate(spec, plan, *rows, trials=0, world=world, run=run)


def test_labels_overwritten_before_the_fit_are_refused__b66(settings):
    spec, plan, world, run, rows = begun(settings)
    world = overwrite_labels(settings, world, judging=False)
    with pytest.raises(DigestMismatch, match=r"training rows of tiny.*other targets or features"):
        trained(spec, plan, world, run, rows)
    assert len(world.registry.versions("tiny")) == 1


@pytest.mark.parametrize(
    ("judging", "told"),
    [(False, "was fitted on other rows"), (True, r"holdout rows of tiny.*other targets")],
    ids=["of-training", "of-the-holdout"],
)
def test_labels_overwritten_after_the_fit_are_refused_before_anything_is_scored__b66(
    settings, judging, told
):
    spec, plan, world, run, rows = begun(settings)
    fitted, before = trained(spec, plan, world, run, rows), world.ledger.rows("tiny")
    world = overwrite_labels(settings, world, judging=judging)
    with pytest.raises(DigestMismatch, match=told):
        adjudicate_cycle(spec, plan, fitted, world=world, run=run)
    assert world.tables.read(ADJUDICATION_SCORES).num_rows == 0
    assert world.ledger.rows("tiny") == before


def correct(world, path, at):
    """Correct every fire that judged to 7.25 ha, by a file that says when it was known."""
    rows = [row for row in world.tables.read(REPORTS).to_pylist() if row["known_at"] < at]
    known = {row["report_id"]: row for row in rows if row["started_at"] >= JUDGES_FROM}
    columns = ("report_id", "cell_id", "started_at")
    lines = [
        {name: row[name] for name in columns} | {"burned_area_ha": 7.25, "known_at": at}
        for row in known.values()
    ]
    pyarrow.csv.write_csv(pa.Table.from_pylist(lines), path)
    report = take_in(world, path)
    assert (report.accepted, report.quarantined) == (len(lines), 0)


def labels(world, cycle_id):
    kept = world.tables.read(ADJUDICATION_SCORES, where=[("cycle_id", "==", cycle_id)])
    return dict(zip(kept["row_key"].to_pylist(), kept["y_true"].to_pylist(), strict=True))


def test_a_corrected_label_judges_the_next_cycle_and_the_old_verdict_is_kept__b61(
    settings, tmp_path
):
    first = prepare_cycle(settings, SECOND)
    spec, world, row = first.spec, first.world, first.decide().row
    was = labels(world, row.cycle_id)
    correct(world, tmp_path / "corrections.csv", THIRD - timedelta(hours=1))
    assert labels(world, row.cycle_id) == was
    assert recompute_verdict(spec, row, world) == first.judgement.verdict_of()
    assert cut_rows(spec, first.plan, world.ledger.rows("tiny")[:1], world).holdout_digest == (
        row.holdout_digest
    )
    following = prepare_cycle(settings, THIRD).decide().row
    now = labels(world, following.cycle_id)
    both = was.keys() & now.keys()
    assert len(both) > 20
    assert 7.25 not in was.values()
    assert {now[key] for key in both} == {7.25}
    assert row in world.ledger.rows("tiny")
    assert check_invariants(spec, world, at_rest=True) == []
