"""The architecture as a test: what each room may import, in a fresh interpreter."""

import subprocess
import sys

import pytest

BLOCKED = ("dagster", "dagster_mlflow", "mlflow", "pyspark", "delta", "deltalake")

IMPORT_ALL = """
import importlib, pkgutil, sys
for name in {blocked!r}:
    sys.modules[name] = None
package = importlib.import_module({package!r})
for found in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
    importlib.import_module(found.name)
"""


def python(code, *arguments):
    return subprocess.run(
        [sys.executable, "-c", code, *arguments], capture_output=True, text=True, timeout=120
    )


@pytest.mark.parametrize("room", ["core", "actions", "ports"])
def test_the_inside_imports_without_the_outside_world(room):
    done = python(IMPORT_ALL.format(blocked=BLOCKED, package=f"fire_risk_assets.{room}"))
    assert done.returncode == 0, done.stderr


def test_importing_the_package_imports_nothing():
    done = python(
        "import sys; before = set(sys.modules); import fire_risk_assets;"
        "print(sorted(set(sys.modules) - before))"
    )
    assert done.stdout.strip() == "['fire_risk_assets']"


@pytest.mark.parametrize("module", ["fire_risk_assets.core.models", "fire_risk_assets.core.park"])
def test_naming_models_costs_no_scikit_learn(module):
    heavy = {"sklearn", "optuna", "xclim"}
    done = python(f"import sys, {module}; print(sorted({heavy!r} & set(sys.modules)))")
    assert done.stdout.strip() == "[]", done.stderr
