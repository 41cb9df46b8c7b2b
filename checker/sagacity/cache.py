"""Where is kept what can be made again?  Compiled models and the tables of parsers."""

from __future__ import annotations

import os
from pathlib import Path


def folder(kind: str) -> Path:
    """The user's cache folder (or SAGACITY_CACHE) for one kind of thing; it may not be there yet."""
    from platformdirs import user_cache_dir

    return Path(os.environ.get("SAGACITY_CACHE") or user_cache_dir("sagacity"), kind)
