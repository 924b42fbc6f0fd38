// More rooms than can be seen at once stand behind the doors of their zones, which open on click.

import { say, shape } from "./words.js";
import { ROOM } from "./ways.js";

const MOST_ROOMS = 12;
const HEIGHT = 44;
const STATES = ["running", "creating", "notready", "bad", "leaving", "done", "lost"];

/** The rooms by zone, in order; all in one nameless group where there are few. */
export function grouped(homes) {
  if (homes.length <= MOST_ROOMS) return [{ zone: null, homes }];
  const zones = new Map();
  for (const node of homes) zones.set(node.zone, [...(zones.get(node.zone) ?? []), node]);
  return [...zones].sort(([one], [other]) => (one < other ? -1 : 1)).map(([zone, homes]) => ({ zone, homes }));
}

/** The door of a zone: its name, how many nodes and Pods stand behind it, and in which states. */
export function door({ zone, homes }, pods, y, plan) {
  const names = new Set(homes.map((node) => node.name));
  const inside = pods.filter((pod) => names.has(pod.node));
  const lost = homes.filter((node) => !node.ready).length;
  const open = plan.opened.has(zone);
  const words = [
    zone ? say("zone", { zone }) : say("no-zone"),
    say("zone-holds", { nodes: homes.length, pods: inside.length }),
    lost && say("zone-lost", { count: lost }),
  ].filter(Boolean);
  const counts = STATES.map((state) => [state, inside.filter((pod) => pod.state === state).length]).filter(([, count]) => count);
  const shown = open ? [] : counts.slice(0, 5).map(([, count]) => count); // a name begins with what is seen
  const group = shape("g", {
    class: `zone${lost ? " broken" : ""}`,
    transform: `translate(${ROOM.x} ${y})`,
    role: "button",
    "aria-expanded": `${open}`,
    "aria-label": [[words[0], words.slice(1).join(", "), ...shown].join(" "), ...counts.map(([state, count]) => `${count} ${say(`shape-${state}`)}`)].join(", "),
    "data-uid": `zone:${zone}`,
    onclick: () => plan.toggle(zone),
  });
  group.append(
    shape("rect", { class: "floor", width: ROOM.width, height: open ? 22 : HEIGHT }),
    shape("path", { class: "wall", d: open ? `M0 22V0H${ROOM.width}V22` : `M0 26V0H${ROOM.width}V${HEIGHT}H0V41` }),
    shape("path", { class: "turn", d: open ? "M8 9l4 4 4-4" : "M10 7l4 4-4 4" }),
    shape("text", { class: "m", x: 22, y: 15 }, words[0]),
    " ",
    shape("text", { x: ROOM.width - 8, y: 15, "text-anchor": "end" }, words.slice(1).join(", ")),
  );
  if (open) return { group, height: 24 };
  counts.slice(0, 5).forEach(([state, count], place) => {
    const tile = shape("g", { class: `pod ${state}`, transform: `translate(${22 + place * 46} 24)` });
    tile.append(shape("rect", { class: "box", width: 14, height: 14, rx: 4 }));
    group.append(tile, " ", shape("text", { class: "m", x: 40 + place * 46, y: 35 }, `${count}`));
  });
  return { group, height: HEIGHT + 8 };
}
