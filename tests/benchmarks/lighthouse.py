"""Scores of Lighthouse for pages of the built site, behind a server that compresses.

Run as `nox -s lighthouse` after a build; `nox -s lighthouse -- --form desktop` as on a desk. A
time says little on a machine that does something else meanwhile: performance is told, not judged.
"""

from __future__ import annotations

import argparse
import functools
import gzip
import json
import os
import subprocess
import sys
import threading
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from notewright.render.strict_pages import POLICY

PAGES = (
    "",
    "models/gaussian-mixture/",
    "comparison/",
    "lessons/",
    "projects/ch03-digits/",
    "graph/",
)
JUDGED = ("accessibility", "best-practices", "seo")
"""Categories that are 100 whatever else the machine does."""
TOLD = (*JUDGED, "performance")
TIMES = ("largest-contentful-paint", "total-blocking-time", "cumulative-layout-shift")
COMPRESSED = (".css", ".html", ".js", ".json", ".svg", ".txt", ".xml")


class Compressing(SimpleHTTPRequestHandler):
    """A server as those that sites stand on."""

    protocol_version = "HTTP/1.1"
    policy = ""

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        """Answer with a file, compressed if that makes it smaller."""
        path = Path(self.translate_path(self.path))
        path = path / "index.html" if path.is_dir() else path
        is_there = path.is_file()
        path = path if is_there else Path(self.directory, "404.html")
        body = path.read_bytes()
        self.send_response(200 if is_there else 404)
        self.send_header("Content-Type", self.guess_type(path))
        if path.suffix in COMPRESSED:
            body = gzip.compress(body, 6, mtime=0)
            self.send_header("Content-Encoding", "gzip")
        if self.policy:
            self.send_header("Content-Security-Policy", self.policy)
        self.send_header("Cache-Control", "max-age=600")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def measured(program: list[str], url: str, form: str) -> dict[str, float]:
    """The scores of a page, from 0 to 100, and how long it took."""
    flags = "--headless=new --no-sandbox --disable-gpu --disable-background-networking"
    preset = ["--preset=desktop"] if form == "desktop" else []
    done = subprocess.run(
        [
            *(*program, url, "--quiet", "--output=json", f"--chrome-flags={flags}"),
            *(f"--only-categories={','.join(TOLD)}", *preset),
        ],
        env={"CHROME_PATH": "/usr/bin/chromium", **os.environ},
        capture_output=True,
        text=True,
        check=True,
    )
    found = json.loads(done.stdout)
    scores = {name: 100 * (found["categories"][name]["score"] or 0) for name in TOLD}
    for name, category in found["categories"].items():
        for each in category["auditRefs"]:
            audit = found["audits"][each["id"]]
            if name in JUDGED and each["weight"] and audit["score"] not in (None, 1):
                print(f"    {name}: {audit['title']}", file=sys.stderr)
    return scores | {name: found["audits"][name].get("numericValue", 0.0) for name in TIMES}


def main() -> int:
    """Measure the pages; returns 1 if one that does not depend on time falls short."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--site", type=Path, default=Path("site"))
    parser.add_argument("--form", choices=["mobile", "desktop"], default="mobile")
    parser.add_argument("--lighthouse", default="npx --yes lighthouse@12", help="the program")
    parser.add_argument("--policy", action="store_true", help="send the strict policy, too")
    parser.add_argument("pages", nargs="*", default=PAGES)
    given = parser.parse_args()
    Compressing.policy = POLICY if given.policy else ""
    handler = functools.partial(Compressing, directory=str(given.site))
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print("| page | accessibility | best practices | SEO | performance | LCP s | TBT ms | CLS |")
    print("|---|---|---|---|---|---|---|---|")
    falls_short = False
    for page in given.pages:
        url = f"http://127.0.0.1:{server.server_port}/{page}"
        found = measured(given.lighthouse.split(), url, given.form)
        falls_short |= any(found[name] < 100 for name in JUDGED)
        scores = " | ".join(f"{found[name]:.0f}" for name in TOLD)
        paint, blocked, shift = (found[name] for name in TIMES)
        print(f"| {page or 'home'} | {scores} | {paint / 1000:.1f} | {blocked:.0f} | {shift:.3f} |")
        sys.stdout.flush()
    server.shutdown()
    return int(falls_short)


if __name__ == "__main__":
    sys.exit(main())
