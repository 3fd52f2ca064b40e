"""The Spark engine: the same tables, kernels and numbers, when one machine is not enough.

`session` (the one of a process), `tables` (data tables, appended to by Spark and read as ever),
`engine` (the kernels of `core` over them; `scoring` of a batch), `parts` (what kernels are given),
`catalog` (tables by name), `udf` (a model by name), `errors` (Spark's, as facts of ours).

Nothing here touches a SparkContext or an RDD, so that Spark Connect will do. No kernel lives here.
"""
