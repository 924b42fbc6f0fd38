// The terminal pane: tabs of screens on one connection, and of panels that others add; search, menu, keys for phones.

import { Halves } from "./halves.js";
import { Screen } from "./screen.js";
import { element, say } from "./words.js";

const MOST_KEYS = 32 * 1024; // letters in one message

export function terminals(pane, connection, sandbox) {
  const tablist = pane.querySelector("[role=tablist]");
  const stack = pane.querySelector(".screens");
  const KEPT = `terminals:${sandbox}`;
  const screens = new Map();
  const panels = new Map(); // what others show in tabs beside the terminals: {tab, box, focus, shown}
  let shown = null; // the terminal that was in front last
  const fit = () => screens.forEach((screen) => screen.fit());
  const halves = new Halves(stack, `halves:${sandbox}`, fit);

  function open(name) {
    const box = element("div", { class: "screen", role: "tabpanel", id: `screen-${name}`, "aria-label": title(name) });
    stack.append(box);
    const screen = new Screen(name, box, {
      onKeys: (data) => type(name, data),
      onSize: (cols, rows) => screens.has(name) && connection.do({ do: "resize", terminal: name, cols, rows }),
    });
    screen.tab = element("button", {
      role: "tab",
      type: "button",
      "aria-controls": `screen-${name}`,
      onclick: () => show(name, true),
    }, title(name), element("span", { class: "x", "aria-hidden": "true", title: say("close-terminal") }, "×"));
    screen.tab.querySelector(".x").addEventListener("click", (event) => {
      event.stopPropagation();
      close(name);
    });
    box.addEventListener("focusin", () => halves.isSplit && halves.front !== name && show(name));
    tablist.append(screen.tab);
    screens.set(name, screen);
    connection.do({ do: "open", terminal: name, ...screen.size });
    connection.ask({ do: "attach", terminal: name, since: 0 });
    remember();
    return screen;
  }

  const title = (name) => say("terminal-name", { number: name });
  const remember = () => localStorage.setItem(KEPT, JSON.stringify([...screens.keys()]));

  /** End what runs in a terminal, and its tab; one stays. */
  function close(name) {
    const screen = screens.get(name);
    if (screens.size < 2 || (screen.isBusy && !confirm(say("close-terminal-ask", { name: title(name) })))) return;
    connection.do({ do: "close", terminal: name });
    screens.delete(name);
    screen.tab.remove();
    screen.dispose();
    remember();
    leave(name);
  }

  /** Another tab comes to the front where this one was. */
  function leave(name) {
    const other = [...screens.keys()].at(-1);
    if (shown?.name === name) shown = screens.get(other);
    halves.drop(name, other);
    show(halves.front, true);
  }

  function show(name, focus = false) {
    halves.bring(name);
    for (const [own, each] of [...screens, ...panels]) {
      const place = halves.place(own);
      each.box.hidden = !place;
      each.box.dataset.half = place;
      each.tab.setAttribute("aria-selected", own === name);
      each.tab.classList.toggle("seen", Boolean(place));
      each.tab.tabIndex = own === name ? 0 : -1;
    }
    tablist.classList.toggle("several", screens.size > 1);
    fit();
    if (panels.has(name)) {
      const panel = panels.get(name);
      panel.shown();
      if (focus) panel.focus();
      return;
    }
    shown = screens.get(name);
    if (focus) shown.terminal.focus();
  }

  /** Keys go in messages of a size that the server takes; a letter of two halves is not cut. */
  function type(name, data) {
    const keys = withCtrl(data);
    for (let from = 0; from < keys.length; ) {
      const cut = /[\ud800-\udbff]/.test(keys[from + MOST_KEYS - 1] ?? "") ? MOST_KEYS - 1 : MOST_KEYS;
      connection.do({ do: "keys", terminal: name, data: keys.slice(from, from + cut) });
      from += cut;
    }
  }

  // Phones have no Ctrl: pressed here, it goes with the next letter.
  const ctrl = pane.querySelector("[data-key=ctrl]");
  const withCtrl = (data) => {
    if (ctrl.getAttribute("aria-pressed") !== "true" || data.length !== 1) return data;
    ctrl.setAttribute("aria-pressed", "false");
    return String.fromCharCode(data.toUpperCase().charCodeAt(0) & 31);
  };
  for (const button of pane.querySelectorAll("[data-key]")) {
    button.addEventListener("click", () => {
      if (button === ctrl) ctrl.setAttribute("aria-pressed", ctrl.getAttribute("aria-pressed") !== "true");
      else type(shown.name, button.dataset.key);
      shown.terminal.focus();
    });
  }

  tablist.addEventListener("keydown", (event) => {
    const own = [...screens].find(([, screen]) => screen.tab === event.target);
    if (event.code === "Delete" && own) return close(own[0]);
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.code];
    if (!step) return;
    const tabs = [...tablist.children];
    const next = tabs[(tabs.findIndex((tab) => tab.tabIndex === 0) + step + tabs.length) % tabs.length];
    next.click();
    next.focus();
  });

  const free = () => Array.from({ length: 9 }, (_, index) => String(index + 1)).find((name) => !screens.has(name));
  const reading = () => pane.querySelector("[data-terminal=reader]").setAttribute("aria-pressed", localStorage.getItem("screen-reader") === "1");
  reading();
  const menu = {
    new: () => {
      const name = free();
      if (!name) return;
      open(name);
      show(name, true);
    },
    split: () => {
      const beside = [...screens.keys()].find((name) => !halves.names.includes(name)) ?? free();
      if (!halves.isSplit && beside && !screens.has(beside)) open(beside);
      halves.split(halves.isSplit ? null : beside);
      show(halves.front, true);
    },
    close: () => close(shown.name),
    reader: () => {
      const on = localStorage.getItem("screen-reader") !== "1";
      localStorage.setItem("screen-reader", on ? "1" : "");
      screens.forEach((screen) => (screen.terminal.options.screenReaderMode = on));
      reading();
    },
    find: () => finder.open(),
    smaller: () => screens.forEach((screen) => screen.fontSize(-1)),
    larger: () => screens.forEach((screen) => screen.fontSize(1)),
    paper: () => {
      const root = document.documentElement;
      const paper = root.dataset.terminal !== "paper";
      if (paper) root.dataset.terminal = "paper";
      else delete root.dataset.terminal;
      localStorage.setItem("terminal", paper ? "paper" : "");
      recolour();
    },
    copy: () => navigator.clipboard?.writeText(shown.terminal.getSelection() || shown.text()),
    paste: async () => {
      const text = await navigator.clipboard?.readText().catch(() => ""); // refused: there is still the browser's own menu
      if (text) shown.terminal.paste(text);
      shown.terminal.focus();
    },
  };
  for (const button of pane.querySelectorAll("[data-terminal]")) {
    button.addEventListener("click", () => {
      menu[button.dataset.terminal]();
      button.closest("[popover]")?.hidePopover();
    });
  }

  const recolour = () => screens.forEach((screen) => screen.recolour());
  document.addEventListener("themechange", recolour);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", recolour);
  if (localStorage.getItem("terminal") === "paper") document.documentElement.dataset.terminal = "paper";

  const finder = search(pane, () => shown);
  stack.addEventListener("find", () => finder.open());

  new ResizeObserver(fit).observe(stack);

  connection.on("hello", () => {
    for (const screen of screens.values()) connection.ask({ do: "attach", terminal: screen.name, since: screen.offset });
  });
  connection.on("output", (name, offset, bytes) => screens.get(name)?.write(offset, bytes));
  connection.on("waiting", (waiting) => {
    if (!shown) return;
    const keys = waiting.filter(({ message }) => message.do === "keys" && message.terminal === shown.name);
    shown.showUnsafe(keys.map(({ message }) => message.data).join(""), keys[0]?.since ?? 0);
  });
  strips(pane.querySelector(".above"), connection, () => shown.terminal.focus());
  hintOfLeaving(pane);
  placeMenus(pane.querySelector(".tabs"));

  const names = JSON.parse(localStorage.getItem(KEPT) ?? "null") ?? ["1"];
  for (const name of names) open(name);
  halves.restore(names);
  show(halves.front);

  return {
    focus: () => shown.terminal.focus(),
    /** Resolves when the shell asks for the next command. */
    nextPrompt: () => new Promise((done) => shown.box.addEventListener("prompt", done, { once: true })),
    /** Mark a command by its number, and bring it into view. */
    mark: (number, name) => {
      if (screens.has(name) && shown.name !== name) show(name);
      shown.mark(number);
    },
    addPanel: (name, panel) => {
      panel.tab.addEventListener("click", () => show(name, true));
      panel.box.addEventListener("focusin", () => halves.isSplit && halves.front !== name && show(name));
      stack.append(panel.box);
      tablist.append(panel.tab);
      panels.set(name, panel);
    },
    showPanel: show,
    showTerminal: () => show(shown.name),
    removePanel: (name) => {
      panels.get(name).tab.remove();
      panels.delete(name);
      leave(name);
    },
    /** Put a command at the prompt, or run it. */
    put: (text) => {
      show(shown.name, true);
      type(shown.name, text);
    },
  };
}

