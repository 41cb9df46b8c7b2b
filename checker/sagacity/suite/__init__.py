"""Spec files and the verification suite: what must each configuration of a model show, and does it?"""
