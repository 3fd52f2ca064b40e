"""An error and those it came from."""

from collections.abc import Iterator


def chain_of(error: BaseException | None) -> Iterator[BaseException]:
    """Yield the error, then what it came from, each once.

    >>> try:
    ...     raise ValueError("a") from OSError("b")
    ... except ValueError as error:
    ...     [str(each) for each in chain_of(error)]
    ['a', 'b']
    >>> try:
    ...     try:
    ...         raise OSError("b")
    ...     except OSError:
    ...         raise ValueError("a") from None
    ... except ValueError as error:
    ...     [str(each) for each in chain_of(error)]
    ['a']
    """
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        # `from None` says that the error before has nothing to do with it.
        before = None if error.__suppress_context__ else error.__context__
        error = error.__cause__ or before
