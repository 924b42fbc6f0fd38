"""A course while somebody writes it: each folder read anew when a file in it was saved, with what is wrong in it."""

from collections import Counter
from dataclasses import dataclass, field, replace
from pathlib import Path

from lessons.course import LANGUAGES, Lesson, Module, Texts, identity, numbered, read_lesson, read_review
from lessons.problems import BROKEN, Problem, files_of, lenient, problems, problems_of_module, unreadable

type Stamp = tuple[tuple[str, int, int], ...]
"""The files of a folder: each with its time of change and its size."""


@dataclass(frozen=True)
class Draft:
    """A lesson as far as it can be read now."""

    folder: Path
    stamp: Stamp
    lesson: Lesson
    problems: tuple[Problem, ...]


@dataclass(frozen=True)
class DraftModule:
    """A module as far as it can be read now."""

    folder: Path
    stamp: Stamp
    module: Module
    """Without its lessons: those are the drafts."""
    problems: tuple[Problem, ...]
    drafts: tuple[Draft, ...]


@dataclass
class Drafts:
    """The drafts below a course's folder."""

    root: Path
    _modules: dict[Path, DraftModule] = field(default_factory=dict)
    _drafts: dict[Path, Draft] = field(default_factory=dict)

    def read(self) -> list[DraftModule]:
        """All modules in order; only folders in which something was saved are read again."""
        modules = [self._module(folder) for folder in numbered(self.root) if not outside(folder, self.root)]
        named = Counter(draft.lesson.id for module in modules for draft in module.drafts)
        return [replace(module, drafts=tuple(unique(draft, named) for draft in module.drafts)) for module in modules]

    def _module(self, folder: Path) -> DraftModule:
        drafts = tuple(self._draft(below) for below in numbered(folder) if not outside(below, self.root))
        known, stamp = self._modules.get(folder), stamp_of(folder)
        if known is None or known.stamp != stamp:
            found = tuple(problems_of_module(folder, self.root))
            known = DraftModule(folder, stamp, module_in(folder, readable=not found), found, ())
        self._modules[folder] = replace(known, drafts=drafts)
        return self._modules[folder]

    def _draft(self, folder: Path) -> Draft:
        known, stamp = self._drafts.get(folder), stamp_of(folder)
        if known is None or known.stamp != stamp:
            known = self._drafts[folder] = Draft(
                folder, stamp, lesson_in(folder, self.root), tuple(problems(folder, self.root))
            )
        return known


def unique(draft: Draft, named: Counter[str]) -> Draft:
    """A draft with the complaint that it shares its name, if it does: the names identify."""
    if named[draft.lesson.id] < 2:
        return draft
    shared = Problem(draft.folder / "lesson.yaml", 0, f"another lesson of the course is called {draft.lesson.id} too")
    return replace(draft, problems=(shared, *draft.problems))


def outside(folder: Path, root: Path) -> bool:
    """Whether a folder is a link that leads out of the course."""
    return not folder.resolve().is_relative_to(root.resolve())


def stamp_of(folder: Path) -> Stamp:
    """What changes when one of a folder's own files is saved, made or removed."""
    found = []
    for path in files_of(folder):
        try:
            about = path.stat()
        except OSError:  # removed meanwhile, or a link that leads nowhere
            continue
        found.append((str(path.relative_to(folder)), about.st_mtime_ns, about.st_size))
    return tuple(found)


def lesson_in(folder: Path, root: Path) -> Lesson:
    """The lesson of a folder; where it cannot be read, its text and its title without tasks or scene."""
    if not any(unreadable(path, root) for path in files_of(folder)):
        try:
            return read_lesson(folder)
        except BROKEN:
            pass
    declared = lenient_inside(folder / "lesson.yaml", root)
    text = {language: text_inside(folder / f"{language}.md", root) for language in LANGUAGES}
    title, minutes = declared.get("title"), declared.get("minutes")
    return Lesson(
        identity(folder), title_from(title, folder), minutes if isinstance(minutes, int) else 0, text,
        (), {}, {}, (), (), path=folder,
    )  # fmt: skip


def module_in(folder: Path, *, readable: bool) -> Module:
    """The module of a folder without its lessons; where something is wrong in it, with its title at the most."""
    declared = lenient(folder / "module.yaml") if readable else {}
    title = title_from(declared.get("title"), folder)
    try:
        review = read_review(folder, title) if readable else None
    except BROKEN:
        review = None
    limits = {name: int(declared[name]) for name in ("minutes", "needed") if isinstance(declared.get(name), int)}
    return Module(identity(folder), int(folder.name[:2]), title, (), **limits, review=review)


def title_from(declared: object, folder: Path) -> Texts:
    """A title in every language; the folder's name where there is none."""
    given = declared if isinstance(declared, dict) else {}
    return {language: str(given.get(language) or identity(folder)) for language in LANGUAGES}


def text_inside(path: Path, root: Path) -> str:
    if not path.exists() or unreadable(path, root):
        return ""
    return path.read_text(encoding="utf-8", errors="replace")


def lenient_inside(path: Path, root: Path) -> dict[str, object]:
    return {} if unreadable(path, root) else lenient(path)
