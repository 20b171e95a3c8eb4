"""Alembic's environment: connects as sello_owner, or prints the SQL (`sello migrate --sql`)."""

from alembic import context
from sqlalchemy import create_engine, pool

# A lock that is not had in half a second would queue everybody behind us: give up and let the caller try again.
# No revision scans a big table in its transaction, so fifteen minutes mean that something is wrong.
TIMEOUTS = ("SET lock_timeout = '500ms'", "SET statement_timeout = '15min'")


def _online(url: str) -> None:
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://", 1), poolclass=pool.NullPool)
    with engine.connect() as connection:
        for line in TIMEOUTS:
            connection.exec_driver_sql(line)
        connection.commit()
        context.configure(connection=connection, transaction_per_migration=True)
        with context.begin_transaction():
            context.run_migrations()
    engine.dispose()


if context.is_offline_mode():
    context.configure(dialect_name="postgresql", transaction_per_migration=True, literal_binds=True)
    for line in TIMEOUTS:
        context.get_context().impl.static_output(f"{line};")
    with context.begin_transaction():
        context.run_migrations()
else:
    _online(context.config.attributes["url"])
