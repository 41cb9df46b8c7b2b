"""The example of the package's docstring runs, and it is the README's."""

from __future__ import annotations

import doctest
import re
from pathlib import Path

import sagacity

README = (Path(__file__).resolve().parent.parent / "README.md").read_text()


def test_docstring():
    failed, tried = doctest.testmod(sagacity)
    assert tried > 5 and not failed


def test_it_is_the_example_of_the_readme():
    examples = doctest.DocTestParser().get_examples(sagacity.__doc__)
    code = "".join(e.source for e in examples if not e.want).replace("'''", '"""')
    squeezed = [line for line in code.splitlines() if line.strip()]
    blocks = re.findall(r"```python\n(.*?)```", README, re.S)
    shown = [line for line in (blocks[2] + blocks[3]).splitlines() if line.strip()]
    assert squeezed == shown[:-1]       # the README asserts what the docstring shows
