"""Secrets taken out of text that will be shown, logged or recorded: one law for every such text.

Add a form of writing a secret here when a library is found to print it. What is secret is decided
by how it is written (a name that says so, a login in an address, an authorization header), never by
what it looks like: digests and ids are no secrets and must stay readable.
"""

import re

HIDDEN = "***"

# A login ends at the last @ before a blank or quote: a password may itself hold /, : or @.
_LOGIN = re.compile(r"(\b[A-Za-z][\w+.-]*://)[^\s\"'<>@/?#]*:[^\s\"'<>]*@|(\b[A-Za-z][\w+.-]*://)"
                    r"[^\s\"'<>/@]+@")  # fmt: skip
_HEADER = re.compile(r"(?i)\b(bearer|basic)(\s+)(?!\*{3})[\w.~+/=-]+")
_WORDS = (
    r"passw(?:or)?d|passwd|passphrase|pwd|secret|token|credentials?|api[_-]?key|access[_-]?key"
    r"|private[_-]?key|signature|x-amz-credential"
)
# The word may stand anywhere in the name (MLFLOW_TRACKING_PASSWORD, X-Amz-Security-Token); \b would
# not, as _ counts as a letter.
_NAMED = re.compile(
    rf"(?i)(?P<name>(?:[\w-]*[_-]|\b)(?:{_WORDS})(?:[_-][\w-]*)?[\"']?\s*(?:=>|[=:])\s*)"
    r"(?P<value>\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'|(?:bearer|basic)\s+\S+|[^\s,;&\"'}\])]+)"
)


def redacted(text: str) -> str:
    r"""Return the text with every secret replaced by `***`; applied again it changes nothing.

    >>> redacted("postgresql://ann:p/w@db/x is down, MLFLOW_TRACKING_TOKEN=abc")
    'postgresql://***@db/x is down, MLFLOW_TRACKING_TOKEN=***'
    >>> redacted('{"password": "a b", "rows": 3}')
    '{"password": "***", "rows": 3}'
    """
    text = _LOGIN.sub(lambda found: f"{found[1] or found[2]}{HIDDEN}@", text)
    text = _NAMED.sub(_hide_value, text)
    return _HEADER.sub(rf"\1\2{HIDDEN}", text)


def _hide_value(found: re.Match[str]) -> str:
    value = found["value"]
    quote = value[0] if value[0] in "\"'" else ""
    return f"{found['name']}{quote}{HIDDEN}{quote}"
