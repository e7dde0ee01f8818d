"""Runs every suite against the program, on each store asked for, and sums up the checks."""

import argparse
import importlib
import pathlib
import shutil
import sys
import tempfile
import time

from harness import log_secrets, long_build
from harness.checks import Outcome
from harness.node_suite import NodeSuite
from harness.server import Server
from harness.stores import STORES, store
from harness.world import World

HERE = pathlib.Path(__file__).resolve().parent

# In the order they run: the plain API first, because everything else stands on it.
BASE = [
    "boto3_pools", "boto3_users", "boto3_auth", "boto3_tokens", "passkeys", "aws_cli", "pycognito_srp",
    "pycognito_devices", "identity_js.mjs", "identity_js_devices.mjs", "identity_js_custom_auth.mjs", "jwt_verify.mjs",
    "librechat.mjs", "hosted_pages.mjs", "browser.mjs", "passkeys_web.mjs", "federation.mjs",
    "console_setup.mjs", "console_guide.mjs", "console_users.mjs", "console_pages.mjs",
    "console_keyboard.mjs", "hosted_keyboard.mjs", "steps.mjs", "console_snippets.mjs", "serve", "mail",
    "texts",
    "functions",
]

# Others' clients as they are, with a budget of time of their own.
OTHERS = [
    "amplify_web.mjs", "amplify_user_auth.mjs", "amplify_passkeys.mjs", "amplify_custom_auth.mjs",
    "amplify_devices.mjs", "saml_pysaml2", "saml_samlify.mjs", "saml_browser.mjs", "terraform", "relying_parties.mjs", "oidc_modules.mjs", "oidc_config_logout.mjs",
]

SUITES = BASE + OTHERS

# Clients that have to be built first (`long/`), which takes longer than all the others.
LONG = ["aws_java", "aws_kotlin", "aws_go", "go_oidc.mjs", "spring.mjs", "oauth2_proxy.mjs", "keycloak.mjs", "node_runtime"]

# What depends on no store: the first one shows it.
ONCE = {"functions", "passkeys_web.mjs", "federation.mjs", "console_setup.mjs", "console_pages.mjs", "console_keyboard.mjs",
        "hosted_keyboard.mjs", "steps.mjs", *OTHERS}


def load(name):
    """The suite of this name, whatever it is written in."""
    if name in LONG:
        return long_build.suite(name)
    if name.endswith(".mjs"):
        return NodeSuite(HERE / "suites", name)
    return importlib.import_module(f"suites.{name}").suite


def run_suite(suite, world):
    """Runs one suite, prints each check and returns (passed, failed, seconds)."""
    started, passed, failed = time.monotonic(), 0, 0
    print(f"\n{suite.name}", flush=True)
    for outcome in suite.run(world):
        passed, failed = passed + (not outcome.failure), failed + bool(outcome.failure)
        show(outcome)
    if passed + failed == 0:
        failed = 1
        show(Outcome("the suite has checks", 0, "it ran none"))
    seconds = time.monotonic() - started
    print(f"  {passed} of {passed + failed} in {seconds:.1f} s", flush=True)
    return passed, failed, seconds


def show(outcome):
    """Prints one line, and why it failed."""
    word = "FAIL" if outcome.failure else "ok"
    print(f"  {word:<4} {outcome.sentence} ({outcome.seconds:.2f} s)", flush=True)
    for line in (outcome.failure or "").splitlines():
        print(f"         {line}", flush=True)


def closing_checks(world, complete):
    """What must hold once all suites have been through the server."""
    server = world.server
    secrets = log_secrets.gather(world) if complete else set()
    exit_code = server.stop()
    stopped = None if exit_code == 0 else f"exit code {exit_code}; the log ends:\n{server.tail()}"
    yield Outcome("the server ends cleanly when it is asked to", 0, stopped)
    # The servers that suites started for themselves wrote their logs beside it.
    logs = {log.name: log.read_text(errors="replace") for log in server.home.glob("*.log")}
    panics = [line for log in logs.values() for line in log.splitlines() if "panicked at" in line]
    yield Outcome("no server panicked", 0, "\n".join(panics) or None)
    if complete:
        yield log_secrets.check(logs, server.log.name, secrets)


def run_store(name, binary, wanted):
    """Runs the wanted suites against a fresh server on this store; (passed, failed, seconds, of which others' clients)."""
    print(f"\n== e2e on {name}", flush=True)
    started, kind = time.monotonic(), store(name)
    home = pathlib.Path(tempfile.mkdtemp(prefix=f"cabana-e2e-{name}-"))
    server = Server(binary, home, database=kind.fresh())
    try:
        server.start()
    except AssertionError as failure:
        show(Outcome("the server starts", time.monotonic() - started, str(failure)))
        return 0, 1, 0, 0
    world, passed, failed, others = World(server, kind), 0, 0, 0
    try:
        for suite in wanted:
            more_passed, more_failed, seconds = run_suite(load(suite), world)
            passed, failed = passed + more_passed, failed + more_failed
            others += seconds if suite in OTHERS else 0
        print("\nserver", flush=True)
        for outcome in closing_checks(world, complete=set(wanted) | ONCE == set(SUITES)):
            passed, failed = passed + (not outcome.failure), failed + bool(outcome.failure)
            show(outcome)
    finally:
        server.stop()
    if failed:
        print(f"the servers' logs and data are kept in {home}", flush=True)
    else:
        shutil.rmtree(home)
    seconds = time.monotonic() - started
    print(f"== e2e on {name}: {seconds:.0f} s", flush=True)
    return passed, failed, seconds, others


def main():
    """Reads the command line and runs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--binary", type=pathlib.Path, required=True)
    parser.add_argument("--store", choices=STORES, action="append")
    parser.add_argument("--suite", choices=SUITES + LONG, action="append", help="default: all")
    parser.add_argument("--long", action="store_true", help="build the clients of long/ and run their suites instead")
    parser.add_argument("--times", type=pathlib.Path, help="a file for what each part took, a line each: name, seconds")
    options = parser.parse_args()
    if not options.binary.is_file():
        sys.exit(f"{options.binary} is not there: build it with `cargo build --release`")
    if options.long:
        long_build.build()
    wanted, counts, times = options.suite or (LONG if options.long else SUITES), [], {"others' clients": 0}
    for name in options.store or STORES[:1]:
        *count, seconds, others = run_store(name, options.binary.resolve(), wanted)
        counts.append(count)
        times[f"e2e on {name}"] = seconds - others
        times["others' clients"] += others
        wanted = [suite for suite in wanted if suite not in ONCE] or wanted
    passed, failed = (sum(column) for column in zip(*counts))
    if options.times:
        options.times.write_text("".join(f"{name}\t{seconds:.0f}\n" for name, seconds in times.items()))
    print(f"\n{passed} passed, {failed} failed", flush=True)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
