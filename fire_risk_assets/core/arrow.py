"""What is asked of Arrow's types in more than one place.

Add a question here when a second module asks it; tables and columns of ours are in `tables/spec`.
"""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc


def is_text(kind: pa.DataType) -> bool:
    """Tell whether values of this type are text, however Arrow lays it out; codes of it are not.

    >>> is_text(pa.large_string()), is_text(pa.dictionary(pa.int32(), pa.string()))
    (True, False)
    """
    return bool(
        pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind)
    )


def ordinal(column: pa.ChunkedArray) -> np.ndarray:
    """Return whole numbers that order, and tell apart, as the values do; shape (n_rows,).

    Of text by its distinct values: ordering the rows themselves would take ten times as long.

    >>> ordinal(pa.chunked_array([["7-4", "1-1", "7-4"]])).tolist()
    [1, 0, 1]
    """
    if not is_text(column.type):
        return column.cast(pa.int64()).to_numpy()
    coded = column.cast(pa.large_string()).combine_chunks().dictionary_encode()
    ranks = np.empty(len(coded.dictionary), dtype=np.int64)
    ranks[pc.sort_indices(coded.dictionary).to_numpy()] = np.arange(len(ranks))
    return ranks[coded.indices.to_numpy()]
