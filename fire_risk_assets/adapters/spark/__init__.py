"""The Spark engine: the same tables, kernels and numbers, when one machine is not enough.

`session` (the one of a process), `tables` (data tables, appended to by Spark and read as ever),
`engine` (the kernels of `core` over them), `parts` (several kinds of rows through one grouped
kernel), `catalog` (tables by name), `errors` (Spark's, as facts of ours).

Nothing here touches a SparkContext or an RDD, so that Spark Connect will do. No kernel lives here.
"""