function search(pane, current) {
  const form = pane.querySelector(".finder");
  const input = form.querySelector("input");
  const count = form.querySelector(".count");
  const style = getComputedStyle(document.documentElement);
  const options = () => ({
    decorations: {
      matchBackground: style.getPropertyValue("--term-line").trim() || "#2c3a3b",
      activeMatchBackground: "#775000",
      matchOverviewRuler: "#e3c16a",
      activeMatchColorOverviewRuler: "#e3c16a",
    },
  });
  const told = new WeakSet();
  const tell = () => {
    const { search: addon } = current();
    if (told.has(addon)) return;
    told.add(addon);
    addon.onDidChangeResults(({ resultIndex, resultCount }) => {
      count.textContent = resultCount ? say("found", { index: resultIndex + 1, count: resultCount }) : input.value ? say("not-found") : "";
    });
  };
  const next = () => current().search.findNext(input.value, options());
  const previous = () => current().search.findPrevious(input.value, options());
  const close = () => {
    form.hidden = true;
    current().search.clearDecorations();
    current().terminal.focus();
  };
  input.addEventListener("input", () => current().search.findPrevious(input.value, { ...options(), incremental: true }));
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.code === "Escape") close();
    else if (event.code === "Enter" && event.target === input) (event.shiftKey ? next : previous)();
  });
  form.querySelector("[data-find=next]").addEventListener("click", next);
  form.querySelector("[data-find=previous]").addEventListener("click", previous);
  form.querySelector("[data-find=close]").addEventListener("click", close);
  return {
    open: () => {
      form.hidden = false;
      tell();
      input.select();
      input.focus();
    },
  };
}

