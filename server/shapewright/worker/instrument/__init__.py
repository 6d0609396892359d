"""Rewrites a file so that it reports what it computes and survives what fails.

Every rewrite keeps Python's semantics: order of evaluation, scoping, name mangling, `super()`, generators, patterns.
Names of our own are dunder at both ends, since a class mangles names that are so only in front.

What is put in:
- `__sw_v__(site, value)` around expressions: records the value and returns it;
- a guard around statements: an exception becomes Unknown in the names that the statement would have bound;
- `__sw_iter__`, `__sw_while__`, `__sw_test__` in headers of loops and branches;
- `__sw_unpack__` where a value is unpacked, since Unknown has no length.

Left alone: patterns of `match`, the inside of f-strings, annotations, `yield` and `await` statements (a guard would
swallow what is thrown in), bodies of methods whose exceptions are part of a protocol (`__getattr__`, `__next__`).
"""
