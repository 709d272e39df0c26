"""What private parts of NumPy say of the machine: the instructions it uses, and its linear algebra.

Last digits depend on both. Nothing is imported here: a session without NumPy has nothing to say.
"""

from __future__ import annotations

import ctypes
import sys

_CORES = ("numpy._core._multiarray_umath", "numpy.core._multiarray_umath")
_CONFIGURATIONS = tuple(
    f"{prefix}openblas_get_config{suffix}"
    for prefix in ("scipy_", "")
    for suffix in ("64_", "", "_64")
)
"""Names of the function that tells how OpenBLAS works here, in the ways it is built."""


def libraries() -> dict[str, str]:
    """NumPy and its linear algebra as this session has them: versions and kinds of processor."""
    if "numpy" not in sys.modules:
        return {}
    try:
        found = {"numpy": f"{sys.modules['numpy'].__version__}{_instructions()}", "blas": _blas()}
    except Exception:  # a cell may have put anything in the place of these modules
        return {}
    return {name: said for name, said in found.items() if isinstance(said, str) and said}


def _instructions() -> str:
    """The widest instructions of the processor that NumPy uses; empty if it tells none."""
    core = next((sys.modules[name] for name in _CORES if name in sys.modules), None)
    has = getattr(core, "__cpu_features__", {})
    used = [name for name in getattr(core, "__cpu_dispatch__", ()) if has.get(name)]
    base = list(getattr(core, "__cpu_baseline__", ()))
    return "".join(f" ({name})" for name in [*base, *used][-1:])


def _blas() -> str:
    """OpenBLAS with its version and the kind of processor that it works for; else empty."""
    core = sys.modules.get("numpy.linalg._umath_linalg")
    if core is None or core.__file__ is None:
        return ""
    library = ctypes.CDLL(core.__file__)  # it is loaded, and knows what it is linked with
    for name in _CONFIGURATIONS:
        tell = getattr(library, name, None)
        if tell is not None:
            tell.restype = ctypes.c_char_p
            words = tell().decode("ascii", "replace").split()
            most = next((at for at, word in enumerate(words) if word.startswith("MAX_")), 0)
            return " ".join([*words[:2], words[most - 1]]) if most > 2 else " ".join(words[:2])
    return ""
