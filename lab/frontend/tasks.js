// The tasks panel: the server draws it anew when verdicts change; the place of focus and what is open stay.

import { isShortcut } from "./keys.js";
import { say } from "./words.js";

const SAID = { pass: "now-pass", fail: "now-fail", waiting: "now-waiting" };

export function tasks(panel, connection, url, terminal) {
  const live = document.getElementById("verdict");
  const count = document.querySelector("[data-count]");
  let known = states();

  function states() {
    return Object.fromEntries([...panel.querySelectorAll("[data-task]")].map((task) => [task.dataset.task, stateOf(task)]));
  }
  function stateOf(task) {
    return ["pass", "fail", "waiting", "error", "unjudged", "todo"].find((state) => task.classList.contains(state));
  }

  panel.addEventListener("click", (event) => {
    const command = event.target.closest("[data-command]");
    if (command) {
      command.classList.add("sel");
      terminal.mark(Number(command.dataset.command), command.dataset.in);
    }
    const name = event.target.closest(".name");
    if (!name) return;
    const open = name.getAttribute("aria-expanded") !== "true";
    toggle(name, open);
    chosen = open ? name.id : null;
  });
  let chosen = null;
  const toggle = (name, open) => {
    name.setAttribute("aria-expanded", open);
    document.getElementById(name.getAttribute("aria-controls")).hidden = !open;
  };

  // A button that is disabled while its request is under way, or gone with its task's state, loses the focus.
  let held = "";
  const hold = () => panel.contains(document.activeElement) && (held = document.activeElement.id);
  const giveBack = () => {
    if (held && document.activeElement === document.body) {
      (document.getElementById(held) ?? document.getElementById(held.replace(/^[a-z]+-/, "name-")))?.focus({ preventScroll: true });
    }
    held = "";
  };
  panel.addEventListener("htmx:beforeRequest", hold);
  panel.addEventListener("htmx:beforeSwap", hold);

  connection.on("tasks", () => htmx.ajax("GET", url, { target: panel, swap: "innerHTML" }).catch(() => {}));

  // Only then the new tasks are as the server drew them: what has an id bears the attributes of its predecessor until it settles.
  document.body.addEventListener("htmx:afterSettle", (event) => {
    if (event.detail.target !== panel) return;
    const drawn = panel.querySelector("template[data-steps]");
    if (drawn) document.getElementById("steps").replaceChildren(drawn.content);
    const name = chosen && document.getElementById(chosen);
    if (name) toggle(name, true);
    giveBack();
    const now = states();
    const done = Object.values(now).filter((state) => state === "pass").length;
    if (count) count.textContent = `${done}/${Object.keys(now).length}`;
    const changed = Object.keys(now).filter((task) => now[task] !== known[task] && SAID[now[task]]);
    if (changed.length) {
      live.textContent = changed
        .map((task) => say(SAID[now[task]], { title: document.getElementById(`task-${task}`).dataset.title }))
        .join(" ");
    }
    known = now;
  });

  // A request that fails leaves the button usable and says so beside it.
  const failed = (event) => {
    const button = event.detail.elt?.querySelector?.("button");
    if (!button || button.parentElement.querySelector(".unsent")) return;
    const note = document.createElement("span");
    note.className = "unsent";
    note.textContent = say("failed");
    button.after(note);
  };
  document.body.addEventListener("htmx:responseError", failed);
  document.body.addEventListener("htmx:sendError", failed);

  addEventListener("keydown", (event) => {
    if (!isShortcut(event)) return;
    const digit = /^Digit([1-9])$/.exec(event.code);
    if (digit) panel.querySelectorAll(".name")[digit[1] - 1]?.click();
    else if (event.code === "KeyH") panel.querySelector(".more:not([hidden]) [id^='hint-']")?.click();
    else return;
    event.preventDefault();
  });
}
