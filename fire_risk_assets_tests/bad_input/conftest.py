"""`border` takes bytes as they are; `both` offers every text once as CSV and once as its Parquet
twin, so that a test body is one claim about the two readers.
"""

from dataclasses import replace
from pathlib import Path

import pytest

from fire_risk_assets_tests.bad_input.borders import Border


@pytest.fixture
def border(tmp_path: Path) -> Border:
    return Border(tmp_path)


@pytest.fixture(params=["csv", "parquet"])
def both(request: pytest.FixtureRequest, border: Border) -> Border:
    return replace(border, form=request.param)
