"""A real VS Code: code-server with the extension, driven by Chromium."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from browsers import PATIENCE, chromium
from projects import clean_environment

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

FOLDER = os.environ.get("NOTEWRIGHT_CODE_SERVER", "")
"""Where `nox -s vscode` has prepared code-server and the extension."""
REASON = "needs a prepared code-server: `nox -s vscode`"
SETTINGS = {
    "security.workspace.trust.enabled": False,
    "workbench.startupEditor": "none",
    "window.restoreWindows": "none",
    "editor.minimap.enabled": False,
    "markdown.validate.enabled": False,
    "telemetry.telemetryLevel": "off",
}


class VSCode:
    """The editor, with one workspace.

    Args:
        page: The page of the editor.
    """

    def __init__(self, page: Page) -> None:
        self.page = page

    def open(self, name: str) -> None:
        """Open a file by its name."""
        self.page.keyboard.press("Control+p")
        self.type_into(".quick-input-widget input", name)
        self.page.locator(".quick-input-list .monaco-list-row").first.wait_for()
        self.page.keyboard.press("Enter")
        self.page.locator(".tab.active", has_text=name).wait_for()

    def command(self, title: str) -> None:
        """Call a command of the palette."""
        self.page.keyboard.press("F1")
        self.type_into(".quick-input-widget input", f">{title}")
        self.page.locator(".quick-input-list .monaco-list-row", has_text=title).first.wait_for()
        self.page.keyboard.press("Enter")

    def type_into(self, place: str, text: str) -> None:
        """Replace the text of a field."""
        self.page.locator(place).first.fill(text)

    def go_to(self, line: int, column: int = 1) -> None:
        """Put the cursor somewhere."""
        self.page.keyboard.press("Control+g")
        self.type_into(".quick-input-widget input", f":{line}:{column}")
        self.page.keyboard.press("Enter")

    def lens(self, text: str | re.Pattern[str]) -> Locator:
        """The lens with a text."""
        return self.page.locator(".codelens-decoration a", has_text=text).first

    def squiggle(self, kind: str) -> Locator:
        """The line under what is wrong: `error`, `warning` or `info`."""
        return self.page.locator(f".squiggly-{kind}").first

    @property
    def text(self) -> str:
        """What the active editor shows."""
        lines = self.page.locator(".editor-instance .view-line").all_inner_texts()
        return "\n".join(lines).replace("\xa0", " ")


@contextlib.contextmanager
def editor(workspace: Path, state: Path) -> Iterator[VSCode]:
    """Start code-server on a workspace, and open it in a browser.

    Args:
        workspace: The folder, whose `.venv` has the server of the extension.
        state: A folder for what the editor keeps.
    """
    place = Path(FOLDER)
    shutil.copytree(place / "extensions", state / "extensions")
    user = state / "data" / "User"
    user.mkdir(parents=True)
    (user / "settings.json").write_text(json.dumps(SETTINGS), "utf-8")
    entry = place / "node_modules/code-server/out/node/entry.js"
    words = ["--auth", "none", "--bind-addr", "127.0.0.1:0", "--disable-telemetry"]
    words += ["--disable-update-check", "--disable-workspace-trust"]
    words += ["--user-data-dir", str(state / "data"), "--extensions-dir", str(state / "extensions")]
    server = subprocess.Popen(
        ["node", str(entry), *words, str(workspace)],
        env=clean_environment() | {"HOME": str(state)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    assert server.stdout is not None
    try:
        said = ""
        for line in server.stdout:
            said += line
            if found := re.search(r"listening on (http://\S+?)/?\s*$", line):
                break
        else:
            raise AssertionError(said)
        with chromium() as browser:
            context = browser.new_context(viewport={"width": 1280, "height": 800})
            context.set_default_timeout(PATIENCE * 1000)
            page = context.new_page()
            page.goto(f"{found[1]}/?folder={workspace}")
            page.locator(".monaco-workbench .part.statusbar").wait_for()
            yield VSCode(page)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(server.pid, signal.SIGKILL)
        server.communicate()
