// The lesson's text: commands that go into the terminal on a click, predictions before looking.

import { say } from "./words.js";

const CHECK = '<svg class="i" viewBox="0 0 16 16" aria-hidden="true"><path d="m3 8.5 3.2 3.2L13 4.8"/></svg>';

export function prose(text, terminal, show) {
  for (const block of text.querySelectorAll("[data-run]")) {
    const button = block.querySelector("button");
    const command = block.querySelector("pre").textContent;
    button.addEventListener("click", () => {
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
    });
  }
  for (const ask of text.querySelectorAll("[data-ask]")) {
    const then = ask.querySelector(".then");
    for (const option of ask.querySelectorAll("button")) {
      option.addEventListener("click", () => {
        for (const each of ask.querySelectorAll("button")) each.setAttribute("aria-pressed", each === option);
        then.textContent = [say("guess", { guess: option.textContent }), then.dataset.then].filter(Boolean).join(" ");
      });
    }
  }
}
