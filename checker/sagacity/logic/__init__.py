"""Temporal properties: their language, their automata, and the search for fair lassos that break them.

Nothing here knows a modelling language or an engine: properties are decided on the abstract state graph of `graph`.
Read `ir.formula` first, then `lasso` (what formulas mean), then `emptiness` (how they are decided).
"""
