"""Which assets a cycle is made of and what each is made from, as they are defined now.

Kept with every cycle: definitions change, and an incident is looked into years later.
"""

from collections.abc import Iterable

import dagster as dg

from fire_risk_assets.core.tables.registry_status import REGISTRY_STATUS
from fire_risk_assets.defs.assets.chain import POINTER_ASSET

Lineage = dict[str, list[str]]


def lineage_of(assets: Iterable[dg.AssetsDefinition], model_name: str) -> Lineage:
    """Return the assets behind one model's row of `registry_status`, each with its parents.

    Args:
        assets: All of a code location.
        model_name: Whose cycle.
    """
    made_from = {
        spec.key: [dep.asset_key for dep in spec.deps] for asset in assets for spec in asset.specs
    }
    pointer = dg.AssetKey([model_name, POINTER_ASSET])
    # The table follows the pointers of all models; of a cycle only one.
    found: Lineage = {REGISTRY_STATUS.name: [_name(pointer)]}
    owed = [pointer]
    while owed:
        key = owed.pop()
        if _name(key) not in found:
            parents = made_from.get(key, [])
            found[_name(key)] = [_name(parent) for parent in parents]
            owed.extend(parents)
    return dict(sorted(found.items()))


def _name(key: dg.AssetKey) -> str:
    return "/".join(key.path)
