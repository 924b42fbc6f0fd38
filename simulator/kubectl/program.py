"""kubectl as a program of the runtime: from words to a command, and from one step of it to the next."""

from collections.abc import Callable, Sequence
from typing import Any

import orjson

from simulator.kubectl.client import NoConnection
from simulator.kubectl.command import STEPS, Command, Outcome, Waiting, step
from simulator.kubectl.commands import GROUPS, KUBECTL
from simulator.kubectl.commands.diff import TROUBLE
from simulator.kubectl.config import trace_loading
from simulator.kubectl.errors import CommandError, Failure, ServerError, Silent, UsageError
from simulator.kubectl.flags import FlagError, Options, Parser, takes_next
from simulator.kubectl.help import help_text
from simulator.kubectl.kubectl import Kubectl
from simulator.kubectl.manifests import STANDARD_INPUT, Unfetched
from simulator.kubectl.options import GLOBAL
from simulator.kubectl.preferences import asked, is_off, load, place, unaliased, verbosity, with_defaults
from simulator.kubectl.suggestions import suggestions
from simulator.kubectl.terminal import Terminal
from simulator.kubectl.tracing import log_head
from simulator.machinery.golang import quoted

COMPLETING = ("__complete", "__completeNoDesc")
"""What shells ask when Tab is pressed: with what each candidate is, or without."""
PROFILES = ("none", "cpu", "heap", "goroutine", "threadcreate", "block", "mutex", "trace", "allocs")

type Path = tuple[Command, ...]


def begin(terminal: Terminal, words: Sequence[str], memory: dict[str, Any]) -> int | Waiting:
    """Run a command line (without `kubectl` itself) until it ends with an exit code or waits."""
    kubectl = None
    try:
        if words and words[0] in COMPLETING:
            from simulator.kubectl.completing import complete

            return complete(terminal, words[1:], described=words[0] == COMPLETING[0])
        words = memory["words"] = preferred(terminal, words)
        path, rest = find(words)
        kubectl = read(terminal, path, rest, memory)
        if kubectl is None:
            return 0
        if path[1:2] and path[1].name == "config":
            trace_loading(terminal, kubectl.options)
        return ended(kubectl, run if not reads_input(kubectl.options) else gather)
    except Failure as failure:
        return complain(terminal, failure, kubectl)


def go_on(
    terminal: Terminal, words: Sequence[str], memory: dict[str, Any], name: str, arguments: Sequence[Any]
) -> int | Waiting:
    """Take the step that a command waited for."""
    path, rest = find(memory.get("words", words))
    options = Parser(flags_of(path)).parse(rest)
    kubectl = Kubectl(terminal, path[-1], typed(path), options, memory)
    try:
        return ended(kubectl, STEPS[name], *arguments)
    except Failure as failure:
        return complain(terminal, failure, kubectl)


def preferred(terminal: Terminal, words: Sequence[str]) -> list[str]:
    """The command line with the aliases and defaults of the person's kuberc file."""
    path, _ = find(words)
    if asked(words) and is_off(terminal) and path != (KUBECTL,):
        raise CommandError(f"unknown flag: --kuberc\nSee '{typed(path)} --help' for usage.")
    needed = bool(asked(words) or terminal.env.get("KUBERC"))
    preferences = load(terminal, place(terminal, words), needed=needed, verbosity=verbosity(words))
    if preferences is None:
        return list(words)
    if path == (KUBECTL,):
        return unaliased(preferences, list(words))  # an alias is a command of its own, which no defaults are for
    full = with_defaults(preferences, words, typed(path).removeprefix("kubectl "))
    if verbosity(words) >= 5 and full != list(words):
        added = full[: len(full) - len(words)]
        line = quoted(" ".join(["kubectl", *words, *added]))
        terminal.write_error(f"{log_head('I', terminal.now)} cmd.go:371] original command: {line}\n")
    return full


def trace_end(kubectl: Kubectl, failure: Failure) -> None:
    """What the log says of answers and connections that failed."""
    errors = failure.told()
    if len(errors) == 1 and isinstance(only := errors[0], NoConnection | Unfetched):
        method, url = only.asked
        said = f"Connection error: {method} {url}: {only.why}"
        kubectl.complain(f"{log_head('I', kubectl.now)} helpers.go:265] {said}")
    for error in errors:
        if isinstance(error, ServerError) and (error.reason != "Invalid" or len(errors) > 1):
            status = orjson.dumps({**error.status, "message": str(error)}, option=orjson.OPT_INDENT_2).decode()
            kubectl.complain(f"{log_head('I', kubectl.now)} helpers.go:247] server response object: {status}")


def reads_input(options: Options) -> bool:
    """Whether objects come from standard input."""
    return options.has("filename") and any(path in STANDARD_INPUT for path in options.texts("filename"))


def run(kubectl: Kubectl) -> Outcome:
    assert kubectl.command.run is not None, "`read` refuses a command that only holds others"
    return kubectl.command.run(kubectl)


@step
def gather(kubectl: Kubectl) -> Outcome:
    """Have all of standard input before the command begins."""
    content = kubectl.terminal.gather()
    if content is None:
        return kubectl.wait(gather, readable=(0,))
    kubectl.memory["stdin"] = content
    return run(kubectl)


