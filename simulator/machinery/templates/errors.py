"""What can go wrong with a template, in Go's words."""


class TemplateError(ValueError):
    """A template that cannot be parsed or executed: `template: name:1:2: executing "name" at <.x>: …`.

    `written` is what the template had written by then.
    """

    written = ""


class FunctionError(ValueError):
    """What a template function answers instead of a value; shows as `error calling NAME: …`."""
