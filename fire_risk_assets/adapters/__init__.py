"""The outside world: Delta tables, the MLflow registry and runs, files, leases, the clock.

One file a thing of the world; each keeps the law of a port in `ports/`. An adapter makes no
decision of the domain: what to write or whom to promote comes from `core` through `actions`.
"""
