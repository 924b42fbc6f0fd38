// Says in the learner's page who is watching the terminal, and who has set off a fault, for as long as that is so.

import { element, say } from "./words.js";

export function watchers(place, connection) {
  const said = { watched: [], "faults-by": [] };
  const show = (key) => ({ names }) => {
    said[key] = names;
    const strips = Object.entries(said).filter(([, who]) => who.length);
    place.replaceChildren(...strips.map(([words, who]) => element("div", { class: "strip act" }, say(words, { names: who.join(", "), count: who.length }))));
  };
  connection.on("watched", show("watched"));
  connection.on("faults", show("faults-by"));
}
