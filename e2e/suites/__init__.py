"""One file per suite; each suite is a client that somebody really uses."""
