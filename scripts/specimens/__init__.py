"""Rendering of fictional identity documents and of photographs of them.

Every state, authority and person here is invented. Needs Debian's python3-numpy, python3-opencv and python3-pil and
the fonts of the packages named in requirements-debian.txt.
"""
