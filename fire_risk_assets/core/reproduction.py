"""Whether a version can be made again: what each record says, what is compared, the answer.

Gathering and fitting belong to the actions; here are values only.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from fire_risk_assets.core.arrays import Vector
from fire_risk_assets.core.provenance import Drift, Environment, drift, is_dirty
from fire_risk_assets.core.wording import counted

State = Literal["verified", "differs", "missing"]
Answer = Literal["reproduced", "differs", "not_reproducible"]
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


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeThen:
    """The code a version was made by, and that of now.

    Attributes:
        dirty: Whether the tree differed from its commit then; None where nothing tells.
        changes: Where that difference is kept.
    """

    then: str | None
    now: str
    dirty: bool | None
    changes: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class EnvironmentThen:
    """The packages a version was made with, and those of now, by digest.

    Attributes:
        drift: Package by package; None where nothing differs, or the list of then is not kept.
    """

    then: str | None
    now: str
    drift: Drift | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reproduction:
    """The answer, and everything it rests on.

    Attributes:
        role: "candidate" or "baseline"; None where nothing tells.
        params: What was fitted again.
        compared_rows: Rows whose predictions were compared.
    """

    model_name: str
    version: int
    role: str | None
    cycle_id: str | None
    answer: Answer
    ingredients: Sequence[Ingredient]
    params: Mapping[str, Any] | None
    seed: int | None
    compared_rows: int
    code: CodeThen
    environment: EnvironmentThen


def answer_of(ingredients: Sequence[Ingredient]) -> Answer:
    """Return the answer: what was found otherwise comes before what could not be looked at.

    >>> answer_of([Ingredient(name="seed", state="missing"), Ingredient(name="x", state="differs")])
    'differs'
    """
    states = {each.state for each in ingredients if each.needed}
    if "differs" in states:
        return "differs"
    return "not_reproducible" if "missing" in states else "reproduced"


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


def code_ingredient(code: CodeThen) -> Ingredient:
    """Return whether the code is that of then."""
    dirty = "; its tree differed from the commit"
    kept = f", as kept in {code.changes}" if code.changes else ", and how is not kept"
    tree = f"{dirty}{kept}" if code.dirty else ""
    if code.then is None:
        return Ingredient(name="code", state="missing", needed=False, detail="no record tells")
    if code.then == code.now:
        detail = f"{code.then}{tree}"
        return Ingredient(name="code", state="verified", needed=False, detail=detail)
    state: State = "missing" if code.dirty and code.changes is None else "differs"
    detail = f"then {code.then}{tree}; now {code.now}"
    return Ingredient(name="code", state=state, needed=False, detail=detail)


def code_then(then: str | None, now: str, changes: str | None) -> CodeThen:
    """Return the code of then and of now."""
    dirty = None if then is None else is_dirty(then)
    return CodeThen(then=then, now=now, dirty=dirty, changes=changes)


def environment_then(
    digest: str | None, kept: Environment | None, now: Environment
) -> tuple[EnvironmentThen, Ingredient]:
    """Return the environments of then and now, and whether they are the same.

    Args:
        digest: On record.
        kept: What is kept under it.
        now: Of this process.
    """
    name, present = "environment", now.digest()
    plain = EnvironmentThen(then=digest, now=present, drift=None)
    if digest is None:
        return plain, Ingredient(name=name, state="missing", needed=False, detail="no record tells")
    if kept is not None and kept.digest() != digest:
        said = f"the list kept for {digest[:12]}… was changed since"
        return plain, Ingredient(name=name, state="missing", needed=False, detail=said)
    if digest == present:
        said = "" if kept else "; its list is not kept"
        said = f"{counted(len(now.packages), 'package')}, {now.python}, {now.platform}{said}"
        return plain, Ingredient(name=name, state="verified", needed=False, detail=said)
    if kept is None:
        said = "others are installed now; the list of then is not kept, so they cannot be named"
        return plain, Ingredient(name=name, state="missing", needed=False, detail=said)
    moved = drift(kept, now)
    found = EnvironmentThen(then=digest, now=present, drift=moved)
    parts = {"added": len(moved.added), "removed": len(moved.removed)}
    parts["of another version"] = len(moved.changed)
    said = ", ".join(f"{number:,} {what}" for what, number in parts.items() if number)
    return found, Ingredient(name=name, state="differs", needed=False, detail=said)
