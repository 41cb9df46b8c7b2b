"""Can TLC be run here?  For tests that need it."""

import pytest

from sagacity.errors import UsageError
from sagacity.external.java import find_jar, find_java


def _missing() -> str:
    try:
        find_java(), find_jar()
    except UsageError as e:
        return f"{e.diagnostics[0].message}: {e.diagnostics[0].hint}"
    return ""


needs_tlc = pytest.mark.skipif(bool(_missing()), reason=_missing())
