// The files that are open beside the terminals: a list to choose from, a tab each. The editor itself is fetched when first used.

import { element, say } from "./words.js";

export function fileTabs(lab, pane, terminal) {
  const base = `${lab.dataset.files}`;
  const KEPT = `files:${lab.dataset.sandbox}/${lab.dataset.generation}`;
  const menu = document.getElementById("files-menu");
  const open = new Map();
  let module = null;

  const token = () => JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"];
  const load = () => (module ??= import(lab.dataset.editor));
  const remember = () => localStorage.setItem(KEPT, JSON.stringify([...open.keys()]));

  async function show(path, focus = true) {
    if (open.has(path)) return terminal.showPanel(`file:${path}`, focus);
    const { Editor, Files } = await load();
    const box = element("div", { class: "editor", role: "tabpanel", id: `file-${path}`, "aria-label": path });
    const dot = element("span", { class: "unsaved", hidden: true, role: "img", "aria-label": say("unsaved") });
    const tab = element("button", { role: "tab", type: "button", "aria-controls": `file-${path}` }, element("span", { class: "mono" }, path.split("/").at(-1)), dot);
    const editor = new Editor(path, box, new Files(base, token()), {
      draft: `draft:${KEPT}:${path}`,
      onChange: (unsaved) => {
        dot.hidden = !unsaved;
        tab.title = unsaved ? `${path}, ${say("unsaved")}` : path;
      },
      onSave: () => {},
      onApply: () => terminal.put(`kubectl apply -f ${quoted(path)}\r`),
      onClose: () => close(path),
    });
    open.set(path, editor);
    terminal.addPanel(`file:${path}`, { tab, box, focus: () => editor.focus(), shown: () => editor.refresh() });
    remember();
    try {
      await editor.load();
      terminal.showPanel(`file:${path}`, focus);
    } catch (error) {
      editor.tell(error.message, "bad");
    }
  }

  function close(path) {
    const editor = open.get(path);
    if (editor.unsaved && !confirm(say("close-unsaved", { path }))) return;
    localStorage.removeItem(editor.draft);
    open.delete(path);
    terminal.removePanel(`file:${path}`);
    editor.dispose();
    remember();
  }

  menu.addEventListener("toggle", async (event) => {
    if (event.newState !== "open") return;
    const list = menu.querySelector(".files");
    const facts = await fetch(`${base}files/`).then((answer) => answer.json()).catch(() => ({ files: [] }));
    list.replaceChildren(...facts.files.map((path) => element("button", { type: "button", class: "mono", onclick: () => (menu.hidePopover(), show(path)) }, path)));
    if (!facts.files.length) list.replaceChildren(element("p", { class: "quiet" }, say("no-files")));
  });
  menu.querySelector("form").addEventListener("submit", (event) => {
    event.preventDefault();
    const input = event.target.elements.path;
    const path = input.value.trim().replace(/^~\//, "");
    if (!path) return;
    input.value = "";
    menu.hidePopover();
    show(path);
  });

  for (const path of JSON.parse(localStorage.getItem(KEPT) ?? "[]")) show(path, false).then(() => terminal.showTerminal());
}

const quoted = (path) => (/^[\w./-]+$/.test(path) ? `~/${path}` : `~/'${path.replaceAll("'", `'\\''`)}'`);
