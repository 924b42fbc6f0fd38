// Watching a learner: their terminals and their picture as they are. Nothing is sent but that we watch.

import { Connection } from "./connection.js";
import { picture } from "./picture.js";
import { Screen } from "./screen.js";
import { element, say } from "./words.js";

const drawer = document.getElementById("drawer");
let leave = () => {};

document.body.addEventListener("htmx:afterSettle", (event) => {
  if (event.detail.target !== drawer) return;
  leave();
  const pane = drawer.querySelector("[data-watch]");
  leave = pane ? watch(pane) : () => {};
});
drawer.addEventListener("closed", () => leave());
addEventListener("pagehide", () => leave());

function watch(pane) {
  const connection = new Connection(pane.dataset.watch);
  const tabs = pane.querySelector(".watch-tabs");
  const stack = pane.querySelector(".screens");
  const screens = new Map();

  const show = (name) => {
    for (const screen of screens.values()) {
      screen.box.hidden = screen.name !== name;
      screen.tab.setAttribute("aria-selected", screen.name === name);
    }
  };
  const open = (name, [cols, rows]) => {
    const box = element("div", { class: "screen" });
    stack.append(box);
    const screen = new Screen(name, box, { fixed: { cols, rows } });
    screen.tab = element("button", { role: "tab", type: "button", onclick: () => show(name) }, say("terminal-name", { number: name }));
    tabs.append(screen.tab);
    screens.set(name, screen);
    connection.ask({ do: "attach", terminal: name, since: 0 });
  };

  let sizes = {};
  const attach = () => {
    for (const [name, size] of Object.entries(sizes)) {
      const known = screens.get(name);
      if (known) connection.ask({ do: "attach", terminal: name, since: known.offset });
      else open(name, size);
    }
    tabs.hidden = screens.size < 2;
    if (screens.size) show([...screens.keys()].at(-1));
  };
  connection.on("sizes", ({ terminals }) => (sizes = terminals));
  connection.on("hello", attach);
  connection.on("output", (name, offset, bytes) => screens.get(name)?.write(offset, bytes));
  const recolour = () => screens.forEach((screen) => screen.recolour());
  document.addEventListener("themechange", recolour);
  picture(pane.querySelector(".plan"), connection, null);
  connection.open();
  return () => {
    document.removeEventListener("themechange", recolour);
    connection.leave();
    screens.forEach((screen) => screen.dispose());
  };
}
