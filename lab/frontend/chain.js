// Why? The chain behind an object as a list of steps (who, what, revision), and the walk along it in the picture.

import { emphasized, inWords, isBad } from "./sentences.js";
import { element, say } from "./words.js";

const PACE = 1100; // ms for which a step is shown while the chain is played
const still = matchMedia("(prefers-reduced-motion: reduce)");

/** The list with its buttons; `walk` is called with the step to be shown in the picture, or with null. */
export function chain(steps, { told, terminal, walk, back, begins, was = {} }) {
  const list = element("ol", { class: "chain", tabindex: -1, "aria-label": say("why-label") });
  const rows = (steps ?? []).map((step) => row(step, told, terminal));
  list.append(...rows);
  let timer = null;
  const show = (place) => {
    rows.forEach((each, at) => (at === place ? each.setAttribute("aria-current", "step") : each.removeAttribute("aria-current")));
    rows[place]?.scrollIntoView({ block: "nearest" });
    whole.dataset.at = place ?? "";
    walk(place === null ? null : steps[place]);
  };
  const stop = () => {
    clearInterval(timer);
    timer = null;
    delete whole.dataset.playing;
    play.textContent = say("why-play");
  };
  const start = (from = 0) => {
    let place = from;
    show(place);
    whole.dataset.playing = "true";
    play.textContent = say("why-stop");
    timer = setInterval(() => {
      if (!list.isConnected) return clearInterval(timer);
      if (++place < rows.length) return show(place);
      stop();
      show(null);
    }, PACE);
  };
  const play = element("button", { class: "btn", type: "button", onclick: () => (timer ? (stop(), show(null)) : start()) }, say("why-play"));
  rows.forEach((each, place) =>
    each.querySelector(".actor").addEventListener("click", () => {
      stop();
      show(place);
    }),
  );
  const empty = steps && !steps.length ? element("p", {}, say("why-nothing")) : null;
  const buttons = element("div", { class: "acts" }, rows.length ? play : null, element("button", { class: "btn", type: "button", onclick: back }, say("why-back")));
  const whole = element("div", { class: "why", "data-known": JSON.stringify(steps), "aria-busy": steps ? null : "true" }, empty ?? list, buttons);
  if (was.at && Number(was.at) < rows.length) was.playing ? start(Number(was.at)) : show(Number(was.at)); // more has happened meanwhile
  if (begins && rows.length && !still.matches) setTimeout(() => list.isConnected && !timer && start(), 250);
  return whole;
}

function row(step, told, terminal) {
  const bad = step.bad || (step.did === "call" && isBad(step.facts.way));
  return element(
    "li",
    { class: bad ? "no" : null },
    element("button", { type: "button", class: "actor mono" }, step.who),
    element("span", { class: "what" }, ...words(step, told), ...number(step, terminal), ...revision(step)),
  );
}

function words(step, told) {
  if (step.did === "call") return emphasized(inWords(step.facts.way, told));
  const what = step.facts.what ? `: ${step.facts.what}` : "";
  return [say(`why-${step.did}`, { ...step.facts, what: step.did === "refused" ? step.facts.what : what })];
}

function number(step, terminal) {
  if (!step.command) return [];
  const chip = { type: "button", class: "cmdno", "aria-label": say("command", { number: step.command }) };
  return [" ", terminal ? element("button", { ...chip, onclick: () => terminal.mark(step.command, step.terminal) }, `${step.command}`) : element("span", { class: "cmdno" }, `${step.command}`)];
}

function revision(step) {
  const when = step.at ? new Date(step.at / 1000).toISOString().slice(11, 19) : "";
  const parts = [step.revision && say("why-revision", { revision: step.revision }), when].filter(Boolean);
  return parts.length ? [" ", element("span", { class: "faint num" }, parts.join(", "))] : [];
}
