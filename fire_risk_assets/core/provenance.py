"""What stands behind `environment_digest` and `code_version`: packages, a commit, a diff.

Reading and keeping them is an adapter's work; here is what they mean and how they compare.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass

from fire_risk_assets.core.redaction import HIDDEN, redacted
from fire_risk_assets.core.wording import counted

LONGEST = 1_000_000
"""Characters of a diff that are kept."""

_COMMIT = re.compile(r"(?P<commit>[0-9a-f]{40}(?:[0-9a-f]{24})?)(?:\+(?P<changes>\w+))?")
_KEY = re.compile(r"(-----BEGIN [A-Z ]*PRIVATE KEY-----)(.*?)(-----END|\Z)", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """What is installed.

    Attributes:
        python: Implementation and version, `CPython 3.11.9`.
        platform: System and machine, `Linux-x86_64`.
        packages: Version by package, names in lower case.
    """

    python: str
    platform: str
    packages: Mapping[str, str]

    def digest(self) -> str:
        """Return the ledger's `environment_digest`: SHA-256 of Python, platform and packages."""
        lines = [f"{name}=={version}" for name, version in sorted(self.packages.items())]
        return hashlib.sha256("\n".join([self.python, self.platform, *lines]).encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """How an environment differs from an older one.

    Attributes:
        added: Version now, by package.
        removed: Version then, by package.
        changed: (then, now) by package; `python` and `platform` are counted among them.
    """

    added: dict[str, str]
    removed: dict[str, str]
    changed: dict[str, tuple[str, str]]


def drift(then: Environment, now: Environment) -> Drift:
    """Return how `now` differs from `then`.

    >>> old = Environment(python="3.11", platform="x", packages={"a": "1", "b": "1"})
    >>> new = Environment(python="3.12", platform="x", packages={"b": "2", "c": "1"})
    >>> found = drift(old, new)
    >>> found.added, found.removed
    ({'c': '1'}, {'a': '1'})
    >>> found.changed
    {'python': ('3.11', '3.12'), 'b': ('1', '2')}
    """
    was, has = then.packages, now.packages
    both = {"python": (then.python, now.python), "platform": (then.platform, now.platform)}
    both |= {name: (was[name], has[name]) for name in sorted(was.keys() & has.keys())}
    return Drift(
        added={name: has[name] for name in sorted(has.keys() - was.keys())},
        removed={name: was[name] for name in sorted(was.keys() - has.keys())},
        changed={name: pair for name, pair in both.items() if pair[0] != pair[1]},
    )


def changes_digest(code_version: str) -> str | None:
    """Return the digest of what differed from the commit, None for a clean tree or a wheel.

    >>> changes_digest("a" * 40 + "+bf005a1915cf"), changes_digest("a" * 40)
    ('bf005a1915cf', None)
    >>> changes_digest("1.2.0+bf005a1915cf") is None
    True
    """
    found = _COMMIT.fullmatch(code_version)
    return None if found is None else found["changes"]


def is_dirty(code_version: str) -> bool | None:
    """Tell whether the tree differed from its commit; None where there was no commit."""
    if _COMMIT.fullmatch(code_version) is None:
        return None
    return changes_digest(code_version) is not None


def diff_to_keep(diff: bytes) -> str:
    r"""Return the text of a diff as it may be kept: secrets hidden, its size bounded.

    Lines stay lines, so it can be read as a diff; it says at its head how many were changed, and at
    its end where it was cut.

    >>> print(diff_to_keep(b"+password = 'hunter2'\n"), end="")
    # Secrets are hidden in 1 line; this diff does not apply there.
    +password = '***'
    """
    text = diff.decode(errors="replace")
    were = text.split("\n")
    # Each by itself: a value looked for beyond the end of its line would swallow the next one.
    lines = [redacted(line) for line in _KEY.sub(_without_body, text).split("\n")]
    hidden = sum(one != other for one, other in zip(were, lines, strict=True))
    where = f"# Secrets are hidden in {counted(hidden, 'line')}; this diff does not apply there.\n"
    return (where if hidden else "") + _cut("\n".join(lines))


def _without_body(found: re.Match[str]) -> str:
    body = re.sub(r"(?m)^([ +-]).+$", rf"\1{HIDDEN}", found[2])
    return f"{found[1]}{body}{found[3]}"


def _cut(text: str) -> str:
    if len(text) <= LONGEST:
        return text
    kept = text[: text.rfind("\n", 0, LONGEST) + 1]
    return (
        f"{kept}# Cut here: {len(text) - len(kept):,} of {len(text):,} characters are not kept.\n"
    )
