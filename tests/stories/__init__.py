"""Stories: what people do to a cluster or what befalls it, and what every object went through, as golden files.

`python -m tests.stories [NAME …]` writes what happens now into the files; review the difference.
"""
