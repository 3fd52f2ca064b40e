"""What the inside asks of the outside world. The docstrings are the law an adapter keeps.

`engine` (the kernels on the tables), `stores` (tables, ledger, references), `models` (files,
registry, runs, evidence), `host` (clock, leases, processes), `pages` (dossiers, folders of pages),
`world` (all of them together).

A port is added when an action needs something that is not a value. No implementation here, no
type of a library that an adapter hides, and no import that costs time: annotations are strings.
"""

from fire_risk_assets.ports.engine import Engine, KnownRows
from fire_risk_assets.ports.host import Clock, CrashPoints, Lease, Processes, Provenance
from fire_risk_assets.ports.models import EvidenceRenderer, ModelRegistry, RunTracker, Vault
from fire_risk_assets.ports.stores import Condition, Ledger, References, TableStore
from fire_risk_assets.ports.world import World

__all__ = [
    "Clock",
    "Condition",
    "CrashPoints",
    "Engine",
    "EvidenceRenderer",
    "KnownRows",
    "Lease",
    "Ledger",
    "ModelRegistry",
    "Processes",
    "Provenance",
    "References",
    "RunTracker",
    "TableStore",
    "Vault",
    "World",
]
