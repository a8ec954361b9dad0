"""Importing this package registers every scenario."""
from . import core, outages, wire, clients, files, storage, beyond_isc  # noqa: F401
