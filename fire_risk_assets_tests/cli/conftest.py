import shutil
from pathlib import Path

import pytest


@pytest.fixture
def home(told_home, tmp_path):
    return Path(shutil.copytree(told_home, tmp_path / "home"))
