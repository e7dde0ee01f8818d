"""Runs every suite against the program, on each store asked for, and sums up the checks."""

import argparse
import importlib
import multiprocessing
import pathlib
import shutil
import sys
import tempfile
import time
import traceback
from concurrent.futures import ProcessPoolExecutor, as_completed

from harness import log_secrets, long_build
from harness.checks import Outcome
from harness.node_suite import NodeSuite
from harness.server import Server
from harness.stores import STORES, store
from harness.world import World

HERE = pathlib.Path(__file__).resolve().parent

# In the order they begin: the plain API first, because everything else stands on it, then what takes longest.
BASE = [
    "boto3_pools", "boto3_users", "boto3_auth", "boto3_tokens", "passkeys", "aws_cli", "pycognito_srp",
    "pycognito_devices", "identity_js.mjs", "identity_js_devices.mjs", "identity_js_custom_auth.mjs", "jwt_verify.mjs",
    "librechat.mjs", "hosted_pages.mjs", "steps.mjs", "console_pages.mjs", "federation.mjs", "browser.mjs",
    "passkeys_web.mjs", "console_setup.mjs", "console_guide.mjs", "console_users.mjs",
    "console_keyboard.mjs", "hosted_keyboard.mjs", "console_snippets.mjs", "serve", "mail",
    "texts",
    "functions",
]

# Others' clients as they are, with a budget of time of their own; the one that takes longest first.
OTHERS = [
    "terraform", "amplify_web.mjs", "amplify_user_auth.mjs", "amplify_passkeys.mjs", "amplify_custom_auth.mjs",
    "amplify_devices.mjs", "saml_pysaml2", "saml_samlify.mjs", "saml_browser.mjs", "relying_parties.mjs",
    "oidc_modules.mjs", "oidc_config_logout.mjs", "oidc_standard.mjs", "oidc_standard_config_logout.mjs",
]

SUITES = BASE + OTHERS

# Clients that have to be built first (`long/`), which takes longer than all the others.
LONG = ["aws_java", "aws_kotlin", "aws_go", "go_oidc.mjs", "spring.mjs", "oauth2_proxy.mjs", "keycloak.mjs", "node_runtime"]

# How many suites run side by side, each against a server of its own that no other changes.
LANES = 2

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


def show(suite, outcomes, seconds=None):
    """Prints a suite's checks, each with why it failed; returns (passed, failed)."""
    print(f"\n{suite}")
    for outcome in outcomes:
        word = "FAIL" if outcome.failure else "ok"
        print(f"  {word:<4} {outcome.sentence} ({outcome.seconds:.2f} s)")
        for line in (outcome.failure or "").splitlines():
            print(f"         {line}")
    passed = sum(not outcome.failure for outcome in outcomes)
    took = "" if seconds is None else f"  {passed} of {len(outcomes)} in {seconds:.1f} s\n"
    print(took, end="", flush=True)
    return passed, len(outcomes) - passed


def open_lane(kind, servers, free):
    """Begins a process that runs suites against one of the servers, the next that is free."""
    global world
    world = World(servers[free.get()], kind)


def run_suite(name):
    """Runs one suite in a lane; returns its name, the outcomes of its checks and the seconds it took."""
    started, outcomes = time.monotonic(), []
    try:
        suite = load(name)
        outcomes += suite.run(world)
        failure = None if outcomes else "it ran none"
    except (Exception, SystemExit):
        failure = traceback.format_exc()
    seconds = time.monotonic() - started
    if failure:
        outcomes.append(Outcome("the suite has checks, and runs to its end", seconds, failure))
    return name.removesuffix(".mjs"), outcomes, seconds


def run_suites(names, lanes):
    """Has each suite run by the first lane that is free, and shows it when it ends; returns (passed, failed, seconds)."""
    started, passed, failed = time.monotonic(), 0, 0
    for suite in as_completed([lanes.submit(run_suite, name) for name in names]):
        more_passed, more_failed = show(*suite.result())
        passed, failed = passed + more_passed, failed + more_failed
    return passed, failed, time.monotonic() - started


def closing_checks(servers, kind, complete):
    """What must hold once all suites have been through the servers."""
    secrets = set().union(*(log_secrets.gather(World(server, kind)) for server in servers if complete))
    for server in servers:
        exit_code = server.stop()
        stopped = None if exit_code == 0 else f"exit code {exit_code}; the log ends:\n{server.tail()}"
        yield Outcome("the server ends cleanly when it is asked to", 0, stopped)
    # The servers that suites started for themselves wrote their logs beside these.
    logs = {log.name: log.read_text(errors="replace") for log in servers[0].home.glob("*.log")}
    panics = [line for log in logs.values() for line in log.splitlines() if "panicked at" in line]
    yield Outcome("no server panicked", 0, "\n".join(panics) or None)
    if complete:
        yield log_secrets.check(logs, [server.log.name for server in servers], secrets)


def run_store(name, binary, wanted):
    """Runs the wanted suites against fresh servers on this store; (passed, failed, seconds, of which others' clients)."""
    print(f"\n== e2e on {name}", flush=True)
    started, kind = time.monotonic(), store(name)
    home = pathlib.Path(tempfile.mkdtemp(prefix=f"cabana-e2e-{name}-"))
    servers = [Server(binary, home, database=kind.fresh()) for _ in wanted[:LANES]]
    fork = multiprocessing.get_context("fork")
    free = fork.SimpleQueue()
    try:
        for number, server in enumerate(servers):
            server.start()
            free.put(number)
        with ProcessPoolExecutor(len(servers), fork, open_lane, (kind, servers, free)) as lanes:
            base = run_suites([suite for suite in wanted if suite not in OTHERS], lanes)
            others = run_suites([suite for suite in wanted if suite in OTHERS], lanes)
        closing = list(closing_checks(servers, kind, complete=set(wanted) | ONCE == set(SUITES)))
    except AssertionError as failure:
        base, others = (0, 0, 0), (0, 0, 0)
        closing = [Outcome("the servers start", time.monotonic() - started, str(failure))]
    finally:
        for server in servers:
            server.stop()
    passed, failed = (sum(counts) for counts in zip(base[:2], others[:2], show("server", closing)))
    if failed:
        print(f"the servers' logs and data are kept in {home}", flush=True)
    else:
        shutil.rmtree(home)
    seconds = time.monotonic() - started
    print(f"== e2e on {name}: {seconds:.0f} s", flush=True)
    return passed, failed, seconds, others[2]


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
