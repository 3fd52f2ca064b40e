"""The Spark engine held to the local one: same inputs, same rows, digests, verdicts and errors.

One JVM serves the whole room, since a session costs seconds: all of it runs in one process
(see `conftest.py` of the tests).
"""
