"""A fresh store for every server."""

import os
import secrets
import subprocess
import urllib.parse

STORES = ("sqlite", "postgres")


class Sqlite:
    """The data folder holds it; nothing to do."""

    name = "sqlite"

    def fresh(self):
        """SQLite needs no `--database`."""
        return None


class Postgres:
    """A cluster named by CABANA_TEST_POSTGRES; every server gets a database of its own."""

    name = "postgres"

    def __init__(self):
        self._cluster = os.environ.get("CABANA_TEST_POSTGRES")
        if not self._cluster:
            raise SystemExit(
                "CABANA_TEST_POSTGRES is not set: ./test starts a PostgreSQL for the tests; "
                "by hand, set it to postgres://user:password@127.0.0.1:port/postgres")

    def fresh(self):
        """Creates a database and returns its URL."""
        database = f"cabana_e2e_{secrets.token_hex(6)}"
        subprocess.run(
            ["psql", "--quiet", "--no-psqlrc", "--dbname", self._cluster,
             "--command", f"CREATE DATABASE {database}"],
            check=True, stdin=subprocess.DEVNULL)
        parts = urllib.parse.urlsplit(self._cluster)
        return urllib.parse.urlunsplit(parts._replace(path=f"/{database}"))


def store(name):
    """The store of this name."""
    return {"sqlite": Sqlite, "postgres": Postgres}[name]()
