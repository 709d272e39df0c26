"""Projects whose commands obey the modes of files, as those of a reader do; root's do not."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pytest
from projects import ProjectDir

_RIGHTS = "-dac_override,-dac_read_search,-fowner"


@dataclass(frozen=True)
class ObedientProject(ProjectDir):
    """A project whose commands may do what the modes of its files allow, and no more."""

    warm: bool = False

    def _start(
        self, words: Sequence[str], environment: Mapping[str, str], *, is_leader: bool = False
    ) -> subprocess.Popen[bytes]:
        return super()._start([*_prefix(), *words], environment, is_leader=is_leader)


def _prefix() -> list[str]:
    """What starts a command without the rights of root."""
    if os.geteuid() != 0:
        return []
    if not shutil.which("setpriv"):
        pytest.skip("root obeys no modes, and `setpriv` is not supported to start others")
    return ["setpriv", f"--bounding-set={_RIGHTS}"]
