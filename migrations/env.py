"""Alembic's environment: connects as sello_owner, or prints the SQL (`sello migrate --sql`)."""

from alembic import context
from sqlalchemy import create_engine, pool


def _online(url: str) -> None:
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://", 1), poolclass=pool.NullPool)
    with engine.connect() as connection:
        # A lock that is not had in half a second would queue everybody behind us: give up and let the caller try again.
        connection.exec_driver_sql("SET lock_timeout = '500ms'")
        connection.commit()
        context.configure(connection=connection, transaction_per_migration=True)
        with context.begin_transaction():
            context.run_migrations()
    engine.dispose()


if context.is_offline_mode():
    context.configure(dialect_name="postgresql", transaction_per_migration=True, literal_binds=True)
    with context.begin_transaction():
        context.run_migrations()
else:
    _online(context.config.attributes["url"])
