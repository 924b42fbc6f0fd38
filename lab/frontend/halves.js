// The terminal pane shows one tab, or two above each other; a separator between them, moved by pointer or keys.

import { element, say } from "./words.js";

const [LEAST, HALF, MOST, STEP] = [20, 50, 80, 5]; // percent

export class Halves {
  /** `kept` names the place where the browser keeps what was shown. */
  constructor(stack, kept, onMove) {
    this.stack = stack;
    this.kept = kept;
    this.onMove = onMove;
    this.names = []; // what is shown: one name, or two, the upper first
    this.active = 0; // which of them has the keyboard
    this.bar = element("div", {
      class: "cut",
      role: "separator",
      tabindex: 0,
      "aria-orientation": "horizontal",
      "aria-label": say("cut"),
      "aria-valuemin": LEAST,
      "aria-valuemax": MOST,
    });
    stack.append(this.bar);
    this.bar.addEventListener("pointerdown", (event) => this.bar.setPointerCapture(event.pointerId));
    this.bar.addEventListener("pointermove", (event) => {
      if (!this.bar.hasPointerCapture(event.pointerId)) return;
      const { top, height } = stack.getBoundingClientRect();
      this.move(((event.clientY - top) / height) * 100);
    });
    this.bar.addEventListener("dblclick", () => this.move(HALF));
    this.bar.addEventListener("keydown", (event) => {
      const step = { ArrowUp: -STEP, ArrowDown: STEP }[event.code];
      if (step) this.move(this.cut + step);
      else if (event.code === "Enter") this.move(HALF);
      else return;
      event.preventDefault();
    });
    this.move(HALF);
  }

  get isSplit() {
    return this.names.length === 2;
  }

  get front() {
    return this.names[this.active];
  }

  /** What was shown when the page was left, as far as it is still there. */
  restore(there) {
    const names = JSON.parse(localStorage.getItem(this.kept) ?? "[]").filter((name) => there.includes(name));
    this.names = names.length ? names : [there[0]];
    this.active = 0;
  }

  /** Bring a tab to the front: where it is shown already, or in place of the active one. */
  bring(name) {
    const place = this.names.indexOf(name);
    if (place >= 0) this.active = place;
    else this.names[this.active] = name;
    this.keep();
  }

  /** A second tab below the first, or only the active one. */
  split(other) {
    this.names = other ? [this.front, other] : [this.front];
    this.active = this.names.length - 1;
    this.keep();
  }

  /** A tab is gone; another comes in its place unless the other half shows something. */
  drop(name, other) {
    if (!this.names.includes(name)) return;
    this.names = this.isSplit ? this.names.filter((each) => each !== name) : [other];
    this.active = 0;
    this.keep();
  }

  place(name) {
    const index = this.names.indexOf(name);
    return index < 0 ? "" : !this.isSplit ? "whole" : index ? "lower" : "upper";
  }

  keep() {
    this.stack.classList.toggle("halved", this.isSplit);
    localStorage.setItem(this.kept, JSON.stringify(this.names));
  }

  move(percent) {
    this.cut = Math.round(Math.min(MOST, Math.max(LEAST, percent)));
    this.stack.style.setProperty("--cut", `${this.cut}%`);
    this.bar.setAttribute("aria-valuenow", this.cut);
    this.onMove();
  }
}
