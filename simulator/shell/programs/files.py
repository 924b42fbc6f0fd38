"""Programs that make, move and remove files. Upstream: coreutils(1)"""

from __future__ import annotations

from posixpath import basename, dirname, join, normpath, relpath

import re2

from simulator.kernel.clock import SECOND
from simulator.runtime.errors import OSFailure
from simulator.runtime.nodes import Node, size
from simulator.runtime.process import Process
from simulator.runtime.programs import command
from simulator.shell.programs.base import Usage, checked, options
from simulator.shell.programs.busybox import amiss, speaks
from simulator.shell.programs.dates import parse_date
from simulator.shell.programs.listing import human, mode_text
from simulator.shell.programs.users import group_name, number, user_name


@command("mkdir")
@checked
def mkdir(process: Process) -> int:
    flags, paths = options(process, "pm:v", {"parents": "p", "mode=": "m", "verbose": "v"})
    if not paths:
        raise Usage("missing operand")
    code = 0
    for path in paths:
        try:
            process.files.make_directory(path, parents="p" in flags)
            if "m" in flags:
                process.files.change(path, mode=changed_mode(flags["m"], 0o777, is_directory=True))
            if "v" in flags:
                process.print(f"mkdir: created directory '{path}'")
        except OSFailure as failure:
            code = amiss(process, "cannot create directory", path, failure)
    return code


@command("rmdir")
@checked
def rmdir(process: Process) -> int:
    flags, paths = options(process, "pv")
    code = 0
    for path in paths:
        try:
            process.files.remove_directory(path)
            while "p" in flags and (path := dirname(path)):
                process.files.remove_directory(path)
        except OSFailure as failure:
            code = amiss(process, "failed to remove", path, failure)
    return code


@command("rm", "unlink")
@checked
def rm(process: Process) -> int:
    flags, paths = options(process, "rRfivd", {"recursive": "r", "force": "f", "verbose": "v", "no-preserve-root": "n"})
    if not paths and "f" not in flags:
        raise Usage("missing operand")
    code, files = 0, process.files
    for path in paths:
        try:
            node = files.stat(path, follow=False)
            if files.absolute(path) == "/":
                code = process.fail("it is dangerous to operate recursively on '/'")
            elif node["kind"] == "directory" and not ("r" in flags or "R" in flags):
                words = f"'{path}' is a directory" if speaks(process) else f"cannot remove '{path}': Is a directory"
                code = process.fail(words)
            else:
                files.remove_tree(path)
                if "v" in flags:
                    process.print(f"removed '{path}'")
        except OSFailure as failure:
            if failure.name != "ENOENT" or "f" not in flags:
                code = amiss(process, "cannot remove", failure.path or path, failure)
    return code


def _targets(process: Process, paths: list[str], flags: dict[str, object]) -> list[tuple[str, str]]:
    """(source, target) pairs of `cp`, `mv` and `ln`."""
    if "t" in flags:
        paths = [*paths, str(flags["t"])]
    if not paths:
        raise Usage("missing file operand")
    if len(paths) == 1:
        raise Usage(f"missing destination file operand after '{paths[0]}'")
    *sources, target = paths
    if process.files.is_directory(target) and "T" not in flags:
        return [(source, join(target, basename(source.rstrip("/")) or source)) for source in sources]
    if len(sources) > 1:
        raise Usage(f"target '{target}': Not a directory")
    return [(sources[0], target)]


@command("mv")
@checked
def mv(process: Process) -> int:
    flags, paths = options(
        process, "fnivuTt:", {"force": "f", "verbose": "v", "no-clobber": "n", "target-directory=": "t"}
    )
    code = 0
    for source, target in _targets(process, paths, flags):
        try:
            if "n" in flags and process.files.exists(target):
                continue
            process.files.rename(source, target)
            if "v" in flags:
                process.print(f"renamed '{source}' -> '{target}'")
        except OSFailure as failure:
            if failure.name == "EINVAL":
                code = process.fail(f"cannot move '{source}' to a subdirectory of itself, '{target}'")
            elif failure.name == "ENOENT" and process.files.find(source, follow=False) is None:
                code = amiss(process, "cannot move" if speaks(process) else "cannot stat", source, failure)
            else:
                code = amiss(process, "cannot move", source, failure, after=f" to '{target}'")
    return code


