// One file in a tab beside the terminals: CodeMirror with what the cluster's schemas say of fields, and what it would refuse.

import { autocompletion } from "@codemirror/autocomplete";
import { indentWithTab } from "@codemirror/commands";
import { yaml } from "@codemirror/lang-yaml";
import { HighlightStyle, indentUnit, syntaxHighlighting } from "@codemirror/language";
import { forceLinting, linter, lintGutter } from "@codemirror/lint";
import { EditorState } from "@codemirror/state";
import { EditorView, hoverTooltip, keymap } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { basicSetup } from "codemirror";
import { element, say } from "./words.js";
import { documentAt, pathAt } from "./yamlpath.js";

const MANIFEST = /\.ya?ml$/;
const PAUSE = 500; // ms without typing before a text is inspected
const TYPED_KEY = /^(\s*(?:- +)*)([\w./-]*)$/;
const TYPED_VALUE = /^(\s*(?:- +)*)([\w./-]+): +(\S*)$/;
const FIRST = ["apiVersion", "kind", "metadata", "spec", "data"];

const colours = HighlightStyle.define([
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: "var(--term-blue)" },
  { tag: [tags.string, tags.special(tags.string)], color: "var(--term-green)" },
  { tag: [tags.number, tags.bool, tags.null], color: "var(--term-yellow)" },
  { tag: [tags.comment, tags.meta, tags.separator], color: "var(--term-dim)" },
  { tag: [tags.keyword, tags.labelName, tags.typeName], color: "var(--term-magenta)" },
]);

/** Answers of the sandbox about its files; each throws an `Error` with words for the learner. */
export class Files {
  constructor(base, token) {
    this.base = base;
    this.token = token;
    this.known = new Map();
  }

  get(what, query = {}) {
    return this.ask(`${what}/?${new URLSearchParams(query)}`);
  }

  post(what, form) {
    return this.ask(`${what}/`, { method: "POST", headers: { "X-CSRFToken": this.token }, body: new URLSearchParams(form) });
  }

  /** A network that is gone and a page about trouble in place of facts are told in the same words. */
  async ask(address, options) {
    const answer = await fetch(this.base + address, options).catch(() => null);
    const facts = (await answer?.json().catch(() => null)) ?? { error: say("failed") };
    if (facts.error) throw new Error(facts.error);
    return facts;
  }

  /** What may stand below a path of a kind; asked once. */
  fields(apiVersion, kind, path) {
    const query = { apiVersion, kind, path: path.join("/") };
    const key = Object.values(query).join(" ");
    if (!this.known.has(key)) {
      const asked = this.get("fields", query);
      this.known.set(key, asked);
      asked.catch(() => this.known.delete(key));
    }
    return this.known.get(key);
  }
}

export class Editor {
  constructor(path, box, files, { draft, onChange, onSave, onApply, onClose }) {
    this.path = path;
    this.box = box;
    this.files = files;
    this.draft = draft; // where text that is not saved yet is kept
    this.onChange = onChange;
    this.mark = "";
    this.saved = "";
    this.note = element("span", { class: "note-line", role: "status" });
    this.view = new EditorView({ parent: box, state: this.state("") });
    this.buttons = element(
      "div",
      { class: "editor-bar" },
      element("span", { class: "mono path" }, `~/${path}`),
      this.note,
      element("span", { class: "end" },
        element("button", { type: "button", class: "btn", onclick: () => this.save(onSave) }, say("save")),
        MANIFEST.test(path) ? element("button", { type: "button", class: "btn", onclick: () => this.save(onApply) }, say("apply")) : "",
        element("button", { type: "button", class: "btn bare", onclick: () => onClose() }, say("close-file")),
      ),
    );
    box.append(this.buttons);
  }

  state(text) {
    const manifest = MANIFEST.test(this.path);
    return EditorState.create({
      doc: text,
      extensions: [
        basicSetup,
        keymap.of([{ key: "Mod-s", preventDefault: true, run: () => (this.save(), true) }, { key: "Escape", run: (view) => (view.contentDOM.blur(), true) }, indentWithTab]),
        indentUnit.of("  "),
        EditorState.tabSize.of(2),
        EditorView.lineWrapping,
        EditorView.contentAttributes.of({ "aria-label": say("file", { path: this.path }) }),
        EditorView.updateListener.of((update) => update.docChanged && this.changed()),
        syntaxHighlighting(colours),
        ...(manifest
          ? [
              yaml(),
              lintGutter(),
              linter((view) => this.inspect(view), { delay: PAUSE }),
              autocompletion({ override: [(context) => this.complete(context)] }),
              hoverTooltip((view, position) => this.explain(view, position)),
            ]
          : []),
      ],
    });
  }

  get text() {
    return this.view.state.doc.toString();
  }

  get unsaved() {
    return this.text !== this.saved;
  }

  /** Read the file; what was typed and not saved before comes back. */
  async load() {
    const facts = await this.files.get("file", { path: this.path });
    this.mark = facts.mark;
    this.saved = facts.text;
    const kept = localStorage.getItem(this.draft);
    this.view.setState(this.state(kept ?? facts.text));
    this.tell(facts.new ? say("file-new") : "");
    this.changed();
  }

  /** When the tab comes to the front: take over what the machine has changed, unless something is unsaved here. */
  async refresh() {
    const { mark } = this;
    const facts = await this.files.get("file", { path: this.path }).catch(() => null);
    if (!facts || facts.mark === mark || this.mark !== mark || this.unsaved) return; // another mark: it was saved meanwhile
    await this.load();
  }

