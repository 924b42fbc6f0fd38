"""Resource quantities: reading, writing, adding, comparing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.machinery.quantities import Format, Quantity, QuantityError, canonical, milli, parse, value
from tests.fidelity import quantities


def test_all_of_upstreams_table() -> None:
    if not quantities.CASES.exists():
        pytest.skip("the conformance cases are not here")
    result = quantities.run()
    assert (result.differences, result.equal) == ([], result.total)


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("0", "0"),
        ("1000m", "1"),
        ("1.5", "1500m"),
        ("0.5", "500m"),
        ("1.5Gi", "1536Mi"),
        ("2048Ki", "2Mi"),
        ("1024", "1024"),
        ("1024Mi", "1Gi"),
        ("0.5Mi", "512Ki"),
        ("129e6", "129e6"),
        ("12e4", "120e3"),
        ("0.1m", "100u"),
        ("0.0000000001", "1n"),
        ("100000000", "100M"),
        ("16Ei", "9223372036854775807"),
        ("-1500m", "-1500m"),
        (2, "2"),
        (0.25, "250m"),
    ],
)
def test_written_in_canonical_form(text: str | int | float, written: str) -> None:
    assert str(parse(text)) == written


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("", "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"),
        ("lots", "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"),
        ("10GB", "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"),
        ("10Mx", "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"),
        ("10mi", "unable to parse quantity's suffix"),
        ("10MM", "unable to parse quantity's suffix"),
        ("9" * 5000, "unable to parse numeric part of quantity"),
    ],
)
def test_refused_in_upstreams_words(text: str, error: str) -> None:
    with pytest.raises(QuantityError) as raised:
        parse(text)
    assert str(raised.value) == error


def test_arithmetic_keeps_the_form_of_the_first_that_is_not_zero() -> None:
    assert str(parse("1Gi") + parse("1Gi")) == "2Gi"
    assert str(parse("0") + parse("512Mi")) == "512Mi"
    assert str(parse("1") - parse("250m")) == "750m"
    assert str(-parse("1Ki")) == "-1Ki"
    assert str(parse("250m") * 4) == "1"
    assert parse("1Ki") > parse("1k")
    assert parse("1000m") == parse("1")
    assert not parse("0m")


def test_whole_numbers_are_rounded_away_from_zero() -> None:
    assert milli("1.0001") == 1001
    assert milli("100m") == 100
    assert value("1500m") == 2
    assert value("-1500m") == -2
    assert value("64Mi") == 64 * 1024 * 1024


@given(st.integers(-(10**24), 10**24), st.sampled_from(list(Format)))
def test_what_is_written_reads_as_the_same_amount(nanos: int, form: Format) -> None:
    written = str(Quantity(nanos, form))
    again = parse(written)
    if form is not Format.BINARY_SI or abs(nanos) < (1 << 63) * 10**9:
        assert again.nanos == nanos
    assert str(again) == written
    assert canonical(again.nanos, again.format) == written
