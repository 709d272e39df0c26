"""Nothing here is a test: `bench_builds.py` is a program, and times nothing in a test run."""

collect_ignore_glob = ["*.py"]
