"""Objects through a JSONPath or a Go template. Upstream: k8s.io/cli-runtime/pkg/printers"""

from base64 import b64decode
from collections.abc import Callable
from typing import Any

from simulator.kubectl.errors import CommandError, Failure
from simulator.kubectl.kubectl import Kubectl
from simulator.machinery import yaml
from simulator.machinery.gofmt import sprint
from simulator.machinery.golang import quoted
from simulator.machinery.jsonpath import JSONPath, JSONPathError
from simulator.machinery.objects import Object
from simulator.machinery.templates import Template, TemplateError
from simulator.machinery.templates.errors import FunctionError
from simulator.machinery.templates.functions import Functions, index
from simulator.runtime.errors import OSFailure


class TextPrinter:
    """Writes what a function makes of an object."""

    def __init__(self, render: Callable[[Object], str]) -> None:
        self.text = render


def go_value(value: Any) -> str:
    """A JSON value as Go's `%#v` writes it."""
    if isinstance(value, dict):
        inner = ", ".join(f"{quoted(key)}:{go_value(value[key])}" for key in sorted(value))
        return f"map[string]interface {{}}{{{inner}}}"
    if isinstance(value, list):
        return "[]interface {}{" + ", ".join(map(go_value, value)) + "}"
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    return "interface {}(nil)" if value is None else str(value)


def jsonpath(kubectl: Kubectl, text: str) -> TextPrinter:
    if not text:
        raise CommandError("template format specified but no template given")
    path = parsed(kubectl, text)

    def render(obj: Object) -> str:
        try:
            return path.render(obj)
        except JSONPathError as error:
            raise template_failed(text, error, obj) from None

    return TextPrinter(render)


def jsonpath_as_json(kubectl: Kubectl, text: str) -> TextPrinter:
    if not text:
        raise CommandError("template format specified but no template given")
    path = parsed(kubectl, text)

    def render(obj: Object) -> str:
        try:
            found = [list(part) for part in path.find(obj)]
        except JSONPathError as error:
            raise template_failed(text, error, obj) from None
        return "".join(yaml.dump_json(part) + "\n" for part in found)

    return TextPrinter(render)


def jsonpath_file(kubectl: Kubectl, path: str) -> TextPrinter:
    return jsonpath(kubectl, template_file(kubectl, path))


def parsed(kubectl: Kubectl, text: str) -> JSONPath:
    try:
        return JSONPath(text, allow_missing_keys=kubectl.options.flag("allow-missing-template-keys"))
    except JSONPathError as error:
        raise CommandError(f"error parsing jsonpath {text}, {error}") from None


def go_template(kubectl: Kubectl, text: str) -> TextPrinter:
    if not text:
        raise CommandError("template format specified but no template given")
    try:
        missing = "default" if kubectl.options.flag("allow-missing-template-keys") else "error"
        template = Template("output", text, FUNCTIONS, missing=missing)
    except TemplateError as error:
        raise CommandError(f"error parsing template {text}, {error}") from None

    def render(obj: Object) -> str:
        try:
            return template.render(obj)
        except TemplateError as error:
            kubectl.write(error.written + debugging(text, error, obj))
            raise CommandError(f"error executing template {quoted(text)}: {error}") from None

    return TextPrinter(render)


def debugging(text: str, error: Exception, obj: Object) -> str:
    """What stands on standard output where a template does not fit the object, with both for comparison."""
    return (
        f"Error executing template: {error}. Printing more information for debugging the template:\n"
        f"\ttemplate was:\n\t\t{text}\n\traw data was:\n\t\t{yaml.compact_json(obj)}\n"
        f"\tobject given to template engine was:\n\t\t{sprint(obj)}\n\n"
    )


def exists(item: Any, *places: Any) -> bool:
    """Whether `index` would find something. Upstream: k8s.io/cli-runtime/pkg/printers/template.go"""
    try:
        return index(item, *places) is not None
    except FunctionError:
        return False


def base64decode(text: Any) -> str:
    encoded = text if isinstance(text, str) else ""
    try:
        return b64decode(encoded, validate=True).decode(errors="replace")
    except ValueError:
        at = next((place for place, letter in enumerate(encoded) if letter not in BASE64), len(encoded) // 4 * 4)
        raise FunctionError(f"base64 decode failed: illegal base64 data at input byte {at}") from None


BASE64 = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
FUNCTIONS: Functions = {"exists": exists, "base64decode": base64decode}


def go_template_file(kubectl: Kubectl, path: str) -> TextPrinter:
    return go_template(kubectl, template_file(kubectl, path))


def template_file(kubectl: Kubectl, path: str) -> str:
    if not path:
        raise CommandError("template format specified but no template given")
    try:
        return kubectl.terminal.read_file(path).decode()
    except OSFailure:
        raise CommandError(f"error reading --template {path}, open {path}: no such file or directory\n") from None


def template_failed(text: str, error: Exception, obj: Object) -> Failure:
    """What is shown when a JSONPath does not fit the object, with both for comparison."""
    return CommandError(
        f"error executing jsonpath {quoted(text)}: Error executing template: {error}. Printing more information "
        f"for debugging the template:\n\ttemplate was:\n\t\t{text}\n\tobject given to jsonpath engine was:\n"
        f"\t\t{go_value(obj)}\n\n\n"
    )
