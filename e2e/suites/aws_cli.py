"""The AWS command line, set up by `eval "$(cabana env sdk)"` and nothing else."""

import json
import pathlib
import subprocess
import sys

from harness.checks import Suite, contains, equal
from harness.server import clean_environment

suite = Suite("AWS CLI")

# Prints what `cabana env` printed through the shell's own eval, then runs the command.
SCRIPT = 'eval "$1"; shift; exec "$@"'


def aws(world, *arguments, service="cognito-idp", fails=False):
    """Runs `aws <service> …` in a shell; returns the parsed answer, or what it complained of."""
    program = pathlib.Path(sys.executable).parent / "aws"
    exports = world.server.env("sdk")
    run = subprocess.run(
        ["bash", "-c", SCRIPT, "bash", exports, str(program), service, *arguments],
        capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=60,
        env={**clean_environment(), "AWS_PAGER": "", "AWS_EC2_METADATA_DISABLED": "true"})
    if fails:
        equal(run.returncode == 0, False, f"aws {arguments[0]} succeeded")
        return run.stderr
    equal(run.returncode, 0, f"exit code of aws {arguments[0]}; it said {run.stderr!r}")
    return json.loads(run.stdout) if run.stdout.strip() else {}


@suite.check("cabana env sdk prints the exports that an AWS SDK reads")
def _(world):
    names = {line.removeprefix("export ").split("=")[0]
             for line in world.server.env("sdk").splitlines() if line.startswith("export ")}
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_REGION"):
        contains(names, name, "exports")
    endpoints = {n for n in names if n.startswith("AWS_ENDPOINT_URL")}
    contains(endpoints, "AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER", "endpoint exports")


def listed_pools(world):
    """The ids of all pools, page by page."""
    ids, after = [], []
    while True:
        page = aws(world, "list-user-pools", "--max-results", "60", *after)
        ids += [pool["Id"] for pool in page["UserPools"]]
        if "NextToken" not in page:
            return ids
        after = ["--next-token", page["NextToken"]]


@suite.check("a pool, a user and a group are made, read and deleted from the shell")
def _(world):
    name = world.name("cli")
    pool = aws(world, "create-user-pool", "--pool-name", name)["UserPool"]["Id"]
    contains(listed_pools(world), pool, "pools")
    at = ("--user-pool-id", pool)
    made = aws(world, "admin-create-user", *at, "--username", "shelly",
               "--message-action", "SUPPRESS", "--user-attributes",
               "Name=email,Value=shelly@example.com", "Name=email_verified,Value=true")
    equal(made["User"]["UserStatus"], "FORCE_CHANGE_PASSWORD", "UserStatus")
    aws(world, "admin-set-user-password", *at, "--username", "shelly",
        "--password", "Corr3ct-Horse!", "--permanent")
    aws(world, "create-group", *at, "--group-name", "crew")
    aws(world, "admin-add-user-to-group", *at, "--username", "shelly", "--group-name", "crew")
    users = aws(world, "list-users", *at, "--filter", 'email = "shelly@example.com"')["Users"]
    equal([(u["Username"], u["UserStatus"]) for u in users], [("shelly", "CONFIRMED")], "users")
    crew = aws(world, "list-users-in-group", *at, "--group-name", "crew")["Users"]
    equal([u["Username"] for u in crew], ["shelly"], "users in the group")
    aws(world, "delete-user-pool", *at)


@suite.check("a user signs in from the shell")
def _(world):
    pool = world.pool()
    app, user = world.app(pool), world.user(pool)
    answer = aws(world, "initiate-auth", "--client-id", app["ClientId"],
                 "--auth-flow", "USER_PASSWORD_AUTH",
                 "--auth-parameters", f"USERNAME={user},PASSWORD=Corr3ct-Horse!")
    access = answer["AuthenticationResult"]["AccessToken"]
    equal(aws(world, "get-user", "--access-token", access)["Username"], user, "Username")


@suite.check("an error reaches the shell by name")
def _(world):
    said = aws(world, "describe-user-pool", "--user-pool-id", "us-east-1_Unknown00", fails=True)
    contains(said, "ResourceNotFoundException", "stderr")


@suite.check("STS tells whose access key it is, at the same address")
def _(world):
    told = aws(world, "get-caller-identity", "--endpoint-url", world.server.url, service="sts")
    key, _ = world.server.credentials()
    equal((told["UserId"], told["Account"]), (key, "000000000000"), "UserId and Account")
    equal(told["Arn"], "arn:aws:iam::000000000000:user/root", "Arn")
