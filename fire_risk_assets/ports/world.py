"""All ports an action works with, bound once."""

from __future__ import annotations

from dataclasses import dataclass

from fire_risk_assets.ports.engine import Engine
from fire_risk_assets.ports.host import Clock, CrashPoints, Lease, Processes, Provenance
from fire_risk_assets.ports.models import EvidenceRenderer, ModelRegistry, Vault
from fire_risk_assets.ports.stores import Ledger, References, TableStore


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """The adapters an action works with, bound once by `wiring`."""

    clock: Clock
    tables: TableStore
    engine: Engine
    ledger: Ledger
    registry: ModelRegistry
    vault: Vault
    evidence: EvidenceRenderer
    lease: Lease
    references: References
    processes: Processes
    provenance: Provenance
    crash: CrashPoints
