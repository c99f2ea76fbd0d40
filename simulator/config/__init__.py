"""Configurations of VCS: read, understood, checked, written.

The way of a main.cf: `loader.load` reads it with its includes (`parser`, `assembly`) into a tree (`model`);
`resolution.resolve` says what the tree means (`semantics`); `checks.examine` also says what is wrong with it
(`problems`); `printer.render` writes a tree as VCS dumps it. Nothing here knows of arrays, clusters at work, or time.
"""
