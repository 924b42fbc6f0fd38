// Says in the learner's page who is watching the terminal, for as long as they do.

import { element, say } from "./words.js";

export function watchers(place, connection) {
  connection.on("watched", ({ names }) => {
    place.replaceChildren(names.length ? element("div", { class: "strip act" }, say("watched", { names: names.join(", ") })) : "");
  });
}
