"""Foreign text made fit to be shown: one law for terminal, pages and the Dagster UI.

File names, headers, reasons and what libraries say come from others. Here only what no reader can
see is taken out; how a place escapes marks of its own (HTML, Markdown, rich) belongs to that place,
and secrets to `redaction.py`.
"""

import unicodedata


def plain(value: object) -> str:
    r"""Return the text in one line, without what is invisible, reorders it or cannot be encoded.

    Blanks of every kind, line ends among them, become spaces; they are not drawn together, since
    remedies are indented. Out goes Unicode's category C: control, format, surrogate, private and
    unassigned characters.

    >>> plain("a\x1b[2Jb\nc\u202ed")
    'a[2Jb cd'
    """
    text = str(value)
    if text.isascii() and text.isprintable():
        # Nearly every text is, and pages show many.
        return text
    kept = (" " if each.isspace() else each for each in text)
    return "".join(each for each in kept if not unicodedata.category(each).startswith("C"))


def hides(text: str) -> bool:
    r"""Tell whether a text holds anything that `plain` would change, but for blanks and tabs.

    >>> hides("a\tb c"), hides("a\x1b[2J"), hides("a\nb")
    (False, True, True)
    """
    return any(unicodedata.category(each).startswith("C") and each != "\t" for each in text)
