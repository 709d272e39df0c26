"""Displays what cells show beside printed text: rich values and figures, in order."""

from __future__ import annotations

import base64
import sys
from typing import Any
from weakref import ProxyType

from notewright.run.worker import figures, other_seeds, outputs
from notewright.run.worker.event_writer import Reporter
from notewright.run.worker.figures import is_figure
from notewright.run.worker.random_ids import RandomIds
from notewright.run.worker.terminal import without_addresses, without_rates
from notewright.run.worker.tracing import Tracer

WIDGET = "application/vnd.jupyter.widget-view+json"
"""The type of an interactive widget, which needs a running kernel."""


class Displays:
    """Shows the values and figures of one session.

    What libraries read while they are asked for a picture or a text is no input of the cell;
    what an object's own method reads is.
    """

    def __init__(self, reporter: Reporter, tracer: Tracer) -> None:
        self._reporter = reporter
        self._tracer = tracer
        self._random_ids = RandomIds()
        self._named = 0
        self._widgets: dict[str, Any] = {}  # by the name of their output
        self._bars: list[Any] = []

    def display(
        self,
        *values: Any,
        raw: bool = False,
        display_id: Any = None,
        update: bool = False,
        metadata: Any = None,
        clear: bool = False,
        **_: Any,
    ) -> Any:
        """Show values where `display` was called, in order with what is printed.

        Args:
            values: The values.
            raw: Whether they are dictionaries of what is shown, by MIME type.
            display_id: A name by which they can be shown again; True for any.
            update: Whether they are shown in the place of what has that name.
            metadata: What is said about them, where they are raw.
            clear: Whether what the cell has shown so far is to go.

        Returns:
            The handle of that name, whose `update` shows another value; None without a name.

        Raises:
            TypeError: If something is to be shown again, and no name says what.
        """
        if update and not display_id:
            raise TypeError("display_id required for update_display")
        if clear:
            self.clear_output(wait=True)
        if display_id is True:
            display_id = self._new_name()
        name = str(display_id or "")
        for value in values:
            if raw:
                self._widgets.pop(name, None)
                self._send(dict(value), dict(metadata or {}), name=name, is_update=update)
            else:
                self.show(value, is_result=False, name=name, is_update=update)
        if not name or update:
            return None
        from IPython.core.display_functions import DisplayHandle

        return DisplayHandle(display_id)  # type: ignore[no-untyped-call]

    def clear_output(self, wait: bool = False) -> None:
        """Let what the cell has shown so far go; with `wait`, once something else is shown."""
        self._reporter.event({"kind": "clear", "wait": bool(wait)}, mark=True)

    def show(self, value: Any, *, is_result: bool, name: str = "", is_update: bool = False) -> None:
        """Show one value.

        Args:
            value: The value.
            is_result: Whether it is that of a cell's last expression.
            name: A name by which it can be shown again.
            is_update: Whether it is shown in the place of what has that name.
        """
        before = self._widgets.pop(name, None)
        with self._tracer.paused():
            if is_figure(value):
                self._show_figure(value, name, is_update=is_update)
                return
            from IPython.core import formatters

            vars(formatters)["get_ipython"] = _Shell
            formatter = formatters.DisplayFormatter()
        data, metadata = formatter.format(value)  # type: ignore[no-untyped-call]  # may read files
        if WIDGET in data:
            name = name or self._new_name()
            self._widgets[name] = value
            data = self._as_text(value, data)
        elif before is value and before is not None:
            data = {}  # the widget was closed: its view goes
        elif not data:
            return  # it has shown itself
        self._send(data, metadata, is_result=is_result, name=name, is_update=is_update)

    def _as_text(self, value: Any, data: dict[str, Any]) -> dict[str, Any]:
        """The data of a widget; of a progress bar, only its text, as in a terminal."""
        bar = getattr(value, "__dict__", {}).get("pbar")
        if not isinstance(bar, ProxyType):  # of tqdm, whose widget does not keep its bar alive
            return data
        self._bars.append(bar.__init__.__self__)  # type: ignore[attr-defined]
        return {"text/plain": without_rates(str(bar))}

    def end_cell(self) -> None:
        """Show open figures, and the last state of widgets."""
        for name, value in list(self._widgets.items()):
            try:
                self.show(value, is_result=False, name=name, is_update=True)
            except ReferenceError:  # the bar of an earlier cell is gone
                pass
        self._bars.clear()
        self.show_figures()

    def _new_name(self) -> str:
        self._named += 1
        return f"display-{self._named}"

    def _send(
        self,
        data: dict[str, Any],
        metadata: dict[str, Any],
        *,
        is_result: bool = False,
        name: str = "",
        is_update: bool = False,
    ) -> None:
        bundle = {mime: _plain(content) for mime, content in data.items()}
        if "text/html" in bundle:
            bundle["text/html"] = self._random_ids.replaced(bundle["text/html"])
        output = outputs.display(bundle, metadata, is_result=is_result)
        if is_update:
            self._reporter.update(output, name)
        else:
            self._reporter.show(output, name)

    def show_figures(self) -> None:
        """Show the figures that are open, and close them."""
        pyplot = sys.modules.get("matplotlib.pyplot")
        if pyplot is None:
            return
        with self._tracer.paused():
            for number in pyplot.get_fignums():
                self._show_figure(pyplot.figure(number))

    def show_now(self, figure: Any) -> None:
        """Show a figure, or all, where the cell says `show`."""
        if figure is None:
            self.show_figures()
        else:
            with self._tracer.paused():
                self._show_figure(figure)

    def _show_figure(self, figure: Any, name: str = "", *, is_update: bool = False) -> None:
        if not other_seeds.moved():  # else numbers alone are asked for
            svg, metadata = figures.draw(figure)
            output = outputs.display({"image/svg+xml": svg}, metadata, is_result=False)
            if is_update:
                self._reporter.update(output, name)
            else:
                self._reporter.show(output, name)
        if "matplotlib.pyplot" in sys.modules:
            sys.modules["matplotlib.pyplot"].close(figure)


class _Shell:
    """Stands in for IPython's shell: what goes wrong while a value is shown fails the cell."""

    def showtraceback(self, exc_info: tuple[Any, BaseException, Any]) -> None:
        raise exc_info[1]


def _plain(content: Any) -> Any:
    if isinstance(content, bytes):
        return base64.b64encode(content).decode("ascii")
    if isinstance(content, str):  # half of a surrogate pair cannot be written to a file
        content = content.encode("utf-8", "backslashreplace").decode("utf-8")
        return without_addresses(content)
    return content
