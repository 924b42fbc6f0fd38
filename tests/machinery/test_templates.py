from typing import Any

import pytest

from simulator.machinery.templates import FunctionError, Template, TemplateError

POD: dict[str, Any] = {
    "name": "web",
    "count": 3,
    "big": 10000000000,
    "half": 1.5,
    "none": None,
    "html": "<a>&",
    "list": [{"name": "x", "v": 1}, {"name": "y", "v": 2}],
    "words": ["a", "b"],
    "empty": {},
}


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("{{.name}}: {{.count}} {{.big}} {{.half}}", "web: 3 10000000000 1.5"),
        ("{{.list}} {{.empty}} {{.words}}", "[map[name:x v:1] map[name:y v:2]] map[] [a b]"),
        ("{{.none}} {{.nope}} {{.nope.x}}", "<no value> <no value> <no value>"),
        ("{{range .list}}{{.name}}={{.v}};{{end}}", "x=1;y=2;"),
        ("{{range $i, $e := .words}}{{if $i}},{{end}}{{$e}}{{end}}", "a,b"),
        ("{{range $k, $v := .empty}}x{{else}}nothing{{end}}", "nothing"),
        ("{{range 3}}{{.}}{{end}}", "012"),
        ("{{range .words}}{{if eq . `b`}}{{break}}{{end}}{{.}}{{end}}", "a"),
        ("{{range .words}}{{if eq . `a`}}{{continue}}{{end}}{{.}}{{end}}", "b"),
        ("{{if eq .name `x`}}1{{else if eq .count 3}}2{{else}}3{{end}}", "2"),
        ("{{with .nope}}a{{else with .name}}{{.}}{{end}}", "web"),
        ("{{$x := 1}}{{range .words}}{{$x = 2}}{{end}}{{$x}}", "2"),
        ("{{define `t`}}[{{.}}]{{end}}{{template `t` .name}}", "[web]"),
        ("{{block `b` .name}}<{{.}}>{{end}}", "<web>"),
        ("a  {{- .name -}}  b", "awebb"),
        ("{{/* no */}}x{{- /* no */ -}} y", "xy"),
        ("{{len .list}} {{index .list 1 `name`}} {{(index .list 0).v}}", "2 y 1"),
        ("{{slice .html 0 2}} {{slice .words 1}}", "<a [b]"),
        ("{{and 1 0}} {{or 0 `x`}} {{not 0}}", "0 x true"),
        ("{{lt 1 2}} {{ge `b` `a`}} {{ne 1 2}} {{eq 1 2 1}}", "true true true true"),
        ("{{print 1 2 `a` `b` 3}}|{{println `a` 1}}", "1 2ab3|a 1\n"),
        ("{{html .html}} {{js .html}} {{urlquery `a b&c/d`}}", "&lt;a&gt;&amp; \\u003Ca\\u003E\\u0026 a+b%26c%2Fd"),
        ("{{.name | printf `%s-%d` `a` | len}}", "17"),
        (
            '{{printf "%5.2f|%q|%-4s|%4s|%x|%+d|%t|%T" .half "hi" "a" "b" 255 5 true .count}}',
            ' 1.50|"hi"|a   |   b|ff|+5|true|int64',
        ),
        ('{{printf "%d %s" "x"}}', "%!d(string=x) %!s(MISSING)"),
        ('{{printf "a" 1}}', "a%!(EXTRA int=1)"),
        ("{{'x'}} {{0x1F}} {{1e3}} {{017}} {{1_000}} {{0x1.ep+2}}", "120 31 1000 15 1000 7.5"),
        ("{{html .none}}", "&lt;no value&gt;"),
        ("{{$.name}}{{with .list}}{{$.count}}{{end}}", "web3"),
    ],
)
def test_templates(template: str, text: str) -> None:
    assert Template("output", template).render(POD) == text


