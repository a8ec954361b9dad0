"""Importing this package registers every scenario."""
from . import (core, outages, wire, clients, files, consumers, storage, events, reload, robustness,
               beyond_isc)  # noqa: F401
