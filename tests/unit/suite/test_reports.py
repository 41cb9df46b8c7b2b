"""JUnit XML as Jenkins and GitLab read it, SARIF 2.1.0 as its schema requires it."""

import json
import xml.etree.ElementTree as ET
from pathlib import Path

import jsonschema
import pytest

from sagacity.suite import junit, sarif
from sagacity.suite.pool import run_all
from sagacity.suite.run import RULES
from sagacity.suite.specfile import read

SPEC = """
invariant low: serving <= 1
config good
    expect low violated
config bad
    expect tickets_differ violated, states 99
config nobody
    const N = 0
"""

#: What Jenkins' JUnit schema (junit-10.xsd) and GitLab's parser take: element -> (required, optional) attributes.
JUNIT = {"testsuites": (set(), {"name", "tests", "failures", "errors", "skipped", "time"}),
         "testsuite": ({"name", "tests"}, {"failures", "errors", "skipped", "time", "file"}),
         "testcase": ({"name", "classname"}, {"time"}),
         "failure": (set(), {"message", "type"}), "error": (set(), {"message", "type"}),
         "skipped": (set(), {"message", "type"})}
NESTING = {"testsuites": {"testsuite"}, "testsuite": {"testcase"}, "testcase": {"failure", "error", "skipped"},
           "failure": set(), "error": set(), "skipped": set()}

#: The properties that the SARIF 2.1.0 schema requires or restricts, for the objects that we write.
_TEXT = {"type": "object", "required": ["text"], "properties": {"text": {"type": "string", "minLength": 1}}}
_LOCATION = {"type": "object", "properties": {"message": _TEXT, "physicalLocation": {
    "type": "object", "required": ["artifactLocation"], "properties": {
        "artifactLocation": {"type": "object", "required": ["uri"], "properties": {"uri": {"format": "uri-reference"}}},
        "region": {"type": "object", "additionalProperties": {"type": "integer", "minimum": 1}}}}},
    "additionalProperties": False}
SARIF = {
    "type": "object", "required": ["version", "runs"], "additionalProperties": False,
    "properties": {"$schema": {"type": "string"}, "version": {"const": "2.1.0"}, "runs": {"type": "array", "items": {
        "type": "object", "required": ["tool", "results"], "properties": {
            "tool": {"type": "object", "required": ["driver"], "properties": {"driver": {
                "type": "object", "required": ["name"], "properties": {"rules": {"type": "array", "uniqueItems": True,
                    "items": {"type": "object", "required": ["id"], "properties": {"shortDescription": _TEXT}}}}}}},
            "columnKind": {"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
            "results": {"type": "array", "items": {"type": "object", "required": ["message"], "properties": {
                "message": _TEXT, "ruleIndex": {"type": "integer", "minimum": -1},
                "level": {"enum": ["none", "note", "warning", "error"]},
                "locations": {"type": "array", "items": _LOCATION},
                "relatedLocations": {"type": "array", "items": _LOCATION, "uniqueItems": True},
                "partialFingerprints": {"additionalProperties": {"type": "string"}},
                "codeFlows": {"type": "array", "items": {"type": "object", "required": ["threadFlows"], "properties": {
                    "threadFlows": {"type": "array", "minItems": 1, "items": {
                        "type": "object", "required": ["locations"], "properties": {"locations": {
                            "type": "array", "minItems": 1, "items": {"properties": {"location": _LOCATION}}}}}}}}},
            }}}}}}}}


@pytest.fixture
def reports(spec_of, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    spec = read(spec_of(SPEC))
    return run_all([(spec, c) for c in spec.configs], jobs=1)


def test_the_reports_are_those_meant(reports):
    assert [sorted(s.rule for s in r.surprises) for r in reports] == [
        [], ["not-violated", "other-count", "violated"], ["error"]]


def test_junit(reports):
    text = junit.document(reports)
    root = ET.fromstring(text)
    assert text.startswith("<?xml") and root.tag == "testsuites"
    for e in root.iter():
        required, optional = JUNIT[e.tag]
        assert required <= set(e.keys()) <= required | optional, e.tag
        assert {c.tag for c in e} <= NESTING[e.tag]
        assert all(e.get(k).isdecimal() for k in ("tests", "failures", "errors", "skipped") if e.get(k) is not None)
    suite, = root
    cases = {(c.get("classname"), c.get("name")): [x.tag for x in c] for c in suite}
    assert len(cases) == len(suite) == int(suite.get("tests")) == int(root.get("tests"))
    bad = {k: v for k, v in cases.items() if v}
    assert bad == {("ticket.bad", "tickets_differ"): ["failure"], ("ticket.bad", "exploration"): ["failure"],
                   ("ticket.bad", "low"): ["failure"], ("ticket.nobody", "exploration"): ["error"]}
    assert (suite.get("failures"), suite.get("errors"), suite.get("skipped")) == ("3", "1", "0")


def test_junit_has_only_characters_of_xml():
    assert junit._clean("a\x00b\x1b[1m\ud800\U0001F600\n") == "a\ufffdb\ufffd[1m\ufffd\U0001F600\n"


def test_sarif(reports, tmp_path):
    log = json.loads(json.dumps(sarif.document(reports)))
    jsonschema.validate(log, SARIF)
    run, = log["runs"]
    rules = [r["id"] for r in run["tool"]["driver"]["rules"]]
    assert [r["ruleId"] for r in run["results"]] == [rules[r["ruleIndex"]] for r in run["results"]]
    assert sorted(rules) == ["error", "not-violated", "other-count", "violated"] and set(rules) <= set(RULES)
    by_rule = {r["ruleId"]: r for r in run["results"]}
    flow = by_rule["violated"]["codeFlows"][0]["threadFlows"][0]["locations"]
    told = [f["location"]["message"]["text"] for f in flow]
    assert told[0].startswith("initial state: next = 0; ") and len(told) == 5
    assert told[-1] == "leave(c=client1): serving: 1 -> 2; ticket[client1]: 1 -> None"
    place = by_rule["error"]["locations"][0]["physicalLocation"]
    assert (Path(tmp_path) / place["artifactLocation"]["uri"]).is_file()
    fingerprints = [r["partialFingerprints"]["surprise/v1"] for r in run["results"]]
    assert len(set(fingerprints)) == len(fingerprints)
