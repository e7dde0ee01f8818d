"""`cabana serve`, `check` and the configuration: what production refuses, keeps and tells."""

import socket
import stat

import jwt

from harness.checks import Suite, contains, equal, refused
from harness.world import World

suite = Suite("serve")


def sibling(world):
    """A `cabana serve` with its own data, not yet started; mails go to the inbox."""
    return world.sibling("serve", ["--inbox"])


def complaint(server, command="serve", *flags):
    """Runs a command that must fail, and returns what it said."""
    run = server.run(command, "--inbox", *flags)
    equal(run.returncode != 0, True, f"{command} succeeded; it said {run.stdout!r}")
    equal("panicked" in run.stderr, False, f"panic: {run.stderr!r}")
    return run.stderr.strip()


@suite.check("calls are answered only if a known key signed them")
def _(world):
    server = sibling(world).start()
    try:
        here = World(server, world.store)
        key, _ = server.credentials()
        contains(here.admin.list_user_pools(MaxResults=1), "UserPools", "answer")
        for client, error in (
            (here.client("AKIAIOSFODNN7STRANGE", "any-secret-will-do"), "UnrecognizedClientException"),
            (here.client(key, "not-the-secret-of-this-key"), "InvalidSignatureException"),
            (here.public, "MissingAuthenticationTokenException"),
        ):
            refused(error, client.list_user_pools, MaxResults=1)
    finally:
        server.stop()


@suite.check("there is no demo pool and no page of the emulator in production")
def _(world):
    # Behind a proxy, as on this machine alone the inbox may be read.
    server = world.sibling("serve", ["--inbox", "--behind-proxy"]).start()
    try:
        here = World(server, world.store)
        equal(here.admin.list_user_pools(MaxResults=10)["UserPools"], [], "pools")
        for path in ("/demo", "/inbox", "/_cabana/messages"):
            equal(world.fetch(path)[0], 200, f"status of {path} in the emulator")
            equal(here.fetch(path)[0], 404, f"status of {path}")
    finally:
        server.stop()


@suite.check("users, tokens and keys outlive a restart")
def _(world):
    server = sibling(world).start()
    try:
        here = World(server, world.store)
        pool = here.pool()
        app, user = here.app(pool), here.user(pool)
        tokens = here.tokens(app, user)
        keys = here.fetch(f"/{pool}/.well-known/jwks.json")[2]
        equal(server.stop(), 0, "exit code")
        server.start()
        equal(here.fetch(f"/{pool}/.well-known/jwks.json")[2], keys, "key set")
        equal(here.public.get_user(AccessToken=tokens["AccessToken"])["Username"], user, "Username")
        renewed = here.public.initiate_auth(
            ClientId=app["ClientId"], AuthFlow="REFRESH_TOKEN_AUTH",
            AuthParameters={"REFRESH_TOKEN": tokens["RefreshToken"]})["AuthenticationResult"]
        equal(jwt.get_unverified_header(renewed["IdToken"]),
              jwt.get_unverified_header(tokens["IdToken"]), "header of the ID token")
        contains(here.tokens(app, user), "AccessToken", "answer")
    finally:
        server.stop()


@suite.check("secrets are in files that nobody else can read")
def _(world):
    server = sibling(world).start()
    server.stop()
    for name in ("master.key", "credentials"):
        mode = stat.S_IMODE((server.data / name).stat().st_mode)
        equal(oct(mode), "0o600", f"mode of {name}")


@suite.check("a master key that others can read stops the start, and the line says what to do")
def _(world):
    server = sibling(world).start()
    server.stop()
    (server.data / "master.key").chmod(0o644)
    contains(complaint(server), "chmod 600", "complaint")


@suite.check("a lost master key stops the start instead of being made anew")
def _(world):
    server = sibling(world).start()
    World(server, world.store).pool()
    server.stop()
    (server.data / "master.key").unlink()
    contains(complaint(server).lower(), "master key", "complaint")


