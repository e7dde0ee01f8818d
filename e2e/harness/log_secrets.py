"""Looks for secrets in what the servers wrote: no log may hold any of those that the suites used."""

import json
import pathlib
import re
import urllib.request

from harness import mail_server
from harness.checks import Outcome
from harness.server import root_key

E2E = pathlib.Path(__file__).resolve().parent.parent
# Every JWT and every refresh token begins so.
TOKEN = re.compile(r"\beyJ[A-Za-z0-9_-]{16,}")
# Six digits of microseconds are no code.
STAMP = re.compile(r"^\d{4}-\d\d-\d\dT[\d:.]+Z")
LITERAL = re.compile(r"""["']([^"'\s{}]{8,40})["']""")


def passwords():
    """String literals of the suites that satisfy the usual password policy."""
    for file in [*E2E.glob("suites/*.*"), *E2E.glob("harness/*.*")]:
        if file.suffix not in (".py", ".mjs"):
            continue
        for text in LITERAL.findall(file.read_text()):
            kinds = (r"[a-z]", r"[A-Z]", r"[0-9]", r"[!@#$%^&*?-]")
            if all(re.search(kind, text) for kind in kinds) and "/" not in text:
                yield text


def codes(server):
    """Codes and temporary passwords that were sent and are still in the inbox."""
    with urllib.request.urlopen(f"{server.url}/_cabana/messages", timeout=30) as answer:
        messages = json.load(answer)["messages"]
    return {message["code"] for message in messages if message.get("code")}


def client_secrets(world):
    """The secrets of every app client of every pool."""
    pools = world.admin.get_paginator("list_user_pools").paginate(MaxResults=60)
    for pool in (pool["Id"] for page in pools for pool in page["UserPools"]):
        pages = world.admin.get_paginator("list_user_pool_clients").paginate(UserPoolId=pool)
        for client in (client["ClientId"] for page in pages for client in page["UserPoolClients"]):
            described = world.admin.describe_user_pool_client(UserPoolId=pool, ClientId=client)
            secret = described["UserPoolClient"].get("ClientSecret")
            if secret:
                yield secret


def gather(world):
    """All secrets, while the server still answers."""
    server = world.server
    found = set(passwords()) | codes(server) | set(client_secrets(world))
    found |= {mail_server.SECRET, mail_server.SECRET_IN_URL}
    found |= {root_key(folder)[1] for folder in server.home.glob("*/") if (folder / "credentials").exists()}
    return found | {file.read_text().strip() for file in server.home.glob("*/master.key")}


def check(logs, mains, secrets):
    """One outcome: the logs, by name, say what was asked (`mains` above all), and none of the secrets."""
    problems = []
    if not any("/oauth2/token" in logs[main] for main in mains) or len(logs) < 5 or len(secrets) < 12:
        problems.append(f"nothing to look through: {len(logs)} logs, {len(secrets)} secrets")
    whole = [(secret, re.compile(rf"(?<!\w){re.escape(secret)}(?!\w)")) for secret in secrets]
    for name, line in ((name, line) for name, log in logs.items() for line in log.splitlines()):
        line = STAMP.sub("", line)
        held = [secret for secret, word in whole if secret in line and word.search(line)]
        if held or TOKEN.search(line):
            problems.append(f"{held[:3] or 'a token'} in {name}: {line[:300]}")
    return Outcome("no log holds any of the secrets that the suites used", 0, "\n".join(problems[:5]) or None)
