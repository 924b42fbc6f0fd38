"""How objects become text: one module a form, and the table of them (`-o`).

Upstream: k8s.io/cli-runtime/pkg/printers, k8s.io/cli-runtime/pkg/genericclioptions
"""

from collections.abc import Callable, Sequence

from simulator.kubectl.errors import CommandError
from simulator.kubectl.kubectl import Kubectl
from simulator.kubectl.options import STRUCTURED
from simulator.kubectl.printers.columns import custom_columns, custom_columns_file
from simulator.kubectl.printers.data import json_printer, kyaml_printer, name_printer, yaml_printer
from simulator.kubectl.printers.printer import Printer
from simulator.kubectl.printers.templates import (
    go_template,
    go_template_file,
    jsonpath,
    jsonpath_as_json,
    jsonpath_file,
)
from simulator.machinery.golang import quoted

type Made = Callable[[Kubectl, str], Printer]
"""From the run and what stands after `=` in `-o form=argument` to the printer."""

FORMS: dict[str, Made] = {
    "json": json_printer,
    "yaml": yaml_printer,
    "kyaml": kyaml_printer,
    "name": name_printer,
    "go-template": go_template,
    "go-template-file": go_template_file,
    "template": go_template,
    "templatefile": go_template_file,
    "jsonpath": jsonpath,
    "jsonpath-as-json": jsonpath_as_json,
    "jsonpath-file": jsonpath_file,
    "custom-columns": custom_columns,
    "custom-columns-file": custom_columns_file,
}

ARGUMENT = ("go-template", "jsonpath", "custom-columns", "template")
"""Forms that carry an argument after `=`, or in --template."""


def printer_for(kubectl: Kubectl, forms: Sequence[str] = STRUCTURED) -> Printer:
    """The printer that `-o` asks for. Raises CommandError for a form that this command does not know."""
    text = kubectl.options.text("output")
    template = kubectl.options.text("template") if kubectl.options.has("template") else ""
    if template and not (text and kubectl.options.changed("output")):
        text = "go-template"
    form, equals, argument = text.partition("=")
    takes = form.startswith(ARGUMENT) and not template  # the argument stands in one of two places
    if form not in forms or form not in FORMS or (equals and not takes):
        allowed = ",".join(sorted(forms))
        raise CommandError(
            f"unable to match a printer suitable for the output format {quoted(text)}, allowed formats are: {allowed}"
        )
    return FORMS[form](kubectl, argument if equals else template)
