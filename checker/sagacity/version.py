"""Which version of Sagacity is this?"""

from __future__ import annotations

from importlib import metadata


def version() -> str:
    """The version of the installed distribution; "unknown" where the package runs without being installed."""
    try:
        return metadata.version("sagacity")
    except metadata.PackageNotFoundError:
        return "unknown"
