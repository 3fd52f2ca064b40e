"""One verb a file, shared by Dagster and the command line.

An action takes ports and policies, lets `core` decide, makes the effect, returns a frozen report.
No Dagster, no MLflow, no Delta here, and no formatting: the callers show what they are handed.
"""
