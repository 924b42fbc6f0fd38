from typing import Any

import pytest

from simulator.machinery.yaml import YAMLError, compact_json, dump, dump_json, dump_kyaml, load, load_all


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("yes", True),
        ("y", True),
        ("on", True),
        ("Off", False),
        ("~", None),
        ("", None),
        ("017", 15),
        ("0o17", 15),
        ("0x1F", 31),
        ("0b11", 3),
        ("1_000", 1000),
        ("09", 9),
        ("1e3", 1000),
        (".5", 0.5),
        ("1.50", 1.5),
        ("+5", 5),
        ("9223372036854775807", 9223372036854775807),
        ("123456789012345678901234567890", 1.2345678901234568e29),
        ("2024-01-01", "2024-01-01"),
        ("1:30", "1:30"),
        ("!!str 5", "5"),
        ('!!int "5"', 5),
        ("!!binary aGk=", "hi"),
        ("!foo bar", "bar"),
        ("<<", "<<"),
    ],
)
def test_scalars_mean_what_go_yaml_takes_them_for(text: str, value: Any) -> None:
    found = load(f"a: {text}")["a"]
    assert (found, type(found)) == (value, type(value))


def test_keys_become_text_as_in_json() -> None:
    assert load("1: a\ntrue: b\n1.5: c\n") == {"1": "a", "true": "b", "1.5": "c"}


def test_merge_keys_and_anchors() -> None:
    assert load("base: &b {p: 1, q: 2}\nuse: {<<: *b, q: 3}\n")["use"] == {"p": 1, "q": 3}


def test_an_alias_is_a_copy_of_its_own() -> None:
    value = load("a: &a {x: [1]}\nb: *a\n")
    value["b"]["x"].append(2)
    assert value["a"] == {"x": [1]}


HEAD = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\n"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("spec:\n  a: 1\n   b: 2\n", "line 6: mapping values are not allowed in this context"),
        ("spec:\n  a: 1\n b: 2\n", "line 5: did not find expected key"),
        ("spec: @a\n", "line 4: found character that cannot start any token"),
        ("spec:\n  a: 1\n\tb: 1\n", "line 6: found a tab character that violates indentation"),
        ("spec\nfoo: bar\n", "line 5: could not find expected ':'"),
        ('spec: "a\\qb"\n', "line 4: found unknown escape character"),
        ("spec: {a: 1\n", "line 4: did not find expected ',' or '}'"),
        ('spec: "abc\n', "line 5: found unexpected end of stream"),
        ('spec: "a\x01b"\n', "control characters are not allowed"),
        ("spec: *nope\n", "unknown anchor 'nope' referenced"),
        ("spec: &a [*a]\n", "anchor 'a' value contains itself"),
        ("spec: {<<: 5}\n", "map merge requires map or sequence of maps as the value"),
        ("spec: {? [a] : b}\n", 'invalid map key: []interface {}{"a"}'),
    ],
)
def test_mistakes_are_worded_and_placed_as_kubectl_does(text: str, message: str) -> None:
    with pytest.raises(YAMLError) as caught:
        load(HEAD + text)
    assert str(caught.value) == f"error converting YAML to JSON: yaml: {message}"


def test_what_json_cannot_hold() -> None:
    with pytest.raises(YAMLError, match=r"^error converting YAML to JSON: json: unsupported value: \+Inf$"):
        load("a: .inf")


def test_a_key_that_stands_twice() -> None:
    assert load("a: 1\na: 2\n") == {"a": 2}
    with pytest.raises(YAMLError, match='yaml: unmarshal errors:\n  line 2: key "a" already set in map'):
        load("a: 1\na: 2\n", unique=True)


def test_documents_before_a_mistake_are_read() -> None:
    documents = load_all("a: 1\n---\n# nothing\n---\nb: [\n")
    assert next(documents) == {"a": 1}
    assert next(documents) is None
    with pytest.raises(YAMLError, match="line 1: did not find expected node content"):
        next(documents)
    with pytest.raises(YAMLError, match=r"^invalid Yaml document separator: foo$"):
        list(load_all("---foo\na: b\n"))


def test_aliases_and_depth_are_bounded() -> None:
    laughs = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n" + "".join(
        f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 12)
    )
    with pytest.raises(YAMLError, match="document contains excessive aliasing"):
        load(laughs)
    with pytest.raises(YAMLError, match="exceeded max depth"):
        load("[" * 5000 + "]" * 5000)


VALUES = {
    "plain": "nginx:1.27",
    "number": "1",
    "exponent": "1e3",
    "word": "yes",
    "date": "2024-01-01",
    "clock": "1:30",
    "empty": "",
    "space": " x ",
    "colon": "a: b",
    "quote": "it's",
    "lines": "a\nb\n",
    "no newline": "a\nb",
    "control": "a\x01b",
    "none": None,
    "list": [{"b": 1, "a": [1.5, True]}],
    "nothing": [],
    "a10": {},
    "a9": 1e21,
}

YAML = """\
a9: 1e+21
a10: {}
clock: "1:30"
colon: 'a: b'
control: "a\\x01b"
date: "2024-01-01"
empty: ""
exponent: "1e3"
lines: |
  a
  b
list:
- a:
  - 1.5
  - true
  b: 1
no newline: |-
  a
  b
none: null
nothing: []
number: "1"
plain: nginx:1.27
quote: it's
space: ' x '
word: "yes"
"""

KYAML = """\
---
{
  a10: {},
  a9: 1e+21,
  clock: "1:30",
  colon: "a: b",
  control: "a\\x01b",
  date: "2024-01-01",
  empty: "",
  exponent: "1e3",
  lines: "\\
     a\\n\\
     b\\n\\
    ",
  list: [{
    a: [
      1.5,
      true,
    ],
    b: 1,
  }],
  "no newline": "\\
     a\\n\\
     b\\
    ",
  none: null,
  nothing: [],
  number: "1",
  plain: "nginx:1.27",
  quote: "it's",
  space: " x ",
  word: "yes",
}
"""


def test_yaml_and_kyaml_as_kubectl_prints_them() -> None:
    assert dump(VALUES) == YAML
    assert dump_kyaml(VALUES) == KYAML
    assert load(YAML) == VALUES


def test_long_text_is_folded() -> None:
    assert dump({"a": "word " * 20 + "end"}) == "a: " + "word " * 15 + "word\n  word word word word end\n"


def test_json_as_kubectl_prints_it() -> None:
    value = {"b": "<a> & b", "a": [1.0, 1e21, 2.5e-8, {}], "c": []}
    assert dump_json(value) == (
        '{\n    "a": [\n        1,\n        1e+21,\n        2.5e-8,\n        {}\n    ],\n'
        '    "b": "\\u003ca\\u003e \\u0026 b",\n    "c": []\n}'
    )
    assert compact_json(value) == '{"a":[1,1e+21,2.5e-8,{}],"b":"\\u003ca\\u003e \\u0026 b","c":[]}'
