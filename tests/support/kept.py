"""Connections for setting scenes, kept open between tests: to connect takes longer than most of what is asked."""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg

Connection = psycopg.Connection[tuple[Any, ...]]

_idle: defaultdict[str, list[Connection]] = defaultdict(list)


@contextmanager
def connected(url: str) -> Iterator[Connection]:
    """A connection in autocommit that nobody else uses in the meantime, with nothing left of whoever had it before."""
    connection = _taken(url)
    try:
        yield connection
    except BaseException:
        connection.close()
        raise
    if connection.info.transaction_status == psycopg.pq.TransactionStatus.IDLE:
        _idle[url].append(connection)
    else:
        connection.close()


def _taken(url: str) -> Connection:
    while _idle[url]:
        connection = _idle[url].pop()
        try:
            connection.execute("DISCARD ALL")
        except psycopg.OperationalError:  # its server was killed or started anew
            connection.close()
        else:
            return connection
    return psycopg.connect(url, autocommit=True, prepare_threshold=None)
