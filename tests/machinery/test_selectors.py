"""Label selectors and field selectors, in text and as objects."""

import pytest

from simulator.machinery import fieldselectors
from simulator.machinery.selectors import EVERYTHING, NOTHING, SelectorError, formatted, from_labels, from_object, parse

LABELS = {"app": "web", "tier": "front", "rank": "7"}
NAME_WORDS = (
    "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character "
    "(e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')"
)


@pytest.mark.parametrize(
    ("text", "matches"),
    [
        ("", True),
        ("app=web", True),
        ("app==web,tier=front", True),
        ("app=api", False),
        ("app!=api", True),
        ("other!=api", True),
        ("app in (api, web)", True),
        ("app notin (api,web)", False),
        ("other notin (api)", True),
        ("app", True),
        ("!app", False),
        ("!other", True),
        ("other", False),
        ("rank>6,rank<8", True),
        ("rank>7", False),
        ("app>1", False),
        ("other=", False),
    ],
)
def test_what_a_selector_matches(text: str, matches: bool) -> None:
    assert parse(text).matches(LABELS) is matches


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("b=1,a=2", "a=2,b=1"),
        ("x in (foo,,baz),y,z notin ()", "x in (,baz,foo),y,z notin ()"),
        ("in in (in)", "in in (in)"),
        ("a == b", "a==b"),
        ("!gone , old!=1", "!gone,old!=1"),
    ],
)
def test_written_sorted(text: str, written: str) -> None:
    assert str(parse(text)) == written


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("a,", "found '', expected: identifier after ','"),
        ("=a", "found '=', expected: !, identifier, or 'end of string'"),
        ("a=b=c", "found '=', expected: ',' or 'end of string'"),
        ("a b", "unable to parse requirement: found 'b', expected: in, notin, =, ==, !=, gt, lt"),
        ("a in b", "unable to parse requirement: found 'b' expected: '('"),
        ("a in (b c)", "unable to parse requirement: found 'c', expected: ',' or ')'"),
        ("a=>b", "unable to parse requirement: found '>', expected: identifier"),
        (
            "a>x",
            "unable to parse requirement: values[0]: Invalid value: \"x\": for 'Gt', 'Lt' operators, the value must be an integer",
        ),
        (
            "a=" + "b" * 64,
            f'unable to parse requirement: values[0][a]: Invalid value: "{"b" * 64}": must be no more than 63 bytes',
        ),
        ("-a=b", f'unable to parse requirement: <nil>: Invalid value: "-a": name part {NAME_WORDS}'),
    ],
)
def test_misspelt(text: str, error: str) -> None:
    with pytest.raises(SelectorError) as raised:
        parse(text)
    assert str(raised.value) == error


def test_objects() -> None:
    selector = {
        "matchLabels": {"app": "web"},
        "matchExpressions": [
            {"key": "tier", "operator": "In", "values": ["front", "back"]},
            {"key": "old", "operator": "DoesNotExist"},
        ],
    }
    assert from_object(selector).matches(LABELS)
    assert not from_object(selector).matches({**LABELS, "old": ""})
    assert formatted(selector) == "app=web,!old,tier in (back,front)"
    assert formatted({}) == formatted(None) == "<none>"
    assert formatted({"matchExpressions": [{"key": "a", "operator": "Is"}]}) == "<error>"


def test_absent_selects_nothing_and_empty_selects_everything() -> None:
    assert from_object(None) is NOTHING
    assert not NOTHING.matches(LABELS)
    assert not NOTHING.is_empty
    assert from_object({}).is_empty
    assert EVERYTHING.matches({})
    assert from_labels({"app": "web"}).matches(LABELS)
    assert parse("app=web,tier").exact_value("app") == "web"


def test_field_selectors() -> None:
    selector = fieldselectors.parse("status.phase!=Running,metadata.name==web")
    assert str(selector) == "metadata.name=web,status.phase!=Running"
    assert selector.matches({"metadata.name": "web", "status.phase": "Pending"})
    assert not selector.matches({"metadata.name": "web", "status.phase": "Running"})
    assert selector.exact_value("metadata.name") == "web"
    assert fieldselectors.parse("a=x\\,y\\=z").terms[0].value == "x,y=z"
    assert str(fieldselectors.parse("a=x\\,y")) == "a=x\\,y"


@pytest.mark.parametrize(
    ("text", "supported", "error"),
    [
        ("spec.foo=1", ("metadata.name", "spec.nodeName"), "field label not supported: spec.foo"),
        (
            "spec.foo=1",
            ("metadata.name", "metadata.namespace"),
            '"spec.foo" is not a known field selector: only "metadata.name", "metadata.namespace"',
        ),
        ("nonsense", (), "invalid selector: 'nonsense'; can't understand 'nonsense'"),
        ("a=b=c", (), "invalid field selector: unescaped character in value: 61"),
        ("a=b\\c", (), "invalid field selector: invalid escape sequence: \\c"),
    ],
)
def test_fields_that_cannot_be_selected_by(text: str, supported: tuple[str, ...], error: str) -> None:
    with pytest.raises(SelectorError) as raised:
        fieldselectors.parse(text).check(supported)
    assert str(raised.value) == error
