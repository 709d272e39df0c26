"""Runs sessions on a cluster of Dask: what they need is sent to workers, and answers are judged.

Its face is `cluster_runner.ClusterRunner`, which takes the place of `Runner`; workers call
`remote.run_session`. May import: the top level, `note`, `run`, `run.worker`.
"""