/** One line above the terminal about the connection: what happened, what is safe, what to do. */
function strips(place, connection, goBack) {
  let timer;
  const clear = () => {
    clearInterval(timer);
    const held = place.contains(document.activeElement);
    place.replaceChildren();
    if (held) goBack();
  };
  const show = (kind, text, action, label) => {
    const line = element("span", {}, text);
    const button = action && element("button", { class: "btn", type: "button", onclick: action }, label);
    place.replaceChildren(element("div", { class: `strip ${kind}` }, line, element("span", { class: "end" }, button ?? "")));
    return line;
  };
  let slow = setTimeout(() => show("act", say("opening")), 600);
  connection.on("hello", () => {
    clearTimeout(slow);
    clearTimeout(move);
    move = null;
    clear();
  });
  let move = null;
  let free = 0; // when another server's claim ends, unless it goes on
  connection.on("claimed", ({ seconds }) => (free = performance.now() + seconds * 1000));
  const moved = () => {
    const words = () => {
      const left = Math.ceil((free - performance.now()) / 1000);
      return left > 0 ? say("moving-until", { seconds: left }) : say("moving");
    };
    const line = show("wait", words());
    clearInterval(timer);
    timer = setInterval(() => (line.textContent = words()), 1000);
  };
  connection.on("lost", ({ again, moving }) => {
    clearTimeout(slow);
    if (moving) return (move ??= setTimeout(moved, 1500));
    clear();
    const left = () => Math.max(0, Math.ceil((again - performance.now()) / 1000));
    const words = () => (left() ? say("lost", { seconds: left() }) : say("trying"));
    const line = show("wait", words(), () => connection.open(), say("try-now"));
    timer = setInterval(() => (line.textContent = words()), 1000);
  });
  connection.on("ended", () => {
    clear();
    show("act", say("elsewhere"), () => location.reload(), say("reload"));
  });
  connection.on("closed", () => show("wait", say("closed"), () => location.reload(), say("reload-page")));
  let report = "";
  connection.on("trouble", (message) => (report = message.report));
  let unreadable = false;
  connection.on("unreadable", (message) => {
    unreadable = true;
    report = message.report;
  });
  connection.on("stopped", () => {
    clearTimeout(slow);
    clear();
    if (unreadable) return show("our", say("unreadable", { report }), () => document.querySelector("[data-start-over]")?.click(), say("start-over"));
    show("our", say("broken", { report }), () => connection.open(), say("retry"));
  });
}

/** The first time the terminal gets the focus, say how to leave it. */
function hintOfLeaving(pane) {
  const line = pane.querySelector(".leave");
  line.textContent = say("leave");
  const tell = (event) => {
    if (!event.target.closest(".screen")) return;
    event.currentTarget.removeEventListener("focusin", tell);
    line.classList.add("shown");
    setTimeout(() => line.classList.remove("shown"), 4000);
  };
  pane.querySelector(".screens").addEventListener("focusin", tell);
}

/** Menus of the tab bar open below the button that opens them. */
function placeMenus(bar) {
  for (const menu of bar.querySelectorAll("[popover]")) {
    menu.addEventListener("beforetoggle", (event) => {
      if (event.newState !== "open") return;
      const { bottom, right } = bar.querySelector(`[popovertarget="${menu.id}"]`).getBoundingClientRect();
      menu.style.top = `${bottom + 2}px`;
      menu.style.right = `${Math.max(innerWidth - right, 8)}px`;
    });
  }
}
