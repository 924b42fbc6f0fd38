// Panes: splitters that remember their widths, one pane at a time on narrow screens, F6 round the panes.

import { isShortcut } from "./keys.js";
import { element, say } from "./words.js";

const LEAST = 280;
const MOST = 720;
const STEP = 16;

export function layout(lab) {
  const body = document.body;
  const panes = { read: lab.querySelector(".read"), work: lab.querySelector(".work"), side: lab.querySelector(".side") };

  const show = (name) => {
    body.dataset.pane = name;
    for (const button of lab.querySelectorAll("[data-to]")) {
      if (button.dataset.to === name) button.setAttribute("aria-current", "true");
      else button.removeAttribute("aria-current");
    }
    dispatchEvent(new Event("resize"));
  };
  for (const button of lab.querySelectorAll("[data-to]")) button.addEventListener("click", () => show(button.dataset.to));
  show(body.dataset.pane);

  for (const split of lab.querySelectorAll(".split")) splitter(split, lab, panes);

  const focusOn = (name) => {
    if (panes[name].offsetParent === null) show(name);
    if (name === "work") lab.dispatchEvent(new CustomEvent("focusterminal"));
    else if (name === "read") panes.read.focus();
    else (panes.side.querySelector(".tasks [aria-expanded=true]") ?? panes.side.querySelector("button")).focus();
  };
  const here = () => Object.keys(panes).find((name) => panes[name].contains(document.activeElement)) ?? "read";

  // In front of everything: inside the terminal these two are the only keys that are ours.
  addEventListener(
    "keydown",
    (event) => {
      if (event.isComposing) return;
      if (event.code === "F6" && !event.ctrlKey && !event.altKey) {
        const names = Object.keys(panes);
        const step = event.shiftKey ? names.length - 1 : 1;
        focusOn(names[(names.indexOf(here()) + step) % names.length]);
      } else if (event.code === "Backquote" && event.ctrlKey) {
        focusOn(here() === "work" ? "read" : "work");
      } else return;
      event.preventDefault();
      event.stopPropagation();
    },
    true,
  );
  shortcuts(document.getElementById("shortcuts"));
  return { show, focusOn };
}

/** The list of keys, opened by `?` or from the menu. */
function shortcuts(card) {
  const keys = [["F6, Shift+F6", "panes"], ["Ctrl+`", "toggle"], ["1 – 9", "tasks"], ["H", "hint"], ["W", "why"], ["Ctrl+Shift+F", "find"], ["?", "list"]];
  for (const [key, what] of keys) {
    card.querySelector("dl").append(element("dt", {}, element("kbd", {}, key)), element("dd", {}, say(`key-${what}`)));
  }
  addEventListener("keydown", (event) => {
    if (event.key !== "?" || !isShortcut(event)) return;
    event.preventDefault();
    card.togglePopover();
  });
}

function splitter(split, lab, panes) {
  const name = split.dataset.sizes;
  const property = `--w-${name}`;
  const stored = localStorage.getItem(property);

  const set = (width) => {
    const kept = Math.round(Math.max(LEAST, Math.min(MOST, width)));
    lab.style.setProperty(property, `${kept}px`);
    split.setAttribute("aria-valuenow", kept);
    localStorage.setItem(property, kept);
    dispatchEvent(new Event("resize"));
  };
  const reset = () => {
    lab.style.removeProperty(property);
    localStorage.removeItem(property);
    split.setAttribute("aria-valuenow", panes[name].offsetWidth);
    dispatchEvent(new Event("resize"));
  };

  if (stored) set(Number(stored));
  else split.setAttribute("aria-valuenow", panes[name].offsetWidth);
  split.addEventListener("pointerdown", (event) => split.setPointerCapture(event.pointerId));
  split.addEventListener("pointermove", (event) => {
    if (split.hasPointerCapture(event.pointerId)) set(name === "read" ? event.clientX : innerWidth - event.clientX);
  });
  split.addEventListener("dblclick", reset);
  split.addEventListener("keydown", (event) => {
    const towards = { ArrowLeft: -STEP, ArrowRight: STEP }[event.code];
    if (towards) set(panes[name].offsetWidth + (name === "read" ? towards : -towards));
    else if (event.code === "Enter") reset();
    else return;
    event.preventDefault();
  });
}
