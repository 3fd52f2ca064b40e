"""What is asked of Arrow's types in more than one place.

Add a question here when a second module asks it; tables and columns of ours are in `tables/spec`.
"""

import pyarrow as pa


def is_text(kind: pa.DataType) -> bool:
    """Tell whether values of this type are text, however Arrow lays it out; codes of it are not.

    >>> is_text(pa.large_string()), is_text(pa.dictionary(pa.int32(), pa.string()))
    (True, False)
    """
    return bool(
        pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind)
    )
