"""A command that is asked to end hears it, wherever it is."""

from __future__ import annotations

import signal
import subprocess
import sys

import pytest
from hanging import LIMIT

HEARS = """
import os, signal, time, weakref
from notewright.hosts import interrupts

interrupts._AGAIN = 0.1
before = signal.getsignal(signal.{name})
give_back = interrupts.take_signals()
class Goes:
    def __del__(self):
        ask()
def ask():
    os.kill(os.getpid(), signal.{name})
    for _ in range(3): pass
def called_as_it_goes():
    weakref.ref(Plain(), lambda _: ask())
class Plain: pass
def drops():
    try:
        ask()
    except BaseException:
        pass
try:
    {code}
    time.sleep({limit})
except KeyboardInterrupt as error:
    give_back()
    time.sleep(0.3)
    print("heard", error.number, signal.getsignal(signal.{name}) is before)
"""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize("code", ["ask()", "Goes()", "called_as_it_goes()", "drops()"])
def test_an_end_that_is_asked_for_is_heard_once(code: str, number: signal.Signals) -> None:
    """Python tells what is raised where an object goes, and forgets it; so may a library."""
    script = HEARS.format(code=code, limit=LIMIT, name=number.name)
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=LIMIT, check=False
    )
    assert (done.stdout, done.stderr) == (f"heard {number.value} True\n", "")
