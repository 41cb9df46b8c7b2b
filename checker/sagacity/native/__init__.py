"""Models compiled to C at run time: the fast engine."""
