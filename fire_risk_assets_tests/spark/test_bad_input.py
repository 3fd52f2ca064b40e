"""What is offered to the border meets the same reaction, by name, where Spark keeps the rows.

Whole files: the very tests of `bad_input/`, on a border of Spark's tables. Rows: all bad ones of a
kind in one file, since each file that goes in costs two commits of Spark's.
"""

from collections import Counter
from dataclasses import dataclass, replace
from itertools import count

import pytest

from fire_risk_assets.actions.ingest import BorderSettings
from fire_risk_assets.adapters.file_lease import FileLease
from fire_risk_assets.adapters.spark.tables import SparkTables
from fire_risk_assets_tests.bad_input import test_bad_rows as rows
from fire_risk_assets_tests.bad_input.borders import Border
from fire_risk_assets_tests.bad_input.test_bad_files import *  # noqa: F403
from fire_risk_assets_tests.bad_input.test_bad_structure import *  # noqa: F403

pytestmark = pytest.mark.slow
NUMBERED = [*rows.NUMBERS, *rows.DOMAIN, *rows.TIME]
BAD = {"csv": [*NUMBERED, *rows.UNFIT, *rows.TEXTS], "parquet": NUMBERED}


@dataclass(frozen=True)
class SparkBorder(Border):
    """The border of one empty home whose rows Spark writes."""

    session: object = None

    @property
    def store(self) -> SparkTables:
        lease = FileLease(self.folder / "locks")
        return SparkTables(self.folder / "lake", session=lambda: self.session, lease=lease)


@pytest.fixture
def border(tmp_path, spark):
    return SparkBorder(tmp_path, session=spark)


@pytest.fixture(params=["csv", "parquet"])
def both(request, border):
    return replace(border, form=request.param)


@pytest.mark.parametrize("header", rows.GOOD, ids=["weather", "reports", "cells", "uci"])
def test_bad_rows_of_a_kind_are_set_aside_together(both, header):
    lisbon = replace(both, settings=BorderSettings(timezone="Europe/Lisbon"))
    bad = [case.values[1:] for case in BAD[both.form] if case.values[0] == header]
    report = lisbon.offer(header + rows.GOOD[header] + "".join(f"{row}\n" for row, _ in bad))
    assert (report.accepted, report.quarantined) == (1, len(bad))
    assert report.reasons == Counter(code for _, code in bad)
    assert lisbon.set_aside() == list(zip(count(3), [code for _, code in bad]))
