"""How a command ends: 0 done, 1 refused or found wrong, 2 usage, 3 failed or broken.

Also which fact lies behind an error of a library that got past its adapter. Add a class to the
table when its facts end otherwise than 3; wording belongs to `errors.py`.
"""

import sqlite3
from collections.abc import Iterable

from fire_risk_assets import errors
from fire_risk_assets.core.causes import chain_of
from fire_risk_assets.core.disk_facts import disk_fact
from fire_risk_assets.core.verdict import Kind
from fire_risk_assets.core.wording import as_sentence
from fire_risk_assets.errors import FireRiskError

DONE, REFUSED, USAGE, FAILED = 0, 1, 2, 3
INTERRUPTED = 130
"""What shells expect after Ctrl-C."""

CODES: dict[type[FireRiskError], int] = {
    errors.UsageError: USAGE,
    errors.RequestRefused: REFUSED,
    errors.NothingServed: REFUSED,
    errors.NothingToScore: REFUSED,
    errors.FeatureUnknown: REFUSED,
    errors.FileRejected: REFUSED,
    errors.KnownTooLate: REFUSED,
    errors.ArtifactMismatch: REFUSED,
    errors.ArtifactRejected: REFUSED,
    errors.DigestMismatch: REFUSED,
    errors.RegistryDrift: REFUSED,
    errors.LedgerBroken: REFUSED,
    FireRiskError: FAILED,
}
"""The nearest class of an error's ancestry counts; whatever is not named here has failed."""

_SQLITE = {
    "locked": errors.StoreBusy,
    "unable to open": errors.HomeUnusable,
}


_KINDS: dict[str, int] = {Kind.REFUSE: REFUSED, Kind.FAIL: FAILED}


def cycles_code(kinds: Iterable[str]) -> int:
    """Return the code that cycles with rows of these kinds end in, together.

    >>> cycles_code(["keep", "undecided"]), cycles_code(["promote", "refuse"])
    (0, 1)
    """
    return max((_KINDS.get(kind, DONE) for kind in kinds), default=DONE)


def exit_code(fact: FireRiskError) -> int:
    """Return the code a fact ends in.

    >>> exit_code(errors.UnknownModel("?")), exit_code(errors.HomeUnusable("?"))
    (2, 3)
    """
    return next(CODES[cls] for cls in type(fact).__mro__ if cls in CODES)


def fact_behind(cause: BaseException) -> FireRiskError | None:
    """Return the fact an error of Dagster, SQLite or the system stands for, None when unknown."""
    for error in chain_of(cause):
        if isinstance(error, FireRiskError):
            return error
        if not isinstance(error, sqlite3.DatabaseError | OSError):
            continue
        place = getattr(error, "filename", None) or "A file of the home"
        if fact := disk_fact(error, f"{place} cannot be used"):
            return fact
        if isinstance(error, sqlite3.DatabaseError):
            return _of_sqlite(error)
    return None


def _of_sqlite(error: sqlite3.DatabaseError) -> FireRiskError:
    text = str(error)
    said = as_sentence(f"A database of the home cannot be used: {text}")
    for sign, fact in _SQLITE.items():
        if sign in text:
            return fact(said)
    return errors.StoreBroken(said)
