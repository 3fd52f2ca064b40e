"""Numbers in sentences: one law, so that nobody reads of "1 rows".

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
