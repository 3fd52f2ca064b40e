"""An error and those it came from."""

from collections.abc import Iterator


def chain_of(error: BaseException | None) -> Iterator[BaseException]:
    """Yield the error, then what it came from, each once.

    >>> try:
    ...     raise ValueError("a") from OSError("b")
    ... except ValueError as error:
    ...     [str(each) for each in chain_of(error)]
    ['a', 'b']
    """
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__