def complain(terminal: Terminal, failure: Failure, kubectl: Kubectl | None = None) -> int:
    """Show what went wrong, and give its exit code."""
    if kubectl is not None and kubectl.options.number("v") >= 4:
        trace_end(kubectl, failure)
    if shown := failure.shown():
        terminal.write_error(shown if shown.endswith("\n") else shown + "\n")
    return failure.code


def ended(kubectl: Kubectl, function: Callable[..., Outcome], *arguments: Any) -> int | Waiting:
    """The outcome of a step: what it waits for, or the exit code."""
    outcome = function(kubectl, *arguments)
    if outcome is not None:
        return outcome
    warnings = kubectl.warnings
    if warnings and kubectl.options.flag("warnings-as-errors"):
        raise CommandError(f"{warnings} warning{'s' if warnings > 1 else ''} received")
    return 0


def typed(path: Path) -> str:
    return " ".join(command.name for command in path)


def flags_of(path: Path) -> tuple[Any, ...]:
    own = {flag.name for flag in path[-1].flags}
    return (*path[-1].flags, *(flag for flag in GLOBAL if flag.name not in own))


def find(words: Sequence[str]) -> tuple[Path, list[str]]:
    """The commands that the words name, outermost first, and the words that are not theirs."""
    path: Path = (KUBECTL,)
    rest = list(words)
    while path[-1].commands:
        index = first_argument(rest, path)
        child = path[-1].child(rest[index]) if index is not None else None
        if child is None or index is None:
            break
        path = (*path, child)
        del rest[index]
    return path, rest


def first_argument(words: Sequence[str], path: Path) -> int | None:
    """Where the first word stands that is neither a flag nor a flag's value."""
    flags = flags_of(path)
    index = 0
    while index < len(words):
        word = words[index]
        if word == "--":
            return None
        if not word.startswith("-") or word == "-":
            return index
        index += 2 if takes_next(word, flags) else 1
    return None


def misread(command: Command, words: str, error: FlagError) -> CommandError:
    """What is said of flags that are wrong: of those of diff in other words, and with its code for trouble."""
    if command.name != "diff":
        return CommandError(f"{error}\nSee '{words} --help' for usage.")
    failure = UsageError(words, str(error))
    failure.code = TROUBLE
    return failure


def read(terminal: Terminal, path: Path, rest: Sequence[str], memory: dict[str, Any]) -> Kubectl | None:
    """The run that the words ask for, or None when they asked for help, which is shown."""
    command, words = path[-1], typed(path)
    parser = Parser(flags_of(path))
    try:
        options = parser.parse(rest)
    except FlagError as error:
        raise misread(command, words, error) from None
    terminal.write_error("".join(f"{line}\n" for line in parser.said))
    if command.name == "help":
        show_help_of(terminal, options.args)
        return None
    if parser.help or (path == (KUBECTL,) and not options.args):
        terminal.write(help_text(path, words, GROUPS if path == (KUBECTL,) else ()))
        return None
    if command.run is None:
        refuse(terminal, path, options)
    check_profile(command, options)
    missing = [flag for flag in command.required if not options.changed(flag)]
    if missing:
        raise CommandError("required flag(s) " + ", ".join(f'"{flag}"' for flag in sorted(missing)) + " not set")
    for group in command.exclusive:
        together = [flag for flag in group if options.changed(flag)]
        if len(together) > 1:
            raise CommandError(
                f"if any flags in the group [{' '.join(group)}] are set none of the others can be; "
                f"[{' '.join(sorted(together))}] were all set"
            )
    return Kubectl(terminal, command, words, options, memory)


def check_profile(command: Command, options: Options) -> None:
    """Refuse to measure what the runtime does not know; of what it knows, no file is written."""
    if any(flag.name == "profile" for flag in command.flags):
        return
    if (profile := options.text("profile")) not in PROFILES:
        raise CommandError(f"unknown profile '{profile}'")


def show_help_of(terminal: Terminal, words: Sequence[str]) -> None:
    """`kubectl help rollout undo`; for what there is not, that and the overview."""
    path, rest = find(words)
    if path == (KUBECTL,) and rest:
        overview = help_text(path, "kubectl", GROUPS).partition("\n\n")[2].partition("\n\n")[2]
        terminal.write_error(f"Unknown help topic [{' '.join(f'`{word}`' for word in rest)}]\n\n\n{overview}")
        return
    terminal.write(help_text(path, typed(path), GROUPS if path == (KUBECTL,) else ()))


def refuse(terminal: Terminal, path: Path, options: Options) -> None:
    """A command that only holds others was given no word, or one that is none of them."""
    words = typed(path)
    if path == (KUBECTL,):
        raise CommandError(f'unknown command "{options.args[0]}" for "kubectl"{suggestions(options.args[0], path[-1])}')
    if options.args:
        quoted = " ".join(options.args)
        raise UsageError(words, f'unknown command "{quoted}"')
    show = terminal.write if path[-1].help_to_output else terminal.write_error
    show(help_text(path, words))
    raise Silent
