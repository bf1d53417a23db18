"""Alembic's entry: runs the migrations on the connection that `marsad.store.migrate` hands over."""

from __future__ import annotations

from alembic import context

from marsad.store.schema import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata, transactional_ddl=False)
context.run_migrations()