@command("cp")
@checked
def cp(process: Process) -> int:
    long = {"recursive": "r", "archive": "a", "verbose": "v", "force": "f", "no-clobber": "n", "target-directory=": "t"}
    flags, paths = options(process, "rRapfnvdiuTt:LP", long)
    recursive = any(letter in flags for letter in "rRa")
    code = 0
    for source, target in _targets(process, paths, flags):
        try:
            if process.files.is_directory(source) and not recursive:
                code = process.fail(
                    ("" if speaks(process) else "-r not specified; ") + f"omitting directory '{source}'"
                )
            elif not ("n" in flags and process.files.exists(target)):
                copy(process, source, target, keep="a" in flags or "p" in flags)
                if "v" in flags:
                    process.print(f"'{source}' -> '{target}'")
        except OSFailure as failure:
            if process.files.find(source, follow=False) is None:
                code = amiss(process, "cannot stat", source, failure)
            else:
                code = amiss(process, "cannot create regular file", target, failure)
    return code


def copy(process: Process, source: str, target: str, *, keep: bool) -> None:
    """Copy a file, or a directory with all that is in it."""
    files = process.files
    node = files.stat(source, follow=not keep)
    if node["kind"] == "directory":
        if (files.absolute(target) + "/").startswith(files.absolute(source) + "/"):
            raise OSFailure("EINVAL", source)
        if not files.is_directory(target):
            files.make_directory(target)
        for name in files.names(source):
            copy(process, join(source, name), join(target, name), keep=keep)
    elif node["kind"] == "link":
        files.symlink(node["target"], target)
        return
    else:
        if files.exists(target) and files.resolve(target) == files.resolve(source):
            raise OSFailure("EEXIST", target)
        files.write(target, files.read(source), mode=node["mode"])
        if "program" in node:
            files.place(target, {**files.stat(target), "program": node["program"], "content": node["content"]})
    if keep and process.user in (0, node["owner"]):
        files.change(target, mode=node["mode"], modified=node["modified"])


@command("ln")
@checked
def ln(process: Process) -> int:
    flags, paths = options(process, "sfnvTr", {"symbolic": "s", "force": "f", "verbose": "v"})
    if "s" not in flags:
        raise Usage("hard links are not simulated; use ln -s")
    if len(paths) == 1:
        paths = [paths[0], "."]
    code = 0
    for (_, target), given in zip(_targets(process, paths, flags), paths, strict=False):
        try:
            if "f" in flags and process.files.find(target, follow=False) is not None:
                process.files.remove(target)
            process.files.symlink(given, target)
        except OSFailure as failure:
            code = amiss(process, "failed to create symbolic link", target, failure)
    return code


@command("touch")
@checked
def touch(process: Process) -> int:
    flags, paths = options(process, "acmd:r:t:", {"no-create": "c", "date=": "d", "reference=": "r"})
    if not paths:
        raise Usage("missing file operand")
    code, files = 0, process.files
    moment = process.now
    if "d" in flags:
        parsed = parse_date(flags["d"], process.now)
        if parsed is None:
            raise Usage(f"invalid date format ‘{flags['d']}’")
        moment = parsed
    if "r" in flags:
        moment = files.stat(flags["r"])["modified"]
    for path in paths:
        try:
            if not files.exists(path):
                if "c" in flags:
                    continue
                files.write(path, b"")
            files.change(path, modified=moment)
        except OSFailure as failure:
            code = amiss(process, "cannot touch", path, failure)
    return code


def changed_mode(text: str, mode: int, *, is_directory: bool = False) -> int:
    """The mode that `755` or `u+x,go-w` makes of a mode; raises `Usage`."""
    if text.isdecimal() and len(text) <= 5 and not set(text) & set("89"):
        return int(text, 8)
    for clause in text.split(","):
        found = re2.match(r"^([ugoa]*)((?:[-+=][rwxXstugo]*)+)$", clause)
        if found is None:
            raise Usage(f"invalid mode: ‘{text}’")
        who = found.group(1) or "a"
        who = "ugo" if "a" in who else who
        for operator, letters in re2.findall(r"([-+=])([rwxXstugo]*)", found.group(2)):
            mode = _applied(mode, who, operator, letters, is_directory=is_directory)
    return mode


def _applied(mode: int, who: str, operator: str, letters: str, *, is_directory: bool) -> int:
    executable = is_directory or mode & 0o111
    bits = 4 * ("r" in letters) | 2 * ("w" in letters) | int("x" in letters or ("X" in letters and bool(executable)))
    for name in "ugo":
        if name in letters:
            bits |= mode >> {"u": 6, "g": 3, "o": 0}[name] & 7
    wanted = sum(bits << {"u": 6, "g": 3, "o": 0}[name] for name in who)
    if "t" in letters:
        wanted |= 0o1000
    if "s" in letters:
        wanted |= 0o4000 * ("u" in who) | 0o2000 * ("g" in who)
    if operator == "+":
        return mode | wanted
    if operator == "-":
        return mode & ~wanted
    cleared = sum(7 << {"u": 6, "g": 3, "o": 0}[name] for name in who)
    return mode & ~cleared | wanted


