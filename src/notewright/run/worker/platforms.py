"""Features of the operating system, in one place, so that another system can be simulated.

With NOTEWRIGHT_START=spawn, Linux acts like macOS: sessions start new interpreters, and there is
no Landlock and no `/proc`.
"""

from __future__ import annotations

import os
import sys

IS_SIMULATED = os.environ.get("NOTEWRIGHT_START") == "spawn"

IS_LINUX = sys.platform == "linux" and not IS_SIMULATED
"""Whether processes can be forked, confined and watched as on Linux."""

PROC = "/proc" if IS_LINUX else "/nonexistent"
"""The folder in which the kernel lists processes."""
