"""A lesson's Markdown as HTML: prose, commands that go into the terminal, predictions.

Beside ordinary Markdown a lesson has three kinds of fences:

    ```run              commands; a click types them into the terminal
    ```prints           some of the lines that the commands above print
    ```predict          YAML: `question`, `options`, and `then`, shown after the choice; never graded. A table has
                        `columns` (each with `name` and `options`) and `rows` (each with `name` and `is`) for `options`
    ```yaml, ```text …  shown as they are
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import yaml
from django.urls import reverse
from django.utils.html import escape
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token

from lab.catalogue.glossary import Term, marked
from lab.language import say
from lab.templatetags.kubelab import icon, inline_code
from lessons.shapes import is_table

WORD = re.compile(r"\S+")


@lru_cache(maxsize=512)
def rendered(text: str, language: str) -> str:
    """A lesson's text in one language as HTML; raw HTML in it is shown, not used."""
    return str(_markdown().render(text, {"terms": set(), "language": language}))


def _markdown() -> MarkdownIt:
    markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
    markdown.add_render_rule("fence", _fence)
    markdown.add_render_rule("text", _text)
    markdown.add_render_rule("heading_open", _heading(True))
    markdown.add_render_rule("heading_close", _heading(False))
    markdown.add_render_rule("table_open", lambda *_: '<div class="scroll"><table>\n')
    markdown.add_render_rule("table_close", lambda *_: "</table></div>\n")
    return markdown


def _fence(self: RendererHTML, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
    token = tokens[index]
    kind = token.info.split()[0] if token.info.strip() else ""
    if kind == "run":
        return _run(token.content.rstrip("\n"))
    if kind == "predict" and (asked := _asked(token.content)):
        return _predict(asked)
    shown = "show prints" if kind == "prints" else "show"
    return f'<pre class="{shown}" tabindex="0"><code>{escape(token.content)}</code></pre>\n'


def _text(self: RendererHTML, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
    """Prose, in which each term can be asked about where it first comes up; not in headings and links."""
    if env.get("heading") or sum(token.nesting for token in tokens[:index] if token.type.startswith("link_")):
        return str(escape(tokens[index].content))
    return "".join(
        escape(piece) if term is None else _term(piece, term, env["language"])
        for piece, term in marked(tokens[index].content, env["terms"])
    )


def _term(piece: str, term: Term, language: str) -> str:
    meaning = escape(term.says.get(language) or term.says["en"])
    return (
        f'<a class="term" href="{reverse("catalogue:glossary")}#{term.id}" data-means="{meaning}">{escape(piece)}</a>'
    )


def _heading(opens: bool) -> Any:
    def render(self: RendererHTML, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
        env["heading"] = opens
        return self.renderToken(tokens, index, options, env)

    return render


def _run(command: str) -> str:
    label = escape(say("lesson.put", command=command))
    return (
        f'<div class="run" data-run><pre>{unbroken(command)}</pre>'
        f'<button type="button" aria-label="{label}">{icon("enter")}<span>{escape(say("lesson.run"))}</span></button>'
        "</div>\n"
    )


def _asked(text: str) -> dict[str, Any]:
    """What a prediction asks; nothing where that cannot be understood, and then the text itself is shown."""
    try:
        asked = yaml.safe_load(text)
    except yaml.YAMLError:
        return {}
    whole = (
        isinstance(asked, dict) and "question" in asked and (isinstance(asked.get("options"), list) or is_table(asked))
    )
    return asked if whole else {}


def _predict(asked: dict[str, Any]) -> str:
    if is_table(asked):
        return _table(asked)
    options = "".join(
        f'<button type="button" aria-pressed="false">{inline_code(option)}</button>' for option in asked["options"]
    )
    return (
        f'<div class="ask" data-ask><p class="guess">{inline_code(asked["question"])}</p>'
        f'<div class="opts" role="group">{options}</div>{_then(asked)}</div>\n'
    )


def _table(asked: dict[str, Any]) -> str:
    """A table to fill in: a choice a cell, all of them before the first is told."""
    heads = "".join(f'<th scope="col">{inline_code(column["name"])}</th>' for column in asked["columns"])
    rows = "".join(
        f'<tr><th scope="row">{inline_code(row["name"])}</th>'
        + "".join(_cell(row, column, comes) for column, comes in zip(asked["columns"], row["is"], strict=True))
        + "</tr>"
        for row in asked["rows"]
    )
    return (
        f'<form class="ask" data-ask><p class="guess">{inline_code(asked["question"])}</p>'
        f'<div class="scroll"><table><thead><tr><td></td>{heads}</tr></thead><tbody>{rows}</tbody></table></div>'
        f'<button class="btn">{escape(say("lesson.compare"))}</button>{_then(asked)}</form>\n'
    )


def _cell(row: dict[str, Any], column: dict[str, Any], comes: Any) -> str:
    label = escape(f"{row['name']}: {column['name']}".replace("`", ""))
    options = "".join(f"<option>{escape(option)}</option>" for option in column["options"])
    return (
        f'<td data-is="{escape(comes)}"><select required aria-label="{label}">'
        f'<option value="">{escape(say("lesson.guess"))}</option>{options}</select></td>'
    )


def _then(asked: dict[str, Any]) -> str:
    return f'<p class="then" role="status" data-then="{escape(asked.get("then", ""))}"></p>'


def unbroken(command: str) -> str:
    """A command whose words stay whole in a narrow column, unless after a comma; browsers also break after hyphens."""
    return WORD.sub(lambda word: f"<span>{escape(word[0]).replace(',', ',<wbr>')}</span>", command)
