"""The command line is read, and complained about, as pflag and cobra do."""

import re

import pytest

from simulator.kubectl.flags import Flag, FlagError, Parser

FLAGS = (
    Flag("all", False, "", short="A"),
    Flag("output", "", "", short="o"),
    Flag("replicas", 1, ""),
    Flag("timeout", "30s", "", kind="duration"),
    Flag("file", (), "", short="f", kind="slice"),
    Flag("env", (), "", short="e"),
    Flag("dry-run", "none", "", bare="unchanged"),
    Flag("stdin", False, "", short="i"),
    Flag("tty", False, "", short="t"),
)


@pytest.mark.parametrize(
    ("words", "values", "args"),
    [
        pytest.param(["-oyaml", "pods"], {"output": "yaml"}, ("pods",), id="value glued to a letter"),
        pytest.param(["-o=yaml"], {"output": "yaml"}, (), id="value after an equals sign"),
        pytest.param(["pods", "-o", "yaml"], {"output": "yaml"}, ("pods",), id="flags after arguments"),
        pytest.param(["-it", "pod"], {"stdin": True, "tty": True}, ("pod",), id="letters together"),
        pytest.param(["--all=false"], {"all": False}, (), id="a boolean said no"),
        pytest.param(["--dry-run", "pod"], {"dry-run": "unchanged"}, ("pod",), id="a value when bare"),
        pytest.param(["--dry-run=client"], {"dry-run": "client"}, (), id="a value after all"),
        pytest.param(["-f", "a,b", "-f", "c"], {"file": ("a", "b", "c")}, (), id="slices split at commas"),
        pytest.param(["-e", "A=1,2", "-e", "B=3"], {"env": ("A=1,2", "B=3")}, (), id="arrays do not"),
        pytest.param(["--timeout=1m30s"], {"timeout": 90_000_000}, (), id="durations"),
        pytest.param(["--replicas", "0x10"], {"replicas": 16}, (), id="numbers with Go's prefixes"),
        pytest.param(["--dry_run=server"], {"dry-run": "server"}, (), id="underscores are dashes"),
        pytest.param(["pod", "--", "ls", "-l"], {}, ("pod", "ls", "-l"), id="two dashes end the flags"),
        pytest.param(["-"], {}, ("-",), id="a dash alone is an argument"),
    ],
)
def test_reading(words: list[str], values: dict[str, object], args: tuple[str, ...]) -> None:
    options = Parser(FLAGS).parse(words)
    assert {name: options.values[name] for name in values} == values
    assert options.args == args
    assert options.given == frozenset(values)


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["--nope"], "unknown flag: --nope"),
        (["--nope=1"], "unknown flag: --nope"),
        (["-zx"], "unknown shorthand flag: 'z' in -zx"),
        (["-o"], "flag needs an argument: 'o' in -o"),
        (["--output"], "flag needs an argument: --output"),
        (["---x"], "bad flag syntax: ---x"),
        (["-A=x"], 'invalid argument "x" for "-A, --all" flag: strconv.ParseBool: parsing "x": invalid syntax'),
        (["--replicas=x"], 'invalid argument "x" for "--replicas" flag: strconv.ParseInt: parsing "x": invalid syntax'),
        (
            ["--replicas=99999999999999999999"],
            'invalid argument "99999999999999999999" for "--replicas" flag: strconv.ParseInt: parsing '
            '"99999999999999999999": value out of range',
        ),
        (["--timeout=5"], 'invalid argument "5" for "--timeout" flag: time: missing unit in duration "5"'),
    ],
)
def test_complaining(words: list[str], complaint: str) -> None:
    with pytest.raises(FlagError, match="^" + re.escape(complaint) + "$"):
        Parser(FLAGS).parse(words)


def test_where_two_dashes_stood() -> None:
    assert Parser(FLAGS).parse(["pod", "--", "ls"]).dash == 1
    assert Parser(FLAGS).parse(["pod"]).dash is None
