"""Would the suite notice if a model lost a line?  A mutation run over the corpus: one statement removed at a time.

    python tests/mutate.py [MODEL ...] [--json FILE]

Every statement of every action and helper of a model (properties, `note` and docstrings excepted) is removed once. Each mutant
goes through the configurations of models/manifest.toml. It is killed by a *property* if some verdict or length of a
counterexample is another, by the *figures* if only states, transitions or depth are; a mutant that does not
compile says nothing. A survivor is *equivalent* if its labelled graphs, faults included, are those of the model in every configuration;
any other is listed, and the status is 1 if those are more than one in twenty.
"""

from __future__ import annotations

import argparse
import ast
import json
import os
import sys
import tempfile
import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from sagacity import constants
from sagacity.engine.interp import Interpreter
from sagacity.engine.options import SearchOptions
from sagacity.engine.protocol import Fault
from sagacity.engines import check_with
from sagacity.errors import SagacityError
from sagacity.lang import compile_model
from sagacity.loader import load
from sagacity.result import CheckResult

MODELS = Path(__file__).resolve().parent.parent / "models"
MANIFEST = tomllib.loads((MODELS / "manifest.toml").read_text(encoding="utf-8"))["model"]

#: Methods that say what is right, not what happens.
PROPERTIES = {"invariant", "step_invariant", "predicate", "terminal", "possible", "constraint"}
#: How many times the states of the original a mutant is followed: then its figures are others, and its verdicts unknown.
MOST = 10
#: The fates of a mutant.
PROPERTY, FIGURES, STILLBORN, EQUIVALENT, SURVIVES = "property", "figures", "does not compile", "equivalent", "SURVIVES"


def main() -> int:
    """Print the fate of every mutant and a table; 1 if too many survive."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("models", nargs="*", default=[m["name"] for m in MANIFEST], metavar="MODEL")
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args()
    total, survivors = Counter(), []
    scratch = tempfile.TemporaryDirectory()
    os.environ["SAGACITY_CACHE"] = scratch.name     # mutants are compiled once, and the user's cache keeps what it has
    for name in asked.models:
        fates = Counter()
        for line, text, source in mutants((MODELS / f"{name}.py").read_text(encoding="utf-8")):
            fate = fate_of(name, source)
            fates[fate] += 1
            if fate in (SURVIVES, EQUIVALENT):
                print(f"{name}:{line}: {fate}: {text}", flush=True)
            if fate == SURVIVES:
                survivors.append(f"{name}:{line}: {text}")
        print(f"{name}: " + ", ".join(f"{fates[f]} {f}" for f in fates), flush=True)
        total += fates
    print("all: " + ", ".join(f"{n} {fate}" for fate, n in total.items()))
    if asked.json:
        asked.json.write_text(json.dumps({"fates": dict(total), "survivors": survivors}, indent=1) + "\n")
    alive = total.total() - total[STILLBORN]
    return int(20 * total[SURVIVES] > alive)


def mutants(source: str) -> Iterator[tuple[int, str, str]]:
    """(line, text of the statement, source without it) of every statement that may be removed."""
    tree = ast.parse(source)
    bodies = [body for c in tree.body if isinstance(c, ast.ClassDef) for f in c.body
              if isinstance(f, ast.FunctionDef) and not PROPERTIES & {_name(d) for d in f.decorator_list}
              for body in _bodies(f)]
    for body in bodies:
        for i, statement in enumerate(body):
            if _may_go(statement):
                body[i] = ast.copy_location(ast.Pass(), statement)
                yield statement.lineno, ast.unparse(statement).splitlines()[0], ast.unparse(tree)
                body[i] = statement


def _bodies(node) -> Iterator[list[ast.stmt]]:
    for field in ("body", "orelse"):
        if getattr(node, field, None):
            yield getattr(node, field)
            for child in getattr(node, field):
                yield from _bodies(child)
    for case in getattr(node, "cases", ()):
        yield from _bodies(case)


def _may_go(s: ast.stmt) -> bool:
    if isinstance(s, ast.Pass) or isinstance(s, ast.Expr) and isinstance(s.value, ast.Constant):
        return False
    return not (isinstance(s, ast.Expr) and isinstance(s.value, ast.Call) and _name(s.value) == "note")


def _name(node: ast.expr) -> str:
    node = node.func if isinstance(node, ast.Call) else node
    return node.id if isinstance(node, ast.Name) else ""


def fate_of(name: str, source: str) -> str:
    """What becomes of a mutant of the model `name`."""
    entry = next(m for m in MANIFEST if m["name"] == name)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{name}.py"
        path.write_text(source, encoding="utf-8")
        figures, mutated = False, []
        for row in entry["config"]:
            try:
                system = _system(path, row)
            except SagacityError:
                return STILLBORN
            result = check_with("auto", system, SearchOptions(keep_going=True, vacuity=False,
                                                              max_states=MOST * row["states"] + 1000))
            if result.complete and _verdicts(result) != row["violated"]:
                return PROPERTY
            s = result.stats
            figures |= (s.states, s.transitions, s.depth) != (row["states"], row["transitions"], row["depth"])
            mutated.append((row, system))
        if figures:
            return FIGURES
        same = all(graph(system) == graph(_system(MODELS / f"{name}.py", row)) for row, system in mutated)
    return EQUIVALENT if same else SURVIVES


def _system(path: Path, row: dict) -> Interpreter:
    cls = load(str(path)).cls
    return Interpreter(compile_model(cls, constants.parse(cls, row.get("constants", {}))))


def _verdicts(result: CheckResult) -> dict[str, int]:
    return {p.name: len(p.trace.steps) if p.trace else 0 for p in result.failures}


def graph(system: Interpreter) -> set:
    """The initial states and the labelled steps, faults included, of the reachable graph."""
    queue, seen, found = [], set(), set()

    def enter(step, source, label):
        if isinstance(step, Fault):
            found.add((source, label, step.fault.kind))
            return
        target = system.plain(step.target)
        found.add((source, label, target))
        if target not in seen:
            seen.add(target)
            queue.append((target, step.target))

    for step in system.initial():
        enter(step, None, None)
    for source, state in queue:
        for step in system.successors(state):
            enter(step, source, (step.action, step.binding, step.choices))
    return found


if __name__ == "__main__":
    sys.exit(main())
