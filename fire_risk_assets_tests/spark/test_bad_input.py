"""What is offered to the border meets the same reaction, by name, where Spark keeps the rows.

The very tests of `bad_input/`, on a border of Spark's tables: a reaction that differed would fail
here and not there. Parquet twins of single rows are left to the soak: a commit takes a second.
"""

from dataclasses import dataclass, replace

import pytest

from fire_risk_assets.adapters.file_lease import FileLease
from fire_risk_assets.adapters.spark.tables import SparkTables
from fire_risk_assets_tests.bad_input.borders import Border
from fire_risk_assets_tests.bad_input.test_bad_files import *  # noqa: F403
from fire_risk_assets_tests.bad_input.test_bad_rows import *  # noqa: F403
from fire_risk_assets_tests.bad_input.test_bad_structure import *  # noqa: F403

pytestmark = pytest.mark.slow


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


@pytest.fixture(params=["csv", pytest.param("parquet", marks=pytest.mark.soak)])
def both(request, border):
    return replace(border, form=request.param)
