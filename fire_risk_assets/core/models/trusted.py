"""The types a saved pipeline may hold beyond what the format trusts by itself.

This list, and never the one an artifact brings along, is what loading allows. Add a type here
when a recipe needs it and only after reading what its constructor does with a hostile state.
"""

TRUSTED_TYPES: tuple[str, ...] = (
    "numpy.dtype",
    "sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor",
    "sklearn.tree._tree.Tree",
)
"""Names as skops spells them."""
