"""The front end: from a Python class to the typed intermediate representation. Start reading at `lower.compile_model`."""

from .lower import Compiled, compile_model

__all__ = ["Compiled", "compile_model"]
