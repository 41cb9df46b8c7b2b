"""Bounded model checking, k-induction and parameter search over z3."""
