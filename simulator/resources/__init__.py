"""The kinds of the API: a folder each, `registry` as the table of contents, and what is made of them all."""
