"""Run sessions on a Dask cluster: send workers what they need and check what they return.

The entry point is `cluster_runner.ClusterRunner`, which replaces `Runner`; workers call
`remote.run_session`. May import: the top level, `note`, `run`, `run.worker`.
"""
