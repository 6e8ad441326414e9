"""Alembic runs this: the connection, and its transaction, are those of gateway.state.migration."""

from alembic import context

from gateway.state.schema import all_tables

context.configure(
    connection=context.config.attributes["connection"], target_metadata=all_tables(), render_as_batch=True
)
context.run_migrations()