@pytest.mark.parametrize(
    ("template", "message"),
    [
        ("{{", "output:1: unclosed action"),
        ("{{if}}", "output:1: missing value for if"),
        ("{{if .x}}", "output:1: unexpected EOF"),
        ("{{foo}}", 'output:1: function "foo" not defined'),
        ("{{$y}}", 'output:1: undefined variable "$y"'),
        ("{{break}}", "output:1: {{break}} outside {{range}}"),
        ("{{else}}", "output:1: unexpected {{else}}"),
        ("{{1 | 2}}", "output:1: non executable command in pipeline stage 2"),
        ('{{ "unclosed }}', "output:1: unterminated quoted string"),
        ("{{ (1 }}", "output:1: unclosed left paren"),
        ("{{ 1) }}", "output:1: unexpected right paren"),
        ("{{ #x }}", 'output:1: unexpected "#" in command'),
        ("a\n{{range .x}}{{else}}{{else}}{{end}}", "output:2: expected end; found {{else}}"),
    ],
)
def test_templates_that_cannot_be_parsed(template: str, message: str) -> None:
    with pytest.raises(TemplateError) as caught:
        Template("output", template)
    assert str(caught.value) == f"template: {message}"


@pytest.mark.parametrize(
    ("template", "message"),
    [
        ("{{.none.x}}", '1:7: executing "output" at <.none.x>: nil pointer evaluating interface {}.x'),
        ("a\n{{.name.x}}", '2:7: executing "output" at <.name.x>: can\'t evaluate field x in type interface {}'),
        ("{{index .list 5}}", '1:2: executing "output" at <index .list 5>: error calling index: index out of range: 5'),
        (
            "{{lt 1 `a`}}",
            '1:2: executing "output" at <lt 1 `a`>: error calling lt: incompatible types for comparison: int and string',
        ),
        ("{{template `nope`}}", '1:11: executing "output" at <{{template "nope"}}>: template "nope" not defined'),
        ("{{len}}", '1:2: executing "output" at <len>: wrong number of args for len: want 1 got 0'),
        ("{{.count 5}}", '1:2: executing "output" at <.count>: count is not a method but has arguments'),
        ("{{nil}}", '1:2: executing "output" at <nil>: nil is not a command'),
        ("{{printf 5}}", '1:9: executing "output" at <5>: expected string; found 5'),
        ("{{range .name}}{{end}}", '1:8: executing "output" at <.name>: range can\'t iterate over web'),
    ],
)
def test_templates_that_do_not_fit(template: str, message: str) -> None:
    with pytest.raises(TemplateError) as caught:
        Template("output", template).render(POD)
    assert str(caught.value) == f"template: output:{message}"


def test_what_was_written_before_the_mistake_is_kept() -> None:
    with pytest.raises(TemplateError) as caught:
        Template("output", "one {{.count.x}} two").render(POD)
    assert caught.value.written == "one "


def test_functions_are_passed_in() -> None:
    def upper(text: str) -> str:
        if not text:
            raise FunctionError("nothing to raise")
        return text.upper()

    functions = {"upper": upper}
    assert Template("chart", "{{.name | upper}}", functions).render(POD) == "WEB"
    with pytest.raises(TemplateError, match="error calling upper: nothing to raise"):
        Template("chart", '{{upper ""}}', functions).render(POD)
    with pytest.raises(TemplateError, match="wrong type for value; expected string; got int64"):
        Template("chart", "{{.count | upper}}", functions).render(POD)


@pytest.mark.parametrize(("missing", "text"), [("default", "<no value>"), ("zero", "<no value>"), ("error", "")])
def test_missing_keys(missing: str, text: str) -> None:
    template = Template("t", "{{.nope}}", missing=missing)
    if missing == "error":
        with pytest.raises(TemplateError, match='map has no entry for key "nope"'):
            template.render(POD)
    else:
        assert template.render(POD) == text


@pytest.mark.parametrize(
    ("template", "message"),
    [
        ("{{define `a`}}{{template `a`}}{{end}}{{template `a`}}", "exceeded maximum template depth"),
        ("{{range 100000000}}{{end}}", "too many steps"),
        ("{{$x := `0123456789`}}{{range 60}}{{$x = print $x $x}}{{end}}", "writes too much"),
        ("{{range 1000}}{{range 1000}}0123456789{{end}}{{end}}", "writes too much|too many steps"),
    ],
)
def test_what_a_template_may_spend_is_bounded(template: str, message: str) -> None:
    with pytest.raises(TemplateError, match=message):
        Template("t", template).render({}, output=100_000)


def test_nesting_is_bounded() -> None:
    with pytest.raises(TemplateError, match="max expression depth exceeded"):
        Template("t", "{{" + "(" * 5000 + "1" + ")" * 5000 + "}}")
