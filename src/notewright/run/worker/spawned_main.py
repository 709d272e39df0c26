"""The main module of processes that `multiprocessing` starts for a cell."""

import notewright.run.worker.definitions as __definitions

__definitions.load(globals())
