"""The reports of a suite as JUnit XML, as Jenkins and GitLab read it.

One test suite for each spec file. In it, for each configuration, one test case for the exploration (with its time)
and one for each property.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Sequence
from itertools import groupby

from .run import Report, Surprise

#: Rules of surprises that mean that there was nothing to judge: <error>, not <failure>.
ERRORS = frozenset({"error", "crash", "timeout", "evaluation"})

#: What XML 1.0 cannot hold.
_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def document(reports: Sequence[Report]) -> str:
    """The XML document."""
    root = ET.Element("testsuites", name="sagacity verify")
    for _, group in groupby(reports, key=lambda r: str(r.spec.path)):
        _suite(root, list(group))
    _totals(root, root.iter("testcase"), sum(r.seconds for r in reports))
    ET.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def _suite(root: ET.Element, reports: list[Report]) -> None:
    suite = ET.SubElement(root, "testsuite", name=reports[0].spec.name, file=str(reports[0].spec.path))
    for r in reports:
        for name, about in _cases(r):
            case = ET.SubElement(suite, "testcase", classname=f"{r.spec.name}.{r.config.name}", name=name,
                                 time=f"{r.seconds if name == 'exploration' else 0:.3f}")
            for s in about:
                _outcome(case, s)
    _totals(suite, suite.iter("testcase"), sum(r.seconds for r in reports))


def _cases(r: Report) -> Iterator[tuple[str, list[Surprise]]]:
    """(name, surprises) of every test case of one configuration. Every surprise is in exactly one."""
    names = {p.name for p in r.result.properties} if r.result else set()
    names |= {e.name for e in r.config.expected}
    yield "exploration", [s for s in r.surprises if s.name not in names]
    for name in sorted(names):
        yield name, [s for s in r.surprises if s.name == name]


def _outcome(case: ET.Element, s: Surprise) -> None:
    """JUnit knows one outcome for each case; further surprises go into its text."""
    if len(case):
        case[0].text = f"{case[0].text}\n{_clean(s.message)}"
        return
    kind = "skipped" if s.rule == "interrupted" else "error" if s.rule in ERRORS else "failure"
    ET.SubElement(case, kind, message=_clean(s.message), type=s.rule).text = _clean(f"{s.loc}\n{s.details or s.message}")


def _totals(e: ET.Element, cases, seconds: float) -> None:
    kinds = [c[0].tag if len(c) else "passed" for c in cases]
    for key, tag in (("tests", None), ("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        e.set(key, str(len(kinds) if tag is None else kinds.count(tag)))
    e.set("time", f"{seconds:.3f}")


def _clean(text: str) -> str:
    return _NO_XML.sub("\ufffd", text)
