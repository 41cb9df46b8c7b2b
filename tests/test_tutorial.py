"""The tutorial is followed literally: each file is written, each command runs, each output is compared.

A block ```` ```python FILE ```` is a file's new content; with ``+`` it is appended, with ``after TEXT`` it goes below the line that
contains TEXT, and with a name it replaces that action. ``--update-golden`` writes what is printed into the page.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

from sagacity.native import build

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "tutorial.md"

#: How the commands of the page are started where no environment is activated.
PROGRAMS = {"sagacity": ["-m", "sagacity.cli"], "pytest": ["-m", "pytest", "-p", "no:cacheprovider"]}


def test_the_tutorial(tmp_path, request):
    update = request.config.getoption("--update-golden")
    told: list[str] = []
    statuses = []

    def followed(block: re.Match) -> str:
        language, where, text = block.groups()
        if language == "python":
            write(tmp_path, where.split(maxsplit=1), text)
        elif language == "console":
            command, _, shown = text.partition("\n")
            printed, status = run(command.removeprefix("$ "), tmp_path)
            statuses.append(status)
            if not update and (build.find_compiler() or "simulate" not in command):     # other engines, other walks
                assert timeless(printed) == timeless(shown), command
            text = f"{command}\n{printed}"
        told.append(language)
        return f"```{language}{where}\n{text}```"

    page = re.sub(r"```(\w+)([^\n]*)\n(.*?)```", followed, PAGE.read_text(encoding="utf-8"), flags=re.S)
    if update:
        PAGE.write_text(page, encoding="utf-8")
    assert told.count("console") == 11 and told.count("python") == 8
    assert statuses == [11, 0, 12, 0, 12, 0, 12, 0, 0, 0, 20]


def write(folder: Path, where: list[str], text: str) -> None:
    """Do to the file what the block says."""
    file = folder / where[0]
    how = where[1].strip() if len(where) > 1 else ""
    before = file.read_text() if how else ""
    if not how:
        file.write_text(text)
    elif how == "+":
        file.write_text(before + "\n" + text)
    elif how.startswith("after "):
        line = next(x for x in before.splitlines() if how.removeprefix("after ") in x)
        file.write_text(before.replace(line, line + "\n" + text.rstrip("\n")))
    else:
        parts = before.split("\n\n")
        at = next(i for i, part in enumerate(parts) if f"def {how}(" in part)
        file.write_text("\n\n".join([*parts[:at], text.rstrip("\n"), *parts[at + 1:]]))


def run(command: str, folder: Path) -> tuple[str, int]:
    """What the command prints, on both streams, and its exit status."""
    program, *args = shlex.split(command)
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "checker"), "COLUMNS": "100", "PYTHONDONTWRITEBYTECODE": "1",
                   "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run([sys.executable, *PROGRAMS[program], *args], cwd=folder, env=environment, text=True,
                          encoding="utf-8", stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=120)
    return "".join(line.rstrip() + "\n" for line in done.stdout.splitlines()), done.returncode


def timeless(text: str) -> str:
    """The output without what differs from run to run or, where a search stops early, from engine to engine."""
    text = re.sub(r"[\d.]+ s, [\d,]+ transitions/s", "TIME", text)
    if "stopped at the first violation" in text:
        text = re.sub(r"[\d,]+ states, [\d,]+ transitions, depth \d+", "COUNTS", text)
    text = re.sub(r"(sagacity/eda/\w+\.py):\d+", r"\1:LINE", text)   # a component may gain a line
    return re.sub(r"in [\d.]+s", "in TIME", text)
