"""What a version was made of: what each record says of it, and what is compared bit for bit."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from fire_risk_assets.core.arrays import Vector
from fire_risk_assets.core.wording import counted

State = Literal["verified", "differs", "missing"]
Records = Mapping[str, Mapping[str, Any]]
"""What each record says, by its name; the one that counts first comes first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ingredient:
    """One thing a version was made of, or must agree with.

    Attributes:
        name: For machines; stable.
        state: verified: looked at now and as recorded; differs: looked at and otherwise; missing:
            there is nothing to look at.
        needed: Without it the version is not reproduced.
        detail: What was found.
    """

    name: str
    state: State
    needed: bool = True
    detail: str = ""


def told(records: Records, what: str) -> Any:  # noqa: ANN401  (a JSON value)
    """Return what the first record that says anything says."""
    return next((record[what] for record in records.values() if what in record), None)


def agreed(records: Records, what: str) -> Ingredient:
    """Return whether all records that name a thing say the same of it.

    >>> agreed({"the ledger": {"seed": 0}, "its tags": {"seed": 7}}, "seed").detail
    'the ledger says 0, its tags say 7'
    """
    said = {name: record[what] for name, record in records.items() if what in record}
    if not said:
        return Ingredient(name=what, state="missing", detail="no record tells")
    if all(value == next(iter(said.values())) for value in said.values()):
        return Ingredient(name=what, state="verified", detail=_shown(told(records, what)))
    each = (f"{name} {'say' if name.endswith('s') else 'says'} {_shown(said[name])}"
            for name in said)  # fmt: skip
    return Ingredient(name=what, state="differs", detail=", ".join(each))


def _shown(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, sort_keys=True)


def same_bits(
    name: str, keys: Sequence[str], recorded: Vector, found: Vector, *, by: str
) -> Ingredient:
    """Return whether predictions are the same, bit for bit.

    Args:
        name: Of the ingredient.
        keys: Of the rows.
        recorded: Of what is on record, shape (n_rows,).
        found: Of what was fitted again, shape (n_rows,).
        by: Whose the recorded ones are, for people.
    """
    one, other = (np.ascontiguousarray(each, dtype="<f8") for each in (recorded, found))
    places = np.flatnonzero(one.view("<i8") != other.view("<i8"))
    rows = counted(len(one), "row")
    if not places.size:
        return Ingredient(name=name, state="verified", detail=f"{rows}, equal to the last bit")
    at = int(places[0])
    detail = (
        f"{len(places):,} of {rows}, by at most {float(np.nanmax(np.abs(one - other))):.3g}; the"
        f" first is {keys[at]}: {by} {float(one[at])!r}, now {float(other[at])!r}"
    )
    return Ingredient(name=name, state="differs", detail=detail)
