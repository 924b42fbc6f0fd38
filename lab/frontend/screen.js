// One terminal: xterm.js, our colours, command numbers in the gutter, what is typed but not yet safe.

import { FitAddon } from "@xterm/addon-fit";
import { SearchAddon } from "@xterm/addon-search";
import { Unicode11Addon } from "@xterm/addon-unicode11";
import { Terminal } from "@xterm/xterm";
import { element, say } from "./words.js";

Terminal.strings.promptLabel = say("terminal-input");
const SLOW = 250; // ms that typed text may wait before it is shown as waiting
const LEAST_COLUMNS = 80; // on a phone lines do not wrap, they scroll

export class Screen {
  constructor(name, box, { onKeys, onSize, fixed }) {
    this.name = name;
    this.box = box;
    this.offset = 0; // how much of the output has been shown
    this.commands = []; // {number, marker, label}
    this.onSize = onSize;
    this.fixed = fixed; // {cols, rows} of a screen that somebody else works on
    this.terminal = new Terminal({
      allowProposedApi: true,
      cursorBlink: !matchMedia("(prefers-reduced-motion: reduce)").matches,
      fontFamily: getComputedStyle(document.documentElement).getPropertyValue("--mono"),
      fontSize: Number(localStorage.getItem("font-size") ?? (innerWidth <= 640 ? 12 : 13)),
      lineHeight: 1.35,
      minimumContrastRatio: 1,
      screenReaderMode: localStorage.getItem("screen-reader") === "1",
      scrollback: 5000,
      theme: colours(),
      ...(fixed && { ...fixed, disableStdin: true, cursorBlink: false }),
    });
    this.fitter = new FitAddon();
    this.search = new SearchAddon();
    this.terminal.loadAddon(this.fitter);
    this.terminal.loadAddon(this.search);
    this.terminal.loadAddon(new Unicode11Addon());
    this.terminal.unicode.activeVersion = "11";
    this.terminal.open(box);
    if (onKeys) {
      this.terminal.onData(onKeys);
      this.terminal.onBinary(onKeys);
    }
    this.terminal.parser.registerOscHandler(133, (mark) => this.marked(mark));
    this.terminal.attachCustomKeyEventHandler((event) => this.wants(event));
    this.unsafe = element("span", { class: "unsafe", hidden: true });
    box.append(this.unsafe);
    this.fit();
  }

  /** Bytes of output at an absolute offset; what was shown before is not shown again. */
  write(offset, bytes) {
    const known = this.offset - offset;
    if (known >= bytes.length) return;
    this.terminal.write(known > 0 ? bytes.subarray(known) : bytes);
    this.offset = offset + bytes.length;
  }

  fit() {
    if (this.fixed) return;
    if (this.box.offsetParent === null || this.box.clientWidth === 0) {
      this.unseen = true;
      return;
    }
    if (this.unseen) {
      this.unseen = false; // xterm.js draws again a frame after it is seen; measured before, its scroll bar stays wrong
      requestAnimationFrame(() => requestAnimationFrame(() => this.fit()));
      return;
    }
    const size = this.fitter.proposeDimensions();
    if (!size || !Number.isFinite(size.cols)) return;
    const cols = Math.max(size.cols, innerWidth <= 640 ? LEAST_COLUMNS : 20);
    if (cols !== this.terminal.cols || size.rows !== this.terminal.rows) this.terminal.resize(cols, size.rows);
    if (this.known !== `${cols}×${size.rows}`) {
      this.known = `${cols}×${size.rows}`;
      this.onSize(cols, size.rows);
    }
  }

  get size() {
    return { cols: this.terminal.cols, rows: this.terminal.rows };
  }

  fontSize(change) {
    const size = Math.min(20, Math.max(11, this.terminal.options.fontSize + change));
    localStorage.setItem("font-size", size);
    this.terminal.options.fontSize = size;
    this.fit();
  }

  recolour() {
    this.terminal.options.theme = colours();
  }

  /** Copy and paste as people know them from their own terminals; everything else belongs to the shell. */
  wants(event) {
    if (event.type !== "keydown") return true;
    const shifted = event.ctrlKey && event.shiftKey;
    if (event.code === "KeyC" && (shifted || (event.ctrlKey && this.terminal.hasSelection()))) {
      navigator.clipboard?.writeText(this.terminal.getSelection());
      this.terminal.clearSelection();
      event.preventDefault();
      return false;
    }
    if (event.code === "KeyF" && shifted) {
      this.box.dispatchEvent(new CustomEvent("find", { bubbles: true }));
      event.preventDefault();
      return false;
    }
    if (event.code === "KeyV" && event.ctrlKey) return false; // the browser pastes
    return true;
  }

