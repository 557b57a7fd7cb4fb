"""A local web server that plays the sites, faults included; loopback only."""

from tests.mirror.server import Answer, Mirror

__all__ = ["Answer", "Mirror"]
