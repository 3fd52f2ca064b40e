"""What a dossier says, each with whether it was looked at, and what was found."""

from dataclasses import dataclass
from typing import Literal

State = Literal["verified", "contradicted", "unverifiable"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One claim of a dossier.

    Attributes:
        code: For machines; stable.
        says: What is claimed, a sentence.
        state: verified: looked at now and so; contradicted: looked at and otherwise; unverifiable:
            what it would be looked at with is missing.
        detail: What was compared, or what is missing.
    """

    code: str
    says: str
    state: State
    detail: str = ""


def compared(code: str, says: str, *, differs: str, detail: str = "") -> Claim:
    """Return a claim that was looked at: contradicted where something `differs`."""
    if differs:
        return Claim(code=code, says=says, state="contradicted", detail=differs)
    return Claim(code=code, says=says, state="verified", detail=detail)


def missing(code: str, says: str, what: str) -> Claim:
    """Return a claim that nobody can look at any more."""
    return Claim(code=code, says=says, state="unverifiable", detail=what)
