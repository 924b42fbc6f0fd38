// The solution, played: each command is typed visibly, and the next waits for the prompt. Esc stops.

import { say } from "./words.js";

const LETTERS = 3; // typed at once
const PAUSE = 45; // ms between
const READING = 900; // ms before a command is run, and before the next
const pause = (time) => new Promise((done) => setTimeout(done, time));

export function solution(panel, terminal, show) {
  let next = 0; // the panel is drawn anew when verdicts change; where we are stays
  let playing = null;

  const steps = () => [...panel.querySelectorAll("[data-step]")];
  const mark = () => {
    const all = steps();
    all.forEach((step, index) => step.classList.toggle("at", index === next && next < all.length));
    const told = panel.querySelector("[data-playing]");
    if (told) told.textContent = playing ? say("playing") : next ? say("played", { done: next, all: all.length }) : "";
    for (const button of panel.querySelectorAll("[data-play]")) button.setAttribute("aria-disabled", next >= all.length || playing !== null);
  };
  document.body.addEventListener("htmx:afterSettle", (event) => event.detail.target === panel && mark());
  mark();

  panel.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-play]");
    if (!button || playing || next >= steps().length) return;
    const until = button.dataset.play === "all" ? steps().length : next + 1;
    playing = { stopped: false };
    show("work");
    while (next < until && !playing.stopped) {
      mark();
      await play(steps()[next].querySelector("pre").textContent, playing);
      if (!playing.stopped) next += 1;
    }
    playing = null;
    mark();
  });

  async function play(command, run) {
    if (command.includes("\n")) terminal.put(`\x1b[200~${command}\x1b[201~`);
    else {
      for (let at = 0; at < command.length && !run.stopped; at += LETTERS) {
        terminal.put(command.slice(at, at + LETTERS));
        await pause(PAUSE);
      }
    }
    await pause(READING);
    if (run.stopped) return;
    const prompt = terminal.nextPrompt();
    terminal.put("\r");
    await prompt;
    await pause(READING);
  }

  addEventListener(
    "keydown",
    (event) => {
      if (event.code !== "Escape" || !playing) return;
      playing.stopped = true;
      event.preventDefault();
      event.stopPropagation();
    },
    true,
  );
}
