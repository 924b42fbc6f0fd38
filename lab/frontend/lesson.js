// The lesson page: one connection to the sandbox, and the panes that live on it.

import { Connection } from "./connection.js";
import { fileTabs } from "./filetabs.js";
import { layout } from "./layout.js";
import { picture } from "./picture.js";
import { prose } from "./prose.js";
import { solution } from "./solution.js";
import { tasks } from "./tasks.js";
import { terminals } from "./terminals.js";
import { watchers } from "./watchers.js";

const lab = document.querySelector(".lab");
const connection = new Connection(lab.dataset.socket);
const panes = layout(lab);
const terminal = terminals(lab.querySelector(".work"), connection, `${lab.dataset.sandbox}/${lab.dataset.generation}`);

const reveal = (pane) => {
  if (lab.querySelector(".work").offsetParent === null) panes.show(pane);
};

fileTabs(lab, lab.querySelector(".work"), terminal);
prose(lab.querySelector(".prose"), terminal, reveal);
solution(lab.querySelector(".tasks"), terminal, reveal);
picture(lab.querySelector(".plan"), connection, terminal);
tasks(lab.querySelector(".tasks"), connection, lab.dataset.tasks, terminal);
lab.addEventListener("focusterminal", terminal.focus);
// What a menu opens comes in its place.
for (const button of lab.querySelectorAll("[data-instead]")) {
  button.addEventListener("click", () => {
    button.closest("[popover]").hidePopover();
    const shown = document.getElementById(button.dataset.instead);
    if (button.hasAttribute("hx-get")) shown.replaceChildren(); // what was shown last would be chosen from, and then replaced
    shown.showPopover();
  });
}
watchers(lab.querySelector(".watched-by"), connection);
addEventListener("pagehide", () => connection.leave());
addEventListener("pageshow", (event) => event.persisted && location.reload());
connection.open();
