"""Models given as text, for the tests of this folder."""

from sagacity.engine.interp import Interpreter
from sagacity.lang import compile_model
from sagacity.loader import load


def source(tmp_path, text):
    """The reference system of a model."""
    path = tmp_path / "model.py"
    path.write_text("from sagacity import *\n\n\n" + text)
    return Interpreter(compile_model(load(str(path)).cls))
