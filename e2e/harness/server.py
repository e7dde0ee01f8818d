"""The program under test, started the way a user starts it."""

import configparser
import os
import pathlib
import signal
import socket
import subprocess
import tempfile
import urllib.error
import urllib.request

from harness.checks import eventually

START_SECONDS = 60
STOP_SECONDS = 20


def spare_port():
    """A port of 127.0.0.1 that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    """One running `cabana dev` or `cabana serve`; its data folder and its log are in `home`."""

    def __init__(self, binary, home, command="dev", database=None, flags=()):
        self.home = home
        self.binary = str(binary)
        self.command = command
        self.database = database
        self.flags = list(flags)
        self.port = spare_port()
        self.url = f"http://localhost:{self.port}"
        self.data = pathlib.Path(tempfile.mkdtemp(prefix=f"{command}-", dir=home))
        self.log = home / f"{self.data.name}.log"
        self._process = None

    @property
    def https(self):
        """The same port over TLS."""
        return f"https://localhost:{self.port}"

    @property
    def ca(self):
        """The certificate authority that dev made for itself."""
        return self.data / "tls" / "ca.pem"

    def options(self):
        """The flags that say where this server is, for all its commands alike."""
        options = ["--listen", f"127.0.0.1:{self.port}"]
        options += ["--public-url", self.url, "--data-dir", str(self.data)]
        return options + (["--database", self.database] if self.database else [])

    def start(self):
        """Starts the program and waits until it says that it is ready."""
        with open(self.log, "ab") as log:
            self._process = subprocess.Popen(
                [self.binary, self.command, *self.options(), *self.flags],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=clean_environment(),
            )
        def late():
            return f"readiness; the log says:\n{self.tail()}"

        eventually(self._ready_or_gone, late, START_SECONDS)
        if self._process.poll() is not None:
            raise AssertionError(
                f"cabana {self.command} ended with {self._process.returncode}:\n{self.tail()}"
            )
        return self

    def _ready_or_gone(self):
        if self._process.poll() is not None:
            return True
        url = f"http://127.0.0.1:{self.port}/readyz"
        try:
            with urllib.request.urlopen(url, timeout=5) as answer:
                return answer.status == 200
        except (urllib.error.URLError, OSError):
            return False

    def stop(self):
        """Asks the program to end (as an init system would) and returns its exit code."""
        return self._end(signal.SIGTERM)

    def kill(self):
        """Ends the program without warning, as a crash would."""
        return self._end(signal.SIGKILL)

    def _end(self, how):
        if self._process is None:
            return None
        self._process.send_signal(how)
        try:
            return self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
            return None
        finally:
            self._process = None

    def tail(self, lines=30):
        """The end of what the program wrote."""
        return "\n".join(self.written().splitlines()[-lines:])

    def written(self):
        """Everything the program wrote."""
        return self.log.read_text(errors="replace") if self.log.exists() else ""

    def credentials(self):
        """The root access key made on first start: (id, secret)."""
        return root_key(self.data)

    def run(self, *command, options=None, environment=None):
        """Runs a command of the program to its end, with `options` (this server's unless given).

        An option that is among the command's own flags is left to them.
        """
        name, *flags = command
        own = self.options() if options is None else options
        given = {flag for flag in flags if flag.startswith("--")}
        kept = [o for pair in zip(own[::2], own[1::2]) if pair[0] not in given for o in pair]
        return subprocess.run(
            [self.binary, name, *kept, *flags],
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
            env={**clean_environment(), **(environment or {})},
            timeout=30,
        )

    def env(self, kind):
        """What `cabana env <kind>` prints for this server."""
        run = self.run("env", kind)
        if run.returncode != 0:
            raise AssertionError(f"cabana env {kind}: exit {run.returncode}: {run.stderr}")
        return run.stdout


def root_key(data):
    """The root access key in a data folder: (id, secret)."""
    file = configparser.ConfigParser()
    file.read(data / "credentials")
    section = file["default"]
    return section["aws_access_key_id"], section["aws_secret_access_key"]


def clean_environment():
    """This process's environment without anything that could configure the program or an SDK."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("CABANA_", "AWS_", "OPENID_"))}
    return {**kept, "NO_PROXY": "localhost,127.0.0.1", "no_proxy": "localhost,127.0.0.1"}
