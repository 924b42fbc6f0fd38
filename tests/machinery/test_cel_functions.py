"""Every function that an expression may call in Kubernetes, as the published tables have them: each line is true.

Upstream: https://kubernetes.io/docs/reference/using-api/cel, apiserver/pkg/cel/library
"""

import re

import pytest

from simulator.machinery.cel import CELError, compile
from simulator.machinery.cel.admission import Environment
from simulator.machinery.cel.language import of_stored, of_written

TRUE = r"""
[1,2,3].isSorted()
["a","b"].indexOf("b") == 1
[1.0,2.0].sum() == 3.0
[duration('1m'), duration('2m')].sum() == duration('3m')
"abc 123".find('[0-9]+') == '123'
"1, 2, 3, 4".findAll('[0-9]+').map(x, int(x)).sum() == 10
url('https://example.com:80/').getHost() == 'example.com:80'
url('https://example.com/path with spaces/').getEscapedPath() == '/path%20with%20spaces/'
url('https://example.com:80/?k1=a&k2=b').getQuery() == {'k1': ['a'], 'k2': ['b']}
url('https://example.com/?k=a b').getQuery()['k'] == ['a b']
quantity("500000G").isInteger()
quantity("50k").asInteger() == 50000
quantity("9999999999999999999999999999999999999G").asApproximateFloat() > 1.0
quantity("50k").add(20) == quantity("50020")
quantity("50k").sub(20000) == quantity("30k")
quantity("50k").sub(quantity("20k")) == quantity("30k")
quantity("150Mi").isGreaterThan(quantity("100Mi"))
quantity("50M").isLessThan(quantity("100M"))
quantity("50M").compareTo(quantity("50Mi")) == -1
isQuantity("1.3G")
!isQuantity("200K")
quantity("200k").asInteger() + 1 == 200001
sign(quantity("-5")) == -1
cidr('192.0.0.0/24').containsIP(ip('192.0.0.1'))
cidr('192.0.0.0/24').containsIP('192.0.0.1')
cidr('192.168.0.0/16').containsCIDR(cidr('192.168.10.0/24'))
cidr('192.168.0.0/16').containsCIDR('192.168.10.0/24')
cidr('192.168.0.1/24').ip() == ip('192.168.0.1')
cidr('192.168.0.1/24').masked() == cidr('192.168.0.0/24')
cidr('::1/128').prefixLength() == 128
string(cidr('192.168.0.1/24')) == '192.168.0.1/24'
ip('::1').isLoopback()
ip('fe80::1').isLinkLocalUnicast()
ip('192.168.0.1').isGlobalUnicast()
ip.isCanonical('127.0.0.1')
!ip.isCanonical('2001:DB8::ABCD')
ip('127.0.0.1').family() == 4
type(ip('127.0.0.1')) == net.IP
type(cidr('127.0.0.1/8')) == net.CIDR
isIP('::ffff:1.2.3.4') == false
!format.dns1123Label().validate("my-label-name").hasValue()
format.dns1123Label().validate("contains a space").value().size() > 0
format.named('dns1123Label').hasValue()
!format.named('nope').hasValue()
format.qualifiedName().validate('a/b/c').hasValue()
!format.uuid().validate("123e4567-e89b-12d3-a456-426614174000").hasValue()
!format.byte().validate("aGVsbG8=").hasValue()
!format.date().validate("2021-01-01").hasValue()
!format.datetime().validate("2021-01-01T00:00:00Z").hasValue()
!format.uri().validate("http://example.com").hasValue()
semver('1.0.0').isLessThan(semver('1.2.3'))
semver('v1.0', true).major() == 1
isSemver('1.0.0')
isSemver('v1.0', true)
!isSemver('v1.0')
semver('0.1.0-rc.1').compareTo(semver('0.1.0')) == -1
sets.contains([1, 2, 3], [2])
sets.equivalent([1, 2], [2, 1, 1])
sets.intersects([1], [1, 2])
optional.of(1).hasValue()
optional.none().orValue(3) == 3
{'a': 1}.?a.value() == 1
{'a': {'b': 2}}.?a.?b.orValue(0) == 2
[1, 2][?5].orValue(9) == 9
optional.of(2).optMap(x, x * 2).value() == 4
optional.of(2).optFlatMap(x, optional.of(x + 1)).value() == 3
[?optional.of(1), ?optional.none(), 2] == [1, 2]
{?'a': optional.none(), 'b': 2} == {'b': 2}
optional.ofNonZeroValue('').hasValue() == false
optional.unwrap([optional.of(1), optional.none(), optional.of(3)]) == [1, 3]
[optional.of(1), optional.none()].unwrapOpt() == [1]
[1, 2, 3].first().value() == 1
[1, 2, 3].last().value() == 3
![].first().hasValue()
[1, 2].all(i, v, i < v)
{'a': 1}.exists(k, v, k == 'a' && v == 1)
{'a': 1, 'b': 2}.existsOne(k, v, v == 2)
[1, 2].transformList(i, v, i * v) == [0, 2]
[1, 2].transformList(i, v, i > 0, v) == [2]
{'a': 1}.transformMap(k, v, v + 1) == {'a': 2}
{'a': 1}.transformMapEntry(k, v, {v: k}) == {1: 'a'}
[1, 2].transformMap(i, v, v * 10) == {0: 10, 1: 20}
[1,2].exists_one(x, x == 1)
[1,2].existsOne(x, x == 1)
'hello'.charAt(1) == 'e'
'hello hello'.lastIndexOf('hello') == 6
'a-b-c'.split('-', 2) == ['a', 'b-c']
['a', 'b'].join('-') == 'a-b'
'%s is %d years and %.2f and %e %x %o %b %X'.format(['a', 3, 1.0, 1.5, 255, 8, 5, 'hi']) != ''
'%s'.format([[1, {'a': true}]]) == '[1, {a: true}]'
strings.quote('a"b') == '"a\\"b"'
'tacocat'.substring(4, 7) == 'cat'
'  trim  '.trim() == 'trim'
'hello'.replace('l', 'L', 1) == 'heLlo'
timestamp('2000-01-01T00:00:00Z').getFullYear() == 2000
timestamp('2000-01-01T00:00:00Z') + duration('1h') == timestamp('2000-01-01T01:00:00Z')
duration('3600s').getHours() == 1
timestamp('2000-01-01T00:00:00Z').getDayOfWeek('Asia/Seoul') == 6
int(timestamp(0)) == 0
1 < 1.5
2u > 1
dyn(1) == 1u
type(1) == int
b'abc' == bytes('abc')
size(b'\xff') == 1
'\u00e9'.size() == 1
[1, 2, 3].filter(x, x > 1).map(y, y * 2) == [4, 6]
[1, 2, 3].map(x, x > 1, x * 2) == [4, 6]
has({'a': 1}.a)
"hello".matches('^h.*o$')
[3, 1, 2].sort() == [1, 2, 3]
["b", "c", "a"].sort() == ["a", "b", "c"]
[{'n': 'foo', 's': 'b'}, {'n': 'bar', 's': 'a'}].sortBy(e, e.s).map(e, e.n) == ['bar', 'foo']
[[1], [2]].flatten() == [1, 2]
[dyn(1), dyn([2, 3])].flatten(2) == [1, 2, 3]
[1, 2, 2, 3, 3, 3].distinct() == [1, 2, 3]
["b", "b", "c", "a", "c"].distinct() == ["b", "c", "a"]
lists.range(5) == [0, 1, 2, 3, 4]
[5, 3, 1, 2].reverse() == [2, 1, 3, 5]
[1, 2, 3, 4].slice(1, 3) == [2, 3]
"""
FAILING = [
    ("[1, 2].slice(2, 1)", "cannot slice(2, 1), start index must be less than or equal to end index"),
    ("[1, 2].slice(0, 5)", "cannot slice(0, 5), list is length 2"),
    ("[[1], [2]].flatten(-1)", "level must be non-negative"),
    ("lists.range(-1)", "lists.range: size must be non-negative, got -1"),
    ("[dyn(1), dyn('b')].sort()", "list elements must have the same type"),
]
UNKNOWN = """
jsonpatch.escapeKey('k8s.io/my~label')
cel.bind(x, 3, x * x)
'abc'.reverse()
math.greatest(1, 2)
[1, "b"].sort()
quantity("50k").add("20k")
1 == 1.0
"""
"""What other users of the language have, and Kubernetes has not."""