@suite.check("without a public URL, or with one in the clear, nothing starts")
def _(world):
    server = sibling(world)
    contains(complaint(server, "serve", "--public-url", "http://id.example.com"), "https", "complaint")
    bare = server.run("serve", "--data-dir", str(server.data), "--inbox", options=[])
    equal(bare.returncode == 0, False, "serve without --public-url started")
    contains(bare.stderr, "--public-url", "complaint")


@suite.check("plain HTTP on an address that others reach needs --behind-proxy")
def _(world):
    server = sibling(world)
    said = complaint(server, "serve", "--listen", "0.0.0.0:0")
    contains(said, "--behind-proxy", "complaint")


@suite.check("a port that is taken is told in one line")
def _(world):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        said = complaint(sibling(world), "serve", "--listen", f"127.0.0.1:{port}")
    equal(len(said.splitlines()), 1, f"lines of {said!r}")
    contains(said, str(port), "complaint")


@suite.check("an unknown key in cabana.toml is an error that names it")
def _(world):
    server = sibling(world)
    file = server.home / f"{world.name('config')}.toml"
    file.write_text("listn = '127.0.0.1:1'\n")
    for command in ("serve", "check"):
        contains(complaint(server, command, "--config", str(file)), "listn", "complaint")


@suite.check("check says what is wrong, starts nothing and succeeds when nothing is")
def _(world):
    server = sibling(world)
    contains(complaint(server, "check", "--public-url", "http://id.example.com"), "https", "complaint")
    good = server.run("check", "--inbox")
    equal(good.returncode, 0, f"exit code; it said {good.stderr!r}")
    equal([f.name for f in server.data.iterdir()], [], "files that check made")


@suite.check("a server without a mail server names the pools that need one, in check and at every start")
def _(world):
    server = world.sibling("serve", []).start()
    here = World(server, world.store)
    pool = here.pool(AutoVerifiedAttributes=["email"])
    app, address = here.app(pool), here.email()
    refused(
        "CodeDeliveryFailureException", here.public.sign_up, ClientId=app["ClientId"], Username=here.name(),
        Password="Correct-horse-9", UserAttributes=[{"Name": "email", "Value": address}])
    server.stop()
    contains(server.written(), f"{address[0]}***@e***", "line of the mail that was not sent")
    equal(address in server.written(), False, "the whole address is in the log")
    run = server.run("check")
    equal(run.returncode, 0, f"exit code; it said {run.stderr!r}")
    server.start()
    server.stop()
    for said in (run.stderr, server.written()):
        contains(said, "--smtp-url", "warning")
        contains(said, pool, "warning")
    good = server.run("check", "--inbox")
    equal(good.stderr, "", "warnings with an inbox")


@suite.check("check finds in the store what serve would refuse, and leaves the store alone")
def _(world):
    server = sibling(world).start()
    server.stop()
    equal(server.run("check", "--inbox").returncode, 0, "exit code")
    (server.data / "master.key").write_text("0" * 64 + "\n")
    contains(complaint(server, "check").lower(), "master key", "complaint about another key")


@suite.check("a setting in the environment counts, and a flag counts more")
def _(world):
    server = sibling(world)
    bad = {"CABANA_PUBLIC_URL": "http://id.example.com"}
    said = server.run(
        "check", "--data-dir", str(server.data), "--inbox", options=[], environment=bad)
    contains(said.stderr, "https", "complaint")
    good = server.run("check", "--inbox", environment=bad)
    equal(good.returncode, 0, f"exit code; it said {good.stderr!r}")


@suite.check("health, readiness and metrics are there for whoever runs it")
def _(world):
    for path in ("/healthz", "/readyz", "/metrics"):
        equal(world.fetch(path)[0], 200, f"status of {path}")
    contains(world.fetch("/metrics")[2], "# TYPE", "metrics")
