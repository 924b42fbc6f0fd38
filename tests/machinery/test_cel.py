"""Expressions: what they come to, what does not fit, and what is too dear."""

from typing import Any

import pytest

from simulator.machinery.cel import CELError, CostExceeded, compile
from simulator.machinery.cel.schemas import describe
from simulator.machinery.cel.types import DYN, INT, STRING, list_of, object_type

VARIABLES = {
    "self": DYN,
    "s": STRING,
    "n": INT,
    "l": list_of(INT),
    "o": object_type("thing", {"a": INT, "b__dash__c": STRING, "__namespace__": STRING}),
}
VALUES: dict[str, Any] = {
    "self": {
        "a": 1,
        "l": [3, 1, 2],
        "m": {"z": 1, "a": 2, "k": 3},
        "t": "2026-01-02T03:04:05Z",
        "q": "1500m",
        "half": "\ud800",
    },
    "s": "hello world",
    "n": 7,
    "l": [1, 2, 3],
    "o": {"a": 1, "b-c": "x", "namespace": "default"},
}


def evaluated(text: str) -> Any:
    return compile(text, VARIABLES).evaluate(VALUES)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("self.a + 1", 2),
        ("n / 2 == 3 && n % 2 == 1 && -n / 2 == -3", True),
        ("has(self.a) && !has(self.b)", True),
        ("self.?b.orValue(5) + self.?a.orValue(5)", 6),
        ("self.?b.c.hasValue()", False),
        ("self[?'a'].optMap(v, v + 1).orValue(0)", 2),
        ("{?'b': self.?b, 'a': self.a}", {"a": 1}),
        ("o.b__dash__c + o.__namespace__", "xdefault"),
        ("self.missing || true", True),
        ("false && self.missing", False),
        ("self.l.exists(x, x.y == 1 || x == 3)", True),
        ("self.l.all(x, x < 3)", False),
        ("l.map(x, x > 1, x * x)", [4, 9]),
        ("l.filter(x, x != 2).size()", 2),
        ("l.exists_one(x, x == 2)", True),
        ("self.m.map(k, k)", ["a", "k", "z"]),
        ("self.m.transformMap(k, v, k != 'k', v * 2)", {"z": 2, "a": 4}),
        ("l.transformList(i, v, i + v)", [1, 3, 5]),
        ("l.all(i, v, v == i + 1)", True),
        ("l.sum() + self.l.max() - l.min()", 8),
        ("l.isSorted() && !self.l.isSorted()", True),
        ("[1, 2, 2].indexOf(2) + [1, 2, 2].lastIndexOf(2)", 3),
        ("sets.intersects(l, [3, 9]) && sets.contains(l, [1]) && sets.equivalent([1, 1], [1])", True),
        ("s.split(' ').map(w, w.upperAscii()).join('-')", "HELLO-WORLD"),
        ("s.replace('l', 'L', 2).substring(0, 5)", "heLLo"),
        ("s.find('w.*d') + s.findAll('o').join('')", "worldoo"),
        ("s.matches('^h[a-z]+ w')", True),
        ("'%s has %d, %.1f'.format([s, n, 1.25])", "hello world has 7, 1.2"),
        ("type(self.a) == int && type(self.l) == list && type(s) == string", True),
        ("string(n) + string(true) + string(2.5)", "7true2.5"),
        ("int('12') + int(3.9)", 15),
        ("timestamp(self.t).getHours() + timestamp(self.t).getFullYear('UTC')", 2029),
        ("timestamp('2026-01-02T00:00:00Z') - timestamp('2026-01-01T00:00:00Z') == duration('24h')", True),
        ("quantity(self.q).isLessThan(quantity('2')) && quantity('1Ki').asInteger() == 1024", True),
        ("quantity('50k').add(20).sub(quantity('100k')).sub(-50000) == quantity('20')", True),
        ("cidr('10.0.0.0/8').containsIP('10.1.2.3') && !isIP('10.1.2.300')", True),
        ("ip('::1').isLoopback() && ip('10.0.0.1').family() == 4", True),
        ("url('https://me@example.com:80/a b?k=1&k=2').getHostname()", "example.com"),
        ("url('https://example.com/p?k=1&k=2').getQuery()", {"k": ["1", "2"]}),
        ("isURL('/path') && !isURL('../path')", True),
        ("semver('1.2.3').isLessThan(semver('v1.10', true)) && !isSemver('1.2')", True),
        ("format.dns1123Label().validate('my-name').hasValue()", False),
        ("optional.none().or(optional.of(4)).value()", 4),
        ("1 == 1 ? 'yes' : 'no'", "yes"),
        ("b'abc' == bytes('abc')", True),
        ("dyn(1) == 1.0", True),
        ("timestamp(self.t).getHours('-08:30')", 18),
        ("isCIDR('10.0.0.0/²')", False),
        ("quantity('1e400').asApproximateFloat() > double('1e300')", True),
        ("'a' in self && !('b' in self) && 2 in l", True),
    ],
)
def test_values(text: str, value: Any) -> None:
    assert evaluated(text) == value


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("self.b", "no such key: b"),
        ("self.l[3]", "index out of bounds: 3"),
        ("self.a + 'x'", "no such overload: _+_(int, string)"),
        ("1 / 0", "division by zero"),
        ("9223372036854775807 + n", "integer overflow"),
        ("dyn('x') ? 1 : 2", "no such overload"),
        ("optional.none().value()", "optional.none() dereference"),
        ("quantity('200K')", "unable to parse quantity's suffix"),
        ("[].min() == 1", "min called on empty list"),
        ("{dyn([1]): 2}", "unsupported key type: list"),
        ("double('1_0')", 'strconv.ParseFloat: parsing "1_0": invalid syntax'),
        ("timestamp(self.t).getHours('99:00')", "unknown time zone 99:00"),
        ("timestamp(self.t).getHours('²:00')", 'strconv.Atoi: parsing "²": invalid syntax'),
        ("timestamp('9999-12-31T23:59:59Z').getHours('+10:00')", "timestamp overflow"),
        ("bytes(self.half)", "invalid UTF-8 in string"),
    ],
)
def test_failures(text: str, message: str) -> None:
    with pytest.raises(CELError) as caught:
        evaluated(text)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("nope", "ERROR: <input>:1:1: undeclared reference to 'nope' (in container '')\n | nope\n | ^"),
        ("o.z", "ERROR: <input>:1:2: undefined field 'z'\n | o.z\n | .^"),
        ("has(o.z)", "ERROR: <input>:1:4: undefined field 'z'\n | has(o.z)\n | ...^"),
        ("n.z", "ERROR: <input>:1:2: type 'int' does not support field selection\n | n.z\n | .^"),
        ("1 + 'a'", "ERROR: <input>:1:3: found no matching overload for '_+_' applied to '(int, string)'"),
        ("s.startsWith(1)", "found no matching overload for 'startsWith' applied to 'string.(int)'"),
        ("[1, 'a']", "ERROR: <input>:1:5: expected type 'int' but found 'string'"),
        ("n.all(x, x)", "expression of type 'int' cannot be range of a comprehension (must be list, map, or dynamic)"),
        ("['a'].sum()", "found no matching overload for 'sum' applied to 'list(string).()'"),
        ("s.matches('(')", "ERROR: <input>:1:11: invalid matches argument"),
        ("'%s %%'.format([1, 'a'])", "too many arguments supplied to string.format (expected 1, got 2)"),
        ("'%s %d'.format([1])", "index 1 out of range"),
        ("duration('soon')", "ERROR: <input>:1:10: invalid duration argument"),
        ("l.all(", "Syntax error: mismatched input '<EOF>' expecting {'[', '{', '(', ')', '.', '-', '!', 'true', "),
        ("Object{a: 1}", "undeclared reference to 'Object' (in container '')"),
    ],
)
def test_what_does_not_compile(text: str, message: str) -> None:
    with pytest.raises(CELError) as caught:
        compile(text, VARIABLES)
    assert message in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        "(" * 5000,
        "[" * 200 + "]" * 200,
        "!" * 20_000 + "true",
        "a" + ".b" * 5000,
        "1" + "+1" * 5000,
        "x" * 100_000,
    ],
)
def test_texts_that_nobody_would_write(text: str) -> None:
    with pytest.raises(CELError):
        compile(text, VARIABLES).evaluate(VALUES)


