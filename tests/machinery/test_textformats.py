"""Formats of text in schemas: what fits and what does not."""

import pytest

from simulator.machinery.textformats import FORMATS, check_of, is_known

CASES: dict[str, tuple[list[str], list[str]]] = {
    "bsonobjectid": (["507f1f77bcf86cd799439011"], ["507f1f77bcf86cd79943901"]),
    "byte": (["YQ==", "YWI=", "YWJj"], ["YQ", "", "a_b="]),
    "cidr": (["10.0.0.0/8", "2001:db8::/128"], ["10.0.0.0/33", "10.0.0.0", "10.0.0.0/255.0.0.0", "x/8"]),
    "creditcard": (["4111 1111 1111 1111"], ["4111111111111112", "1"]),
    "date": (["2020-02-29"], ["2020-02-30", "2020-2-1", "20200229"]),
    "date-time": (["2014-12-15T19:30:20.000Z", "2014-12-15t19:30:20+09:00"], ["2014-12-15", "2014-12-15T24:00:00Z"]),
    "duration": (["1h30m", "22 ns", "1 week 2 days", "-5s"], ["", "5", "5 parsecs", "a day"]),
    "email": (["a@b", "Ann <ann@example.com>", '"a b"@c.d'], ["a", "a@", "@b", "a@b@c", "a b@c"]),
    "hexcolor": (["#FFF", "a0b1c2"], ["#FF", "#GGG"]),
    "hostname": (["a", "a.com", "1.a-b.example", "a-b"], ["", "-a", "a_b", "a..b", "a.b", "a" * 64, "ab-c"]),
    "ipv4": (["1.2.3.4"], ["1.2.3", "01.2.3.4", "::1"]),
    "ipv6": (["::1", "fe80::1"], ["1.2.3.4", "fe80::1%eth0", ":"]),
    "isbn": (["0321751043", "978-0321751041"], ["0321751044", "978-0321751042", "1"]),
    "k8s-long-name": (["a.b-c"], ["A.b", "a..b"]),
    "k8s-short-name": (["a-b"], ["a.b", "A", "-a"]),
    "mac": (["01:02:03:04:05:06", "01-02-03-04-05-0a", "0102.0304.050a"], ["01:02", "01:02:03:04:05:0g"]),
    "password": (["", "anything"], []),
    "quantity": (["10Gi", "100m"], ["x", "1 Gi"]),
    "rgbcolor": (["rgb(1,2,3)", "rgb( 255, 0, 9 )"], ["rgb(256,1,1)", "rgb(1,2)"]),
    "ssn": (["123-45-6789", "123456789"], ["123-456-789"]),
    "uri": (["http://a/b?c", "/x", "mailto:a@b"], ["x", "", "http://a:b/", "http://a b/", "/%zz"]),
    "uuid": (["123e4567-e89b-12d3-a456-426614174000", "123E4567E89B12D3A456426614174000"], ["123e4567"]),
    "uuid3": (["a3bb189e-8bf9-3888-9912-ace4e6543002"], ["a3bb189e-8bf9-4888-9912-ace4e6543002"]),
    "uuid4": (["a3bb189e-8bf9-4888-9912-ace4e6543002"], ["a3bb189e-8bf9-4888-7912-ace4e6543002"]),
    "uuid5": (["a3bb189e-8bf9-5888-9912-ace4e6543002"], ["a3bb189e-8bf9-3888-9912-ace4e6543002"]),
}


@pytest.mark.parametrize("form", CASES)
def test_format(form: str) -> None:
    check, (good, bad) = check_of(form), CASES[form]
    assert check is not None
    assert ([text for text in good if not check(text)], [text for text in bad if check(text)]) == ([], [])


def test_every_format_is_tried() -> None:
    assert {form.replace("-", "") for form in CASES} == set(FORMATS) - {"isbn10", "isbn13"}


def test_formats_that_mean_nothing() -> None:
    assert [is_known(kind, form) for kind, form in (("string", "x"), ("integer", "int32"), ("boolean", "date"))] == [
        False, True, False,
    ]  # fmt: skip
