"""Migrations of the store; each is one transaction, applied by `marsad.store.migrate`."""
