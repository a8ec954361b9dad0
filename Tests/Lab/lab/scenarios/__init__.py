"""Importing this package registers every scenario."""
from . import core, outages, wire, clients, files, consumers, storage, events, beyond_isc  # noqa: F401
