"""The shell and the programs around it: the language, the line reader, coreutils, editors.

Text goes `lexer` → `parser` → nodes (plain tuples) → `interpreter`, a machine with an explicit stack of plain
frames, so
that a shell can be forked and saved at any step. Knows of the runtime and the kernel only.
"""