  changed() {
    if (this.unsaved) localStorage.setItem(this.draft, this.text);
    else localStorage.removeItem(this.draft);
    this.onChange(this.unsaved);
  }

  async save(then = () => {}) {
    const text = this.text;
    try {
      let facts = await this.files.post("file/save", { path: this.path, text, mark: this.mark });
      if (facts.changed) {
        if (!confirm(say("file-changed", { path: this.path }))) return;
        facts = await this.files.post("file/save", { path: this.path, text, mark: this.mark, over: "1" });
      }
      this.mark = facts.mark;
      this.saved = text;
      this.tell(say("saved"));
      this.changed();
      then();
    } catch (error) {
      this.tell(error.message, "bad");
    }
  }

  tell(words, tone = "") {
    this.note.textContent = words;
    this.note.className = `note-line ${tone}`;
  }

  async inspect(view) {
    const text = view.state.doc.toString();
    if (!text.trim()) return [];
    const { problems } = await this.files.post("inspect", { text }).catch(() => ({ problems: [] }));
    this.tell(problems.length ? say("problems", { count: problems.length }) : say("no-problems"), problems.length ? "bad" : "");
    return problems.map((problem) => {
      const line = view.state.doc.line(Math.min(problem.line + 1, view.state.doc.lines));
      const exact = problem.end > problem.column;
      const from = line.from + Math.min(exact ? problem.column : line.text.search(/\S|$/), line.length);
      return { from, to: Math.max(exact ? Math.min(line.from + problem.end, line.to) : line.to, from), severity: "error", message: problem.message };
    });
  }

  inspectAgain() {
    forceLinting(this.view);
  }

  where(state, position, column = null) {
    const lines = state.doc.toString().split("\n");
    const at = state.doc.lineAt(position).number - 1;
    const own = documentAt(lines, at);
    return { ...own, path: pathAt(own.lines, at - own.first, column) };
  }

  async complete(context) {
    const line = context.state.doc.lineAt(context.pos);
    const before = line.text.slice(0, context.pos - line.from);
    const key = TYPED_KEY.exec(before);
    const value = TYPED_VALUE.exec(before);
    if (value) return this.values(context, value);
    if (!key || (!key[2] && !context.explicit)) return null;
    const place = this.where(context.state, context.pos, key[1].length);
    const found = place.kind
      ? (await this.files.fields(place.apiVersion, place.kind, place.path)).fields
      : place.path.length ? [] : FIRST.map((name) => ({ name, type: "", about: "", opens: "value" }));
    const taken = new Set(key[1].includes("-") ? [] : siblings(place.lines, line.number - 1 - place.first, key[1].length));
    return {
      from: context.pos - key[2].length,
      options: found.filter(({ name }) => !taken.has(name)).map((each) => ({
        label: each.name,
        type: "property",
        detail: each.type,
        info: each.about || undefined,
        boost: each.required ? 10 : 0,
        apply: each.name + opening(each.opens, key[1].length),
      })),
      validFor: /^[\w./-]*$/,
    };
  }

  async values(context, [, indent, name, typed]) {
    const from = context.pos - typed.length;
    const place = this.where(context.state, context.pos, indent.length);
    if (!place.path.length && (name === "kind" || name === "apiVersion")) {
      const { kinds } = await this.files.fields("", "", []);
      const fits = name === "kind" && place.apiVersion ? kinds.filter((each) => each.apiVersion === place.apiVersion) : kinds;
      const labels = [...new Set(fits.map((each) => each[name]))];
      return { from, options: labels.map((label) => ({ label, type: "class" })) };
    }
    if (!place.kind) return null;
    const { fields } = await this.files.fields(place.apiVersion, place.kind, place.path);
    const field = fields.find((each) => each.name === name);
    const values = field?.type === "boolean" ? ["true", "false"] : field?.values ?? [];
    return values.length ? { from, options: values.map((label) => ({ label, type: "enum" })) } : null;
  }

  async explain(view, position) {
    const line = view.state.doc.lineAt(position);
    const found = /^(\s*(?:- +)*)([\w./-]+):/.exec(line.text);
    const start = found && line.from + found[1].length;
    if (!found || position < start || position > start + found[2].length) return null;
    const place = this.where(view.state, position);
    if (!place.kind) return null;
    const { fields } = await this.files.fields(place.apiVersion, place.kind, place.path).catch(() => ({ fields: [] }));
    const field = fields.find((each) => each.name === found[2]);
    if (!field) return null;
    return {
      pos: start,
      end: start + found[2].length,
      create: () => ({
        dom: element("div", { class: "field-card" },
          element("p", {}, element("b", { class: "mono" }, field.name), " ", element("span", { class: "mono" }, `<${field.type}>`), field.required ? ` ${say("required")}` : ""),
          element("p", { lang: "en" }, field.about)),
      }),
    };
  }

  focus() {
    this.view.focus();
  }

  dispose() {
    this.view.destroy();
    this.box.remove();
  }
}

function siblings(lines, at, column) {
  const names = [];
  for (const step of [-1, 1]) {
    for (let index = at + step; index >= 0 && index < lines.length; index += step) {
      const [, indent, dash, name] = /^(\s*)(- +)?([\w./-]+)?/.exec(lines[index]);
      if (!name) continue;
      const own = indent.length + (dash?.length ?? 0);
      if (own < column) break;
      if (own === column) names.push(name);
      if (dash && own === column) break;
    }
  }
  return names;
}

function opening(opens, column) {
  const inner = " ".repeat(column);
  return { value: ": ", block: `:\n${inner}  `, list: `:\n${inner}- ` }[opens] ?? ": ";
}