def _each(process: Process, paths: list[str], *, recursive: bool) -> list[str]:
    found = []
    for path in paths:
        found += [below for below, _ in process.files.walk(path)] if recursive else [path]
    return found


@command("chmod")
def chmod(process: Process) -> int:
    words = list(process.argv[1:])
    recursive = any(word in ("-R", "--recursive", "-Rv", "-vR") for word in words)
    words = [word for word in words if word not in ("-R", "--recursive", "-v", "-c", "-f", "-Rv", "-vR", "--")]
    if len(words) < 2:
        return process.fail("missing operand")
    code = 0
    try:
        for path in _each(process, words[1:], recursive=recursive):
            node = process.files.stat(path)
            mode = changed_mode(words[0], node["mode"], is_directory=node["kind"] == "directory")
            process.files.change(path, mode=mode)
    except Usage as usage:
        return process.fail(str(usage))
    except OSFailure as failure:
        doing = "changing permissions of" if failure.name == "EPERM" else "cannot access"
        code = amiss(process, doing, failure.path, failure)
    return code


@command("chown", "chgrp")
@checked
def chown(process: Process) -> int:
    flags, words = options(process, "Rhvcf", {"recursive": "R"})
    if len(words) < 2:
        raise Usage("missing operand")
    owner, _, group = words[0].partition(":")
    if process.name == "chgrp":
        owner, group = "", words[0]
    changes = {}
    for text, name, path in ((owner, "owner", "/etc/passwd"), (group, "group", "/etc/group")):
        if text:
            found = number(process, path, text)
            if found is None:
                raise Usage(f"invalid {'user' if name == 'owner' else 'group'}: ‘{words[0]}’")
            changes[name] = found
    code = 0
    for path in words[1:]:
        try:
            for below in _each(process, [path], recursive="R" in flags):
                if process.user != 0 and changes:
                    raise OSFailure("EPERM", below)
                process.files.change(below, follow="h" not in flags, **changes)
        except OSFailure as failure:
            doing = "changing ownership of" if failure.name == "EPERM" else "cannot access"
            code = amiss(process, doing, failure.path or path, failure)
    return code


