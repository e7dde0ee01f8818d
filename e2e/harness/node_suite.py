"""Suites that are programs: in JavaScript, or built from `long/`; each reports its checks in lines of JSON."""

import json
import shutil
import subprocess
import sys
import threading
import time

from harness.checks import Outcome
from harness.server import clean_environment

LIMIT_SECONDS = 600


class ProgramSuite:
    """A program's checks; the line `{"done": n}` proves that it ran to its end."""

    def __init__(self, name, command):
        self.name = name
        self._command = command

    def run(self, world):
        """Starts the program and yields its checks as they end."""
        started, seen, done = time.monotonic(), 0, None
        process = subprocess.Popen(
            [str(part) for part in self._command], stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, text=True, env=self._environment(world))
        limit = threading.Timer(LIMIT_SECONDS, process.kill)
        limit.start()
        try:
            for line in process.stdout:
                report = json.loads(line)
                if "done" in report:
                    done = report["done"]
                    continue
                seen += 1
                yield Outcome(report["sentence"], report["seconds"], report.get("failure"))
            process.wait()
        finally:
            limit.cancel()
            process.kill()
            process.wait()
        if process.returncode != 0 or done != seen:
            yield Outcome("the suite runs to its end", time.monotonic() - started,
                          f"exit code {process.returncode}, {seen} checks seen, {done} announced")

    def _environment(self, world):
        server = world.server
        key, secret = server.credentials()
        return {
            **clean_environment(),
            "NODE_EXTRA_CA_CERTS": str(server.ca),
            "AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED": "true",
            "E2E_URL": server.url,
            "E2E_HTTPS_URL": server.https,
            "E2E_ACCESS_KEY_ID": key,
            "E2E_SECRET_ACCESS_KEY": secret,
            "E2E_PYTHON": sys.executable,
            "E2E_BINARY": server.binary,
            "E2E_HOME": str(server.home),
            "E2E_OPTIONS": json.dumps(server.options()),
        }


class NodeSuite(ProgramSuite):
    """One JavaScript file of a folder of suites."""

    def __init__(self, folder, file):
        node = shutil.which("node")
        if node is None:
            raise SystemExit("node is not there: install Node.js 20 or newer (Debian: nodejs npm)")
        super().__init__(file.removesuffix(".mjs"), [node, folder / file])