@pytest.mark.parametrize("text", TRUE.strip().splitlines())
def test_what_is_documented(text: str) -> None:
    assert compile(text, {}).evaluate({}) is True


def test_keys_of_patches_are_escaped_where_patches_are_built() -> None:
    program = Environment(builds_objects=True).compile("jsonpatch.escapeKey('k8s.io/my~label')")
    assert program.evaluate({}) == "k8s.io~1my~0label"


@pytest.mark.parametrize("text", UNKNOWN.strip().splitlines())
def test_what_is_not(text: str) -> None:
    with pytest.raises(CELError):
        compile(text, {})


@pytest.mark.parametrize(("text", "message"), FAILING)
def test_what_fails(text: str, message: str) -> None:
    with pytest.raises(CELError, match=re.escape(message)):
        compile(text, {}).evaluate({})


LATER = [
    (31, "format.dns1123Label().validate('a').hasValue() == false", "undeclared reference to 'format'"),
    (32, "{'a': 1}.all(k, v, k == 'a' && v == 1)", "undeclared reference to 'all'"),
    (32, "{'a': 1}.transformMap(k, v, v + 1) == {'a': 2}", "undeclared reference to 'transformMap'"),
    (32, "[0, 2].exists(i, v, i == v)", "undeclared reference to 'exists'"),
    (33, "isSemver('1.2.3')", "undeclared reference to 'isSemver'"),
    (33, "semver('1.2.3').major() == 1", "undeclared reference to 'semver'"),
    (34, "[1].distinct() == [1]", "undeclared reference to 'distinct'"),
    (34, "[2, 1].sortBy(e, e) == [1, 2]", "undeclared reference to 'sortBy'"),
    (34, "lists.range(1) == [0]", "undeclared reference to 'lists'"),
    (0, "sets.contains([1], [1]) && ip('::1').isLoopback() && quantity('1k').isInteger()", ""),
]
"""Which minor release brought what. Upstream: apiserver/pkg/cel/environment/base.go"""


@pytest.mark.parametrize(("since", "text", "message"), LATER)
def test_a_release_knows_what_came_before_it(since: int, text: str, message: str) -> None:
    assert compile(text, {}, language=of_stored(max(since, 31))).evaluate({}) is True
    if since > 0:
        with pytest.raises(CELError, match=re.escape(message)):
            compile(text, {}, language=of_stored(since - 1))


def test_what_is_in_use_may_be_newer_than_what_is_written() -> None:
    text = "isSemver('1.2.3')"
    policy = {"spec": {"validations": [{"expression": f" {text}\n"}]}}
    assert compile(text, {}, language=of_written(33, policy)).evaluate({}) is True
    with pytest.raises(CELError, match="undeclared reference to 'isSemver'"):
        compile(text, {}, language=of_written(33))
    assert compile(text, {}, language=of_written(34)).evaluate({}) is True
