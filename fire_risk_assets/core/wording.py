"""Numbers and ends of sentences: one law, so that nobody reads of "1 rows" or two full stops.

What a sentence says belongs to whoever says it; how text of others is shown to `plain_text.py`.
"""


def counted(value: int, noun: str) -> str:
    """Return a number with its noun.

    >>> counted(1, "row"), counted(2300, "row")
    ('1 row', '2,300 rows')
    """
    return f"{value:,} {noun}" if value == 1 else f"{value:,} {noun}s"


def are(value: int) -> str:
    """Return the verb that follows so many.

    >>> are(1), are(0)
    ('is', 'are')
    """
    return "is" if value == 1 else "are"


def as_sentence(text: str) -> str:
    """Return a text with one full stop at its end, whatever the words embedded there end in.

    >>> as_sentence("It cannot be read: no such file"), as_sentence("It cannot be read: bad magic.")
    ('It cannot be read: no such file.', 'It cannot be read: bad magic.')
    """
    said = text.rstrip()
    return said if not said or said.endswith((".", "!", "?")) else f"{said}."
