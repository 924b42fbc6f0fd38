// The lesson's text: commands that go into the terminal on a click, predictions before looking.

import { element, say } from "./words.js";

const CHECK = '<svg class="i" viewBox="0 0 16 16" aria-hidden="true"><path d="m3 8.5 3.2 3.2L13 4.8"/></svg>';

export function prose(text, terminal, show) {
  text.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    const block = button?.closest("[data-run]");
    if (block) run(block, button);
    else if (button?.closest("div[data-ask]")) guess(button);
  });
  text.addEventListener("submit", (event) => {
    event.preventDefault();
    compare(event.target);
  });

  function run(block, button) {
    const command = block.querySelector("pre").textContent;
    show("work");
    if (block.dataset.typed) {
      terminal.put("\r");
      delete block.dataset.typed;
      block.classList.add("done");
      button.innerHTML = CHECK;
    } else {
      terminal.put(command.includes("\n") ? `\x1b[200~${command}\x1b[201~` : command);
      block.dataset.typed = "yes";
    }
  }
  meanings(text);
}

function guess(option) {
  const ask = option.closest("[data-ask]");
  const then = ask.querySelector(".then");
  for (const each of ask.querySelectorAll("button")) each.setAttribute("aria-pressed", each === option);
  tell(then, say("guess", { guess: option.textContent }));
}

/** Every cell of a table as it comes, and beside it what was said where that was something else. */
function compare(form) {
  const cells = [...form.querySelectorAll("[data-is]")];
  let right = 0;
  for (const cell of cells) {
    const said = cell.querySelector("select").value;
    const same = said === cell.dataset.is;
    if (same) right += 1;
    cell.classList.add(same ? "same" : "other");
    const beside = say(same ? "guess-same" : "guess-other", { guess: said });
    cell.replaceChildren(element("b", {}, cell.dataset.is), " ", element("span", {}, beside));
  }
  const then = form.querySelector(".then");
  form.querySelector("button").remove();
  tell(then, say("guess-cells", { right, cells: cells.length }));
  then.tabIndex = -1;
  then.focus();
}

function tell(then, first) {
  const told = [first, then.dataset.then].filter(Boolean).join(" ");
  then.replaceChildren(...told.split("`").map((part, n) => (n % 2 ? element("code", {}, part) : part)));
}

/** What a term means, on hover and on focus; the link itself leads to the glossary. Esc closes it, the pointer may enter it. */
function meanings(text) {
  const card = element("div", { class: "pop meaning", popover: "manual", role: "tooltip", id: "meaning" });
  text.after(card);
  let over = null;
  let timer;
  const show = (term) => {
    clearTimeout(timer);
    if (over === term) return;
    over = term;
    card.replaceChildren(element("b", {}, term.textContent), element("p", {}, term.dataset.means));
    term.setAttribute("aria-describedby", "meaning");
    card.showPopover();
    const spot = term.getBoundingClientRect();
    card.style.left = `${Math.max(8, Math.min(spot.left, innerWidth - card.offsetWidth - 12))}px`;
    const below = spot.bottom + 6;
    card.style.top = `${below + card.offsetHeight < innerHeight ? below : spot.top - card.offsetHeight - 6}px`;
  };
  const hide = () => {
    clearTimeout(timer);
    over?.removeAttribute("aria-describedby");
    over = null;
    if (card.matches(":popover-open")) card.hidePopover();
  };
  const leave = () => (timer = setTimeout(hide, 200));
  const on = (event, does) => text.addEventListener(event, ({ target }) => target.matches(".term") && does(target));
  on("pointerover", show);
  on("pointerout", leave);
  on("focusin", show);
  on("focusout", hide);
  card.addEventListener("pointerenter", () => clearTimeout(timer));
  card.addEventListener("pointerleave", leave);
  addEventListener("keydown", (event) => event.code === "Escape" && hide());
  text.parentElement.addEventListener("scroll", hide, { passive: true });
}
