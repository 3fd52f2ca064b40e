"""Features of a cell at an instant: weather, fire-weather codes, lags, calendar, place.

`catalogue` names the columns, `build` is the way in, every other file holds one family of
formulas over plain arrays. Add a column in the catalogue and its formula in the file of its
family; raise FEATURE_VERSION when a stored number would come out differently. No reading of
tables and no clock here.
"""