@command("stat")
@checked
def stat(process: Process) -> int:
    from simulator.shell.programs.listing import _full

    flags, paths = options(process, "c:Lf", {"format=": "c", "dereference": "L"})
    code = 0
    kinds = {
        "file": "regular file",
        "directory": "directory",
        "link": "symbolic link",
        "device": "character special file",
        "socket": "socket",
    }
    for path in paths:
        try:
            node = process.files.stat(path, follow="L" in flags)
        except OSFailure as failure:
            code = amiss(process, "cannot statx", path, failure)
            continue
        kind = "regular empty file" if node["kind"] == "file" and not size(node) else kinds[node["kind"]]
        owner, group = user_name(process, node["owner"]), group_name(process, node["group"])
        known = {
            "n": path, "N": f"'{path}'", "s": str(size(node)), "a": f"{node['mode']:o}", "A": mode_text(node),
            "U": owner,
            "G": group, "u": str(node["owner"]), "g": str(node["group"]), "F": kind, "y": _full(node["modified"]),
            "Y": str(node["modified"] // SECOND), "h": "1", "i": "0", "%": "%",
        }  # fmt: skip
        if "c" in flags:
            process.print(
                re2.sub(r"%(.)", lambda found, known=known: known.get(found.group(1), found.group(0)), flags["c"])
            )
            continue
        shown = f"{path} -> {node['target']}" if node["kind"] == "link" else path
        process.print(f"  File: {shown}\n  Size: {known['s']:<15} Blocks: {_sectors(node):<10} IO Block: 4096   {kind}")
        process.print(
            f"Access: ({node['mode']:04o}/{known['A']})  Uid: ({known['u']:>5}/{owner:>8})   "
            f"Gid: ({known['g']:>5}/{group:>8})"
        )
        for label in ("Access", "Modify", "Change"):
            process.print(f"{label}: {known['y']}")
    return code


def _sectors(node: Node) -> int:
    return -(-size(node) // 4096) * 8


@command("du")
@checked
def du(process: Process) -> int:
    flags, paths = options(
        process, "shacd:kxm", {"summarize": "s", "human-readable": "h", "max-depth=": "d", "all": "a"}
    )
    deepest = 0 if "s" in flags else int(flags["d"]) if "d" in flags else 1 << 30
    code = 0

    def show(count: int, path: str) -> None:
        process.print(f"{human(count * 1024) if 'h' in flags else count}\t{path}")

    def measure(path: str, depth: int) -> int:
        node = process.files.stat(path, follow=False)
        blocks = -(-size(node) // 4096) * 4 if node["kind"] != "link" else 0
        if node["kind"] == "directory":
            blocks += sum(measure(join(path, name), depth + 1) for name in process.files.names(path))
        if depth <= deepest and (node["kind"] == "directory" or "a" in flags or depth == 0):
            show(blocks, path)
        return int(blocks)

    total = 0
    for path in paths or ["."]:
        try:
            total += measure(path, 0)
        except OSFailure as failure:
            code = amiss(process, "cannot access", path, failure)
    if "c" in flags:
        show(total, "total")
    return code


@command("basename")
@checked
def base_name(process: Process) -> int:
    flags, words = options(process, "as:z", {"multiple": "a", "suffix=": "s"}, stop=True)
    if not words:
        raise Usage("missing operand")
    suffix = flags.get("s", words[1] if len(words) > 1 and "a" not in flags else "")
    for word in words if "a" in flags or "s" in flags else words[:1]:
        name = basename(word.rstrip("/")) or "/"
        process.print(name.removesuffix(suffix) if name != suffix else name)
    return 0


@command("dirname")
def dir_name(process: Process) -> int:
    if len(process.argv) < 2:
        return process.fail("missing operand")
    for word in process.argv[1:]:
        process.print(dirname(word.rstrip("/")) or ("/" if word.startswith("/") else "."))
    return 0


@command("realpath", "readlink")
@checked
def real_path(process: Process) -> int:
    flags, paths = options(process, "femnqsz", {"relative-to=": "to", "canonicalize": "f"})
    code = 0
    for path in paths:
        try:
            if process.name == "readlink" and not set(flags) & set("fem"):
                node = process.files.stat(path, follow=False)
                if node["kind"] != "link":
                    return 1
                found = node["target"]
            else:
                found = (
                    normpath(process.files.absolute(path))
                    if "m" in flags
                    else process.files.resolve(path, missing="e" not in flags)
                )
            process.write(
                1,
                (relpath(found, process.files.absolute(flags["to"])) if "to" in flags else found)
                + ("" if "n" in flags else "\n"),
            )
        except OSFailure as failure:
            code = 1 if process.name == "readlink" else process.fail(f"{path}: {failure.words}")
    return code


@command("mktemp")
@checked
def mktemp(process: Process) -> int:
    flags, words = options(process, "dqup:t", {"directory": "d", "tmpdir=": "p", "suffix=": "suffix"})
    template = words[0] if words else "tmp.XXXXXXXXXX"
    marks = len(template) - len(template.rstrip("X"))
    if marks < 3:
        raise Usage(f"too few X's in template ‘{template}’")
    letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
    name = (
        template[:-marks]
        + "".join(letters[process.random(len(letters))] for _ in range(marks))
        + flags.get("suffix", "")
    )
    path = (
        name
        if words and not ("p" in flags or "t" in flags)
        else join(flags.get("p", process.env.get("TMPDIR", "/tmp")), name)
    )
    if "d" in flags:
        process.files.make_directory(path, mode=0o700)
    elif "u" not in flags:
        process.files.write(path, b"", mode=0o600)
    process.print(path)
    return 0


@command("truncate")
@checked
def truncate(process: Process) -> int:
    from simulator.shell.programs.base import whole

    flags, paths = options(process, "s:c", {"size=": "s"})
    if "s" not in flags:
        raise Usage("you must specify either ‘--size’ or ‘--reference’")
    length = whole(flags["s"], "Invalid number")
    for path in paths:
        process.files.reserve(path, length)
    return 0


@command("fallocate")
@checked
def fallocate(process: Process) -> int:
    from simulator.shell.programs.base import whole

    flags, paths = options(process, "l:", {"length=": "l"})
    if "l" not in flags or len(paths) != 1:
        raise Usage("no length argument specified" if "l" not in flags else "no filename specified")
    process.files.reserve(paths[0], whole(flags["l"], "invalid length value specified"))
    return 0


@command("sync")
def sync(process: Process) -> int:
    return 0
