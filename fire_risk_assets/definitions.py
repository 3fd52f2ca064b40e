"""The front door of the code location: what `dagster dev` and `dg` load.

Builds objects and nothing else: no file, database or model library is touched before something
runs. Everything is put together in `defs/build.py`; keep logic out of this module.
"""

from fire_risk_assets.defs.build import build_definitions
from fire_risk_assets.settings import read_settings

defs = build_definitions(read_settings())
