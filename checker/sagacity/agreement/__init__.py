"""Do all engines and external tools say the same of a model?  Read this first: `report.compared`.

An `Oracle` answers for one engine or tool; `graphs` finds the state or the transition on which two of them part.
"""