DOUBLED = "[[1, 1]]" + ".map(a, [a, a])" * 25
"""A small value that is huge when it is written out."""


@pytest.mark.parametrize(
    "text",
    [
        "big.all(a, big.all(b, big.all(c, true)))",
        "big.map(a, big.map(b, big))",
        "text.replace('a', text)",
        "big.map(x, text + text).size() > 0",
        "big.all(x, [deep] == [deep])",
        "big.all(x, deep in [{}, deep])",
        "big.all(x, big.indexOf(-1) < 0)",
        f"{DOUBLED} == {DOUBLED}",
        f"'%s'.format([{DOUBLED}]) == ''",
        DOUBLED,
    ],
)
def test_what_costs_too_much(text: str) -> None:
    values = {"big": list(range(1000)), "text": "a" * 100_000, "deep": {str(key): {"a": [key]} for key in range(1000)}}
    with pytest.raises(CostExceeded, match="actual cost limit exceeded"):
        compile(text, {"big": list_of(INT), "text": STRING, "deep": DYN}).evaluate(values)


def test_values_take_the_shape_of_their_schema() -> None:
    schema = {
        "type": "object",
        "properties": {
            "at": {"type": "string", "format": "date-time"},
            "for": {"type": "string", "format": "duration"},
            "share": {"type": "number"},
            "tags": {"type": "array", "x-kubernetes-list-type": "set", "items": {"type": "string"}},
            "port": {"x-kubernetes-int-or-string": True},
        },
    }
    described = describe(schema, "self")
    assert described is not None
    value = {"at": "2026-01-01T00:00:00Z", "for": "90s", "share": 1, "tags": ["a", "b"], "port": "http"}
    variables = {"self": described.type}
    for text in (
        "self.at < timestamp('2026-01-02T00:00:00Z')",
        "self.__for__ > duration('1m') && self.share + 0.5 == 1.5",
        "self.tags == ['b', 'a'] && (self.tags + ['a', 'c']).size() == 3",
        "type(self.port) == string",
    ):
        assert compile(text, variables).evaluate({"self": described.shaped(value)}) is True, text
