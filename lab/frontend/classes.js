// Pages of a class: the gradebook by arrow keys, the drawer beside a table or the seats, words to some learners.

const drawer = document.getElementById("drawer");

document.body.addEventListener("htmx:afterSettle", (event) => {
  if (event.detail.target?.id !== "drawer") return; // going back in the history has no target
  drawer.hidden = false;
  drawer.parentElement.classList.add("open");
  mark(drawer.querySelector("[data-cell]")?.dataset.cell);
  drawer.querySelector("h2")?.focus({ preventScroll: true });
});

// A page that came with its drawer open, as when a link was followed before this script was there.
if (drawer && !drawer.hidden && location.search.includes("open=")) drawer.querySelector("h2")?.focus({ preventScroll: true });

// A seat that is replaced between press and release would never be clicked: the next answer will do.
document.body.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.target.id === "seats" && event.detail.target.querySelector(":active")) event.detail.shouldSwap = false;
});

// Whose seat is open stays marked, though the seats are drawn anew every few seconds.
document.body.addEventListener("htmx:afterSettle", (event) => {
  const { target, requestConfig } = event.detail;
  if (target?.id === "drawer") watched = requestConfig?.elt?.id ?? "";
  for (const each of document.querySelectorAll("a.seat[aria-current]")) each.removeAttribute("aria-current");
  if (watched) document.getElementById(watched)?.setAttribute("aria-current", "true");
});
let watched = "";

function mark(cell) {
  for (const each of document.querySelectorAll("td[data-cell]")) {
    if (each.dataset.cell === cell) each.setAttribute("aria-current", "true");
    else each.removeAttribute("aria-current");
  }
}

function close() {
  const cell = drawer.querySelector("[data-cell]")?.dataset.cell;
  drawer.hidden = true;
  drawer.parentElement.classList.remove("open");
  drawer.replaceChildren();
  drawer.dispatchEvent(new Event("closed"));
  document.getElementById(watched)?.removeAttribute("aria-current");
  watched = "";
  mark(null);
  document.getElementById(`c-${cell}`)?.focus();
}

document.addEventListener("click", (event) => {
  if (drawer && event.target.closest("[data-close]")) {
    event.preventDefault();
    close();
  }
  const word = event.target.closest("[data-word]");
  if (word) speak(word);
  const moment = event.target.closest("[data-moment]");
  if (moment) {
    document.querySelector("[data-moment-of]").value = moment.dataset.moment;
    document.getElementById("moment").showPopover();
  }
});
addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !event.isComposing && drawer && !drawer.hidden && !document.querySelector(":popover-open")) close();
});

/** A word to some: the card knows to whom, and says so. */
function speak(button) {
  const card = document.getElementById("word");
  card.querySelector("[data-word-whom]").value = button.dataset.word;
  card.querySelector("[data-word-head]").textContent = button.dataset.wordTitle;
  card.showPopover();
  card.querySelector("textarea").focus();
}

// The table: one tab stop a cell as links have it, and arrow keys between them.
document.addEventListener("keydown", (event) => {
  const from = event.target.closest?.(".grades tbody td");
  const step = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[event.key];
  if (!from || !step || event.altKey || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  const rows = [...from.closest("tbody").rows];
  let [row, column] = [rows.indexOf(from.parentElement), from.cellIndex];
  for (;;) {
    [row, column] = [row + step[0], column + step[1]];
    const cell = rows[row]?.cells[column];
    if (!cell) return;
    const link = cell.querySelector("a");
    if (link) return link.focus();
  }
});

// An attempt command by command, by the arrow keys.
document.addEventListener("keydown", (event) => {
  const step = { ArrowLeft: "back", ArrowRight: "on" }[event.key];
  if (!step || event.altKey || event.ctrlKey || event.metaKey || event.target.closest?.("input, textarea, select, .console")) return;
  const link = document.querySelector(`[data-step=${step}]`);
  if (!link) return;
  event.preventDefault();
  link.click();
});
document.body.addEventListener("htmx:afterSettle", (event) => {
  if (event.detail.target?.id !== "replay") return;
  document.querySelector(".commands [aria-current]")?.scrollIntoView({ block: "nearest" });
  const terminal = document.querySelector(".replay .console");
  if (terminal) terminal.scrollTop = terminal.scrollHeight;
});

// A changed score or a job that is over changes the table.
document.body.addEventListener("bookchanged", () => {
  if (!document.getElementById("sheet")) return; // a job is over on another page
  const cell = drawer?.querySelector("[data-cell]")?.dataset.cell;
  htmx.ajax("GET", location.href, { target: "#sheet", select: "#sheet", swap: "outerHTML" }).then(() => mark(cell));
});

document.addEventListener("change", (event) => {
  if (event.target.matches("[data-submit], [data-file] input[type=file]")) event.target.form.submit();
});
