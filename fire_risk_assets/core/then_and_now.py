"""Code and packages a version was made by, beside those of now."""

from dataclasses import dataclass

from fire_risk_assets.core.ingredients import Ingredient, State
from fire_risk_assets.core.provenance import Drift, Environment, drift, is_dirty
from fire_risk_assets.core.wording import counted


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