  /** The shell's marks: A a prompt begins, B typing begins, C a command runs, D it has ended, with its exit code. */
  marked(mark) {
    const [kind, detail] = mark.split(";");
    if (kind === "A" && detail === "k=s") return true; // a command goes on over several lines
    const command = this.commands.at(-1);
    if (kind === "A") this.prompted(command, Number(/^n=(\d+)$/.exec(detail ?? "")?.[1]));
    else if (kind === "B") this.box.dispatchEvent(new Event("prompt"));
    else if (kind === "C" && command) command.used = true;
    else if (kind === "D" && command?.used) {
      command.code = Number(detail ?? 0);
      command.ended = true;
      if (command.decoration?.element) dress(command.decoration.element, command);
    }
    return true;
  }

  /** Whether a command runs that has not ended. */
  get isBusy() {
    const command = this.commands.at(-1);
    return Boolean(command?.used) && !command.ended;
  }

  /** Show which command is spoken of: its number in indigo, in view. */
  mark(number) {
    for (const command of this.commands) command.decoration?.element?.classList.toggle("sel", command.number === number);
    const line = this.commands.find((command) => command.number === number)?.decoration?.marker.line;
    if (line >= 0) this.terminal.scrollToLine(Math.max(line - 2, 0));
  }

  /** A number beside the prompt, as the shell counts; a line that was left empty or dropped gives its number to the next. */
  prompted(latest, number) {
    if (latest && !latest.used) {
      latest.decoration?.dispose();
      this.commands.pop();
    }
    const marker = this.terminal.registerMarker(0);
    const decoration = marker && this.terminal.registerDecoration({ marker, x: 0, width: 1, layer: "top" });
    const command = { number, code: 0, used: false, decoration };
    decoration?.onRender((label) => dress(label, command));
    this.commands.push(command);
  }

  /** Show what was typed and is not stored yet, dim, at the cursor; only once it has waited noticeably. */
  showUnsafe(text, since) {
    clearTimeout(this.unsafeTimer);
    const printable = text.replace(/\p{Cc}+/gu, "");
    const late = performance.now() - since;
    if (!printable) this.unsafe.hidden = true;
    else if (late < SLOW) this.unsafeTimer = setTimeout(() => this.showUnsafe(text, since), SLOW - late);
    else {
      const buffer = this.terminal.buffer.active;
      const screen = this.box.querySelector(".xterm-screen");
      const [inner, outer] = [screen.getBoundingClientRect(), this.box.getBoundingClientRect()];
      this.unsafe.textContent = printable;
      this.unsafe.style.left = `${inner.left - outer.left + (buffer.cursorX * inner.width) / this.terminal.cols}px`;
      this.unsafe.style.top = `${inner.top - outer.top + (buffer.cursorY * inner.height) / this.terminal.rows}px`;
      this.unsafe.style.fontSize = `${this.terminal.options.fontSize}px`;
      this.unsafe.hidden = false;
    }
  }

  text() {
    const buffer = this.terminal.buffer.active;
    const lines = [];
    for (let row = 0; row < buffer.length; row++) {
      const line = buffer.getLine(row);
      const text = line.translateToString(true);
      if (line.isWrapped) lines[lines.length - 1] += text;
      else lines.push(text);
    }
    return lines.join("\n").trimEnd() + "\n";
  }

  dispose() {
    this.terminal.dispose();
    this.box.remove();
  }
}

function dress(label, { number, code }) {
  label.classList.add("no");
  label.classList.toggle("err", code !== 0);
  label.textContent = code ? `!${number}` : number;
  label.title = code ? say("exit-code", { code }) : "";
  label.setAttribute("aria-label", say("command", { number }));
}

/** The terminal's sixteen colours, from the tokens of the theme. */
export function colours() {
  const probe = element("span", { style: "position:absolute;visibility:hidden" });
  document.body.append(probe);
  const colour = (value) => {
    probe.style.color = value;
    return hex(getComputedStyle(probe).color);
  };
  const token = (name) => colour(`var(--term-${name})`);
  const bright = (name) => colour(`color-mix(in srgb, var(--term-${name}) 70%, white)`);
  const names = ["red", "green", "yellow", "blue", "magenta", "cyan"];
  const theme = {
    background: token("bg"),
    foreground: token("fg"),
    cursor: token("fg"),
    cursorAccent: token("bg"),
    selectionBackground: token("sel"),
    black: "#31403d",
    brightBlack: token("dim"),
    white: token("fg"),
    brightWhite: colour("color-mix(in srgb, var(--term-fg) 70%, white)"),
  };
  for (const name of names) {
    theme[name] = token(name);
    theme[`bright${name[0].toUpperCase()}${name.slice(1)}`] = bright(name);
  }
  probe.remove();
  return theme;
}

/** A computed colour as #rrggbb: a canvas knows every notation. */
function hex(colour) {
  const context = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  context.fillStyle = colour;
  context.fillRect(0, 0, 1, 1);
  return `#${[...context.getImageData(0, 0, 1, 1).data.slice(0, 3)].map((each) => each.toString(16).padStart(2, "0")).join("")}`;
}
