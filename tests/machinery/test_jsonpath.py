from typing import Any

import pytest

from simulator.machinery.jsonpath import JSONPath, JSONPathError, relaxed

POD: dict[str, Any] = {
    "kind": "Pod",
    "metadata": {"name": "web", "annotations": {"example.com/team": "shop"}},
    "spec": {
        "containers": [{"name": "nginx", "ports": [80, 443]}, {"name": "log", "ready": True}],
        "weight": 1.5,
        "none": None,
        "html": "<a>",
    },
}


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("{.metadata.name}", "web"),
        ("name: {.metadata.name}!", "name: web!"),
        ("{$.kind} {@.kind} {.kind}", "Pod Pod Pod"),
        (r"{.metadata.annotations.example\.com/team}", "shop"),
        (r"{.metadata.annotations['example\.com/team']}", "shop"),
        ("{.spec.containers[*].name}", "nginx log"),
        ("{.spec.containers[-1].name}", "log"),
        ("{.spec.containers[0:1].name}{.spec.containers[1:].name}", "nginxlog"),
        ("{.spec.containers[0].ports[0,1]}", "80 443"),
        ("{.spec['weight','none']}", "1.5 null"),
        ("{.spec.containers[0]}", '{"name":"nginx","ports":[80,443]}'),
        ('{range .spec.containers[*]}{.name}{"\\t"}{.ready}{"\\n"}{end}.', "nginx\t\nlog\ttrue\n."),
        ("{range .spec.nope[*]}x{end}done", "done"),
        ('{.spec.containers[?(@.name=="log")].ready}', "true"),
        ("{.spec.containers[?(@.name!='log')].name}", "nginx"),
        ("{.spec.containers[?(@.ready)].name}", "log"),
        ("{.spec.containers[?(@.ready==true)].name}", "log"),
        ("{.spec.containers[0].ports[?(@>80)]}", "443"),
        ("{..name}", "web nginx log"),
        ("{.spec.nope}", ""),
        ("{.spec.html}", "<a>"),
        (".metadata.name", ".metadata.name"),
    ],
)
def test_templates(template: str, text: str) -> None:
    assert JSONPath(template, allow_missing_keys=True).render(POD) == text


@pytest.mark.parametrize(
    ("template", "message"),
    [
        ("{.spec", "unclosed action"),
        ("{.spec[}", "unterminated array"),
        ("{.spec[a]}", "invalid array index a"),
        ('{"a', "unterminated quoted string"),
        ("{#}", "unrecognized character in action: U+0023 '#'"),
        ("{....a}", "invalid multiple recursive descent"),
        ("{.a[?(@.b==1]}", "unterminated filter"),
        ("{.a[?(@.b==1)}", "unclosed array expect ]"),
    ],
)
def test_templates_that_cannot_be_read(template: str, message: str) -> None:
    with pytest.raises(JSONPathError) as caught:
        JSONPath(template)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("template", "message"),
    [
        ("{.spec.nope}", "nope is not found"),
        ("{foo}", "unrecognized identifier foo"),
        ("{end}", "not in range, nothing to end"),
        ("{.spec.containers[5]}", "array index out of bounds: index 5, length 2"),
        ("{.spec.containers[-5]}", "array index out of bounds: index -3, length 2"),
        ("{.spec.containers[1:0]}", "starting index 1 is greater than ending index 0"),
        ("{.spec.containers[0:2:0]}", "step must be > 0"),
        ("{.kind[0]}", "string is not array or slice"),
        ("{.spec.containers[?(@.name==1)]}", "incompatible types for comparison"),
        ("{.spec.containers[?(@.name=1)]}", "unrecognized filter operator ="),
        ("{.kind[?(@.a)]}", "Pod is not array or slice and cannot be filtered"),
    ],
)
def test_templates_that_do_not_fit(template: str, message: str) -> None:
    with pytest.raises(JSONPathError) as caught:
        JSONPath(template).render(POD)
    assert str(caught.value) == message


def test_the_whole_error_shows_template_and_object() -> None:
    with pytest.raises(JSONPathError) as caught:
        JSONPath("{.nope}").print({"a": ["b", 1, None]})
    assert str(caught.value) == (
        'error executing jsonpath "{.nope}": Error executing template: nope is not found. Printing more information for '
        "debugging the template:\n\ttemplate was:\n\t\t{.nope}\n\tobject given to jsonpath engine was:\n"
        '\t\tmap[string]interface {}{"a":[]interface {}{"b", 1, interface {}(nil)}}\n\n'
    )


@pytest.mark.parametrize("text", ["metadata.name", ".metadata.name", "{metadata.name}", "{.metadata.name}"])
def test_relaxed_expressions(text: str) -> None:
    assert JSONPath(relaxed(text)).find(POD) == [["web"]]


def test_relaxed_refuses_what_is_no_path() -> None:
    with pytest.raises(JSONPathError, match=r"^unexpected path string"):
        relaxed("{.a}{.b}")


def test_a_search_is_bounded() -> None:
    value: Any = [0] * 1000
    with pytest.raises(JSONPathError, match="finds too many values"):
        JSONPath("{" + "[*,*,*,*]" * 300 + "}").render([value] * 300)
