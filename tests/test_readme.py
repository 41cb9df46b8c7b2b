"""The README tells the truth: its model, every output it shows, its table of models, its two commands."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner

from sagacity.cli import main
from sagacity.external.mcrl2 import available

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text()


def blocks(language: str) -> list[str]:
    """The fenced blocks of one language."""
    return re.findall(rf"```{language}\n(.*?)```", README, re.S)


def timeless(text: str) -> str:
    """The output without what differs from run to run."""
    lines = re.sub(r"[\d.]+ s, [\d,]+ transitions/s", "TIME", text).strip().splitlines()
    return "\n".join(line.rstrip() for line in lines)


@pytest.fixture
def payments(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "payments.py").write_text(blocks("python")[0])
    return tmp_path


def test_the_model_is_about_25_lines():
    assert 20 <= sum(1 for line in blocks("python")[0].splitlines() if line.strip()) <= 27


@pytest.mark.parametrize("block", range(len(blocks("console"))))
def test_output_shown_is_output_printed(payments, block):
    command, _, shown = blocks("console")[block].partition("\n")
    args = command.removeprefix("$ sagacity ").split()
    printed = CliRunner().invoke(main, args).output
    assert timeless(printed) == timeless(shown)


@pytest.mark.skipif(available() is not None, reason=str(available()))
def test_the_agreement_shown_is_what_agree_prints():
    command, _, shown = blocks("text")[0].partition("\n")
    printed = CliRunner().invoke(main, command.removeprefix("$ sagacity ").split()).output
    assert re.sub("seconds.*", "", timeless(printed)) == re.sub("seconds.*", "", timeless(shown))


def test_the_record_of_agreement_is_as_large_as_is_said():
    record = json.loads((ROOT / "mcrl2" / "agreement.json").read_text())
    verdicts = sum(len(r["properties"]) for r in record.values())
    assert f"All {len(record)} configurations" in README and f"{verdicts:,}\nverdicts" in README


def test_the_spec_file_shows_what_it_expects(payments):
    (payments / "payments.spec").write_text(blocks("spec")[0])
    args = blocks("sh")[2].strip().removeprefix("sagacity ").split()
    result = CliRunner().invoke(main, args)
    assert result.exit_code == 0 and "2 configurations: 2 as expected" in result.output, result.output
    assert (payments / "verify.xml").is_file() and (payments / "verify.sarif").is_file()


def test_driving_by_hand(payments):
    path = payments / "payments.py"
    path.write_text(blocks("python")[0] + "\n" + blocks("python")[1])
    scope = {"__name__": "payments"}
    exec(compile(path.read_text(), str(path), "exec"), scope)
    assert scope["s"].charges == 1


def test_the_saga_holds(payments):
    (payments / "saga.py").write_text(blocks("python")[2])
    result = CliRunner().invoke(main, ["check", "saga.py", "--second-opinion"])
    assert result.exit_code == 0, result.output


def test_the_table_of_models_is_the_manifest_s():
    manifest = tomllib.loads((ROOT / "models" / "manifest.toml").read_text())["model"]
    row = r"^\| `(\w+)` \| .* \| ([\d,]+) \| `-c (\w+)=(\w+)`: `(\w+)` is violated \| (\d+) steps \|$"
    table = {name: rest for name, *rest in re.findall(row, README, re.M)}
    assert set(table) == {m["name"] for m in manifest} == {p.stem for p in (ROOT / "models").glob("*.py")}
    for m in manifest:
        states, constant, value, violated, steps = table[m["name"]]
        faulty = next(c for c in m["config"] if c.get("constants") == {constant: value})
        assert m["config"][0]["states"] == int(states.replace(",", ""))
        assert faulty["violated"][violated] == int(steps)


def test_the_assembled_example_is_as_short_as_it_says():
    lines = (ROOT / "models" / "order_payments.py").read_text().partition('"""\nfrom enum')[2].splitlines()
    stated = int(re.search(r"TTL together in (\d+) lines", README)[1])
    assert sum(1 for line in lines if line.strip()) == stated < 60


def test_ci_runs_the_test_command():
    command = blocks("sh")[1].strip()
    assert command in (ROOT / ".ci" / "run").read_text()
