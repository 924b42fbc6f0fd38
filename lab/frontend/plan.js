// The plan of the cluster as SVG: nodes are rooms, Pods tiles in them, Services wires through the doors.

import { controlPlane, nodeDesks, OWN } from "./desks.js";
import { errand, LANE, lead, ROOM, TILE, trunkOf, ways, WIRED } from "./ways.js";
import { say, shape } from "./words.js";
import { door, grouped } from "./zones.js";

const WIDTH = 398;
const SMALL = { size: 20, gap: 4, left: 134, perRow: 9 };
const FULL_TILES = 8; // more Pods in a room are drawn small
const SMALL_TILES = 60; // more than this are counted
const KEPT = 2000; // ms for which the place of a Pod that is gone stays empty

const MARKS = {
  pending: ["M-4 0h.01M0 0h.01M4 0h.01", 2.4],
  creating: ["M0-4V3.5M-2.8.8 0 3.7 2.8.8"],
  notready: ["M-3.6 0a3.6 3.6 0 1 0 7.2 0a3.6 3.6 0 1 0-7.2 0"],
  bad: ["M-3.2-3.2 3.2 3.2M3.2-3.2-3.2 3.2"],
  loop: ["M3.6-1.2A3.8 3.8 0 1 0 3.7 1.4M3.9-4v2.900H1"],
  leaving: ["M-4 0H3.5M.8-2.8 3.7 0 .8 2.8"],
  done: ["M-3.6.3-1 2.9 3.8-2.6"],
  lost: ["M-2.200-2a2.300 2.300 0 1 1 3.400 2c-.800.500-1.200.900-1.200 1.700M0 4.200h.01"],
};

export class Plan {
  constructor(place, choose) {
    this.choose = choose;
    this.rooms = new Map(); // node → slots: uid or null by number, and when emptied
    this.tiles = new Map(); // uid → {group, state}
    this.opened = new Set(); // zones whose rooms are seen
    this.lit = new Set(); // desks that are at work now
    this.svg = shape("svg", { class: "map", role: "group", viewBox: `0 0 ${WIDTH} 318` });
    this.ground = shape("g");
    this.wires = shape("g");
    this.hall = shape("g");
    this.pods = shape("g");
    this.ways = shape("g", { "aria-hidden": "true" });
    this.svg.append(this.ground, this.wires, this.hall, this.pods, this.ways);
    this.svg.addEventListener("keydown", (event) => this.move(event));
    this.svg.addEventListener("focusin", () => this.oneStop());
    place.append(this.svg);
  }

  /** Another cluster: nothing of the one before walks or keeps its place. */
  clear() {
    this.rooms.clear();
    this.tiles.clear();
    this.pods.replaceChildren();
  }

  /** Draw what the server told, for one namespace, the ways that requests have just taken, and who is at work for what. */
  draw(facts, picked, calls = [], lit = new Set(), told = null) {
    this.picked = picked;
    this.told = told;
    this.lit = lit;
    this.again = () => this.draw(facts, picked, calls, lit, told);
    const homes = facts.nodes.filter((node) => !node.control || facts.pods.some((pod) => pod.node === node.name));
    const placed = new Map(homes.map((node) => [node.name, this.seats(node.name, facts.pods.filter((pod) => pod.node === node.name))]));
    const waiting = facts.pods.filter((pod) => !pod.node);
    const spots = new Map();
    const held = document.activeElement?.closest?.(".map") === this.svg ? document.activeElement.dataset.uid : null;
    const ground = controlPlane(facts, this);
    let y = 60;
    const rooms = new Map();
    for (const group of grouped(homes)) {
      if (group.zone !== null) {
        if (group.homes.some((node) => node.uid === picked || facts.pods.some((pod) => pod.uid === picked && pod.node === node.name))) {
          this.opened.add(group.zone);
        }
        const zone = door(group, facts.pods, y, this);
        ground.push(zone.group);
        y += zone.height;
        if (!this.opened.has(group.zone)) continue;
      }
      for (const node of group.homes) {
        const room = this.room(node, y, placed.get(node.name), facts);
        rooms.set(node.name, room);
        ground.push(room.group);
        for (const [uid, spot] of room.spots) spots.set(uid, spot);
        y += room.height + 8;
      }
    }
    settle(this.ground, ground);
    const hallEnd = this.hallway(facts, waiting, rooms, spots, homes.length ? y - 8 : 60);
    this.drawPods(facts.pods, spots);
    this.ways.replaceChildren(...ways(calls, facts, this.capsules, rooms, spots), ...errand(told, facts, this.capsules, rooms, spots));
    const height = Math.max(y - 6, hallEnd, 150);
    this.svg.setAttribute("viewBox", `0 0 ${WIDTH} ${height}`);
    const count = { nodes: facts.nodes.length, pods: facts.pods.length, services: facts.services.length };
    this.svg.setAttribute("aria-label", say("plan-label", count));
    this.oneStop(held);
  }

  /** Whether something is chosen, or spoken of in the chain that is shown. */
  mark(uid) {
    return `${this.picked === uid ? " picked" : ""}${this.told === uid ? " told" : ""}`;
  }

  /** Open a zone, or close it. */
  toggle(zone) {
    if (!this.opened.delete(zone)) this.opened.add(zone);
    this.again();
  }

  /** Which slot of a room each Pod has: it keeps it until it is gone, and the empty place stays for a moment. */
  seats(name, pods) {
    const slots = this.rooms.get(name) ?? [];
    this.rooms.set(name, slots);
    const now = performance.now();
    const here = new Set(pods.map((pod) => pod.uid));
    slots.forEach((slot, index) => {
      if (slot.uid && !here.has(slot.uid)) slots[index] = { uid: null, since: now };
    });
    const seated = new Set(slots.map((slot) => slot.uid));
    for (const pod of pods) {
      if (seated.has(pod.uid)) continue;
      const free = slots.findIndex((slot) => !slot.uid && now - slot.since > KEPT);
      if (free >= 0) slots[free] = { uid: pod.uid };
      else slots.push({ uid: pod.uid });
    }
    while (slots.length && !slots.at(-1).uid && now - slots.at(-1).since > KEPT) slots.pop();
    return slots;
  }

  room(node, y, slots, facts) {
    const { x, width, head } = ROOM;
    const lanes = Math.min(facts.services.length, WIRED) * LANE + 4;
    const door = Math.max(ROOM.door, lanes + 10);
    const small = slots.length > FULL_TILES;
    const counted = slots.length > SMALL_TILES;
    const shapeOf = small ? SMALL : TILE;
    const side = small ? SMALL.size : TILE.height;
    const rows = counted ? 1 : Math.max(1, Math.ceil(slots.length / shapeOf.perRow));
    const pitch = side + (small ? SMALL.gap : lanes + 4);
    const height = Math.max(80, head + rows * pitch + (small ? lanes : 4));
    const bottom = y + height;
    const floor = small ? bottom - lanes - 4 : y + head + 1 + (rows - 1) * pitch + side + 5;
    const group = shape("g", { class: node.ready ? "" : "broken" });
    group.append(
      shape("rect", { class: "floor", x, y, width, height }),
      shape("path", { class: "wall", d: `M${x} ${bottom - door}V${y}H${x + width}V${bottom}H${x}V${bottom - 3}` }),
      this.nameplate(node, x + 8, y + 3),
      shape("text", { x: x + 220, y: y + 15, "text-anchor": "end" }, "CPU"),
      shape("rect", { class: "bar-bg", x: x + 226, y: y + 8, width: 42, height: 6 }),
      shape("rect", { class: "bar-fg", x: x + 226, y: y + 8, width: 42 * Math.min(1, node.cpu), height: 6 }),
    );
    group.append(...nodeDesks(node, facts, x + width - OWN.right, y + head + 3, this));
    if (node.shut) group.append(shape("path", { class: "shut", d: `M${x} ${bottom - door}V${bottom - 3}` }));
    node.taints.slice(0, 1).forEach((taint) => {
      const words = `${taint.key}:${taint.effect}`;
      const left = x + 12 + node.name.length * 6.4 + 8;
      group.append(
        shape("rect", { class: "sign", x: left, y: y + 4, width: words.length * 6.4 + 10, height: 15, rx: 3 }),
        shape("text", { class: "m", x: left + 5, y: y + 15 }, words),
      );
    });
    const notes = [node.shut && say("cordoned"), !node.ready && say("not-ready")].filter(Boolean).join(", ");
    if (notes) group.append(shape("text", { x: x + width - OWN.right - 8, y: bottom - 7, "text-anchor": "end" }, notes));
    const spots = new Map();
    slots.forEach((slot, index) => {
      const column = index % shapeOf.perRow;
      const row = Math.floor(index / shapeOf.perRow);
      const step = small ? SMALL.size + SMALL.gap : TILE.width + TILE.gap;
      if (slot.uid && !counted) {
        spots.set(slot.uid, { x: shapeOf.left + column * step, y: y + head + 1 + row * pitch, small, bottom: y + head + 1 + row * pitch + side });
      }
    });
    if (counted) group.append(shape("text", { class: "m", x: SMALL.left, y: y + 44 }, `${slots.filter((slot) => slot.uid).length} Pods`));
    return { group, spots, y, height, floor };
  }

  /** A node's name, by which it can be inspected. */
  nameplate(node, x, y) {
    const state = node.ready ? say("ready") : say("not-ready");
    const group = shape("g", {
      class: `node${this.mark(node.uid)}`,
      transform: `translate(${x} ${y})`,
      role: "button",
      "aria-label": `${node.name}, Node, ${state}`,
      "data-uid": node.uid,
      onclick: () => this.choose(node.uid, group),
    });
    group.append(shape("rect", { class: "plate", width: node.name.length * 6.4 + 8, height: 17 }), shape("text", { class: "m", x: 4, y: 12 }, node.name));
    return group;
  }

  /** Services and Pods without a node, from the top down; gives where the hallway ends. */
  hallway(facts, waiting, rooms, spots, roomsEnd) {
    this.wires.replaceChildren();
    const hall = [];
    this.capsules = new Map(); // service name → where its capsule is, and its lane
    let y = 68;
    facts.services.forEach((service, index) => {
      hall.push(this.service(service, y));
      this.capsules.set(`${service.namespace}/${service.name}`, { y: y + 14, lane: index % WIRED });
      const wired = facts.services.length <= WIRED || this.picked === service.uid;
      if (service.pods.length === 0 && Object.keys(service.selector).length) {
        this.wires.append(
          shape("path", { class: "wire lost", d: `M42 ${y + 28}V${y + 40}` }),
          shape("circle", { class: "open", cx: 42, cy: y + 44.5, r: 4.5 }),
          shape("text", { x: 52, y: y + 48.5 }, "0"),
        );
        y += 60;
      } else {
        if (wired) this.wire(service, index % WIRED, y + 14, facts, rooms, spots);
        y += 40;
      }
    });
    settle(this.hall, hall);
    y = Math.max(y + 8, Math.min(224, roomsEnd - 92));
    for (const pod of waiting) {
      spots.set(pod.uid, { x: 4, y, small: false });
      y += TILE.height + 8;
    }
    return y;
  }

  service(service, y) {
    const lost = service.pods.length === 0 && Object.keys(service.selector).length > 0;
    const port = service.ports.length ? `:${service.ports[0]}` : "";
    const room = 56 - port.length * 6.4;
    const name = fitting(service.name, room / 6.3);
    const seen = name === service.name ? "" : `${name} ${port}, `; // a name begins with what is seen
    const words = `${seen}${service.name} ${port}, Service${lost ? `, ${say("addresses", { count: 0 })}` : ""}`;
    const group = shape("g", {
      class: `svc${lost ? " lost" : ""}${this.mark(service.uid)}`,
      transform: `translate(4 ${y})`,
      role: "button",
      "aria-label": words,
      "data-uid": service.uid,
      onclick: () => this.choose(service.uid, group),
    });
    group.append(
      ...spaced([
        shape("rect", { width: 76, height: 28, rx: 14 }),
        shape("text", { x: 11, y: 18 }, name),
        shape("text", { class: "m", x: 66, y: 18, "text-anchor": "end" }, port),
      ]),
    );
    return group;
  }

  /** From the capsule down the hallway, through the doors, along the floors, up into the tiles. */
  wire(service, lane, y, facts, rooms, spots) {
    const reached = facts.pods.filter((pod) => pod.namespace === service.namespace && service.pods.includes(pod.name));
    const leads = reached.map((pod) => lead(lane, y, rooms.get(pod.node), spots.get(pod.uid))).filter(Boolean);
    for (const { end } of leads) this.wires.append(shape("circle", { class: "plug", cx: end.x, cy: end.y, r: 2.8 }));
    const path = leads.length ? leads.map((each) => each.path).join("") : `M80 ${y}H${trunkOf(lane)}`;
    this.wires.prepend(shape("path", { class: "wire", d: path }));
  }

  drawPods(pods, spots) {
    const alive = new Set(pods.map((pod) => pod.uid));
    for (const [uid, tile] of this.tiles) {
      if (!alive.has(uid) || !spots.has(uid)) {
        this.tiles.delete(uid);
        tile.group.style.opacity = 0;
        tile.group.removeAttribute("role");
        setTimeout(() => tile.group.remove(), 200);
      }
    }
    for (const pod of pods) {
      const spot = spots.get(pod.uid);
      if (!spot) continue;
      let tile = this.tiles.get(pod.uid);
      if (!tile) {
        tile = { group: shape("g", { role: "button", "data-uid": pod.uid, tabindex: -1 }) };
        tile.group.addEventListener("click", () => this.choose(pod.uid, tile.group));
        this.tiles.set(pod.uid, tile);
        this.pods.append(tile.group);
      }
      this.dress(tile, pod, spot.small);
      tile.group.style.transform = `translate(${spot.x}px, ${spot.y}px)`;
    }
  }

  dress(tile, pod, small) {
    const picked = this.mark(pod.uid);
    const looks = `${pod.state}/${pod.status}/${pod.restarts}/${small}${picked}`;
    if (tile.looks === looks) return;
    tile.looks = looks;
    tile.group.setAttribute("class", `pod ${pod.state}${picked}`);
    tile.group.replaceChildren(...spaced(body(pod, small)));
    const seen = small ? "" : [...tile.group.querySelectorAll("text")].map((text) => text.textContent).join(" ");
    const name = `${pod.owner} ${pod.suffix}`;
    const ready = pod.state === "running" ? `, ${say("ready")}` : "";
    tile.group.setAttribute("aria-label", `${name.startsWith(seen) ? "" : `${seen}, `}${name}, Pod, ${pod.status}${ready}`);
  }

  /** One tab stop; arrows move inside. What had the focus has it again when it was drawn anew. */
  oneStop(had) {
    const stops = [...this.svg.querySelectorAll("[role=button]")];
    const same = had && stops.find((each) => each.dataset.uid === had);
    const held = stops.find((each) => each === document.activeElement) ?? same ?? stops[0];
    for (const stop of stops) stop.setAttribute("tabindex", stop === held ? 0 : -1);
    if (same && same !== document.activeElement) same.focus({ preventScroll: true });
  }

  move(event) {
    const stops = [...this.svg.querySelectorAll("[role=button]")];
    const at = stops.indexOf(document.activeElement);
    if (at < 0) return;
    if (event.code === "Enter" || event.code === "Space") stops[at].dispatchEvent(new MouseEvent("click"));
    else {
      const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.code];
      if (!step) return;
      stops[(at + step + stops.length) % stops.length].focus();
      this.oneStop();
    }
    event.preventDefault();
  }
}

/** What a tile is made of; what does not hold has its corners cut. */
export function body(pod, small = false) {
  const width = small ? SMALL.size : TILE.width;
  const height = small ? SMALL.size : TILE.height;
  const cut = small ? 5 : 7;
  const box =
    pod.state === "bad"
      ? shape("path", { class: "box", d: `M${cut} 0H${width - cut}L${width} ${cut}V${height - cut}L${width - cut} ${height}H${cut}L0 ${height - cut}V${cut}z` })
      : shape("rect", { class: "box", width, height, rx: small ? 5 : 7 });
  if (small) return [box];
  const [path, stroke] = MARKS[pod.status === "CrashLoopBackOff" ? "loop" : pod.state] ?? [];
  const parts = [
    box,
    shape("text", { class: "a", x: 8, y: 16 }, fitting(pod.owner, path ? 6 : 8)),
    shape("text", { class: "s", x: 8, y: 31 }, fitting(pod.suffix, 7)),
  ];
  if (path) parts.push(shape("path", { class: "g", d: path, transform: "translate(53 12)", "stroke-width": stroke ?? null }));
  if (pod.state === "bad" && pod.restarts) parts.push(shape("text", { class: "s", x: 57, y: 31, "text-anchor": "end" }, `×${pod.restarts}`));
  return parts;
}

/** Have a group hold these parts. Those that look as before stay: a click or the focus on them must not be lost. */
function settle(group, parts) {
  const before = [...group.children];
  parts.forEach((part, place) => {
    part.looks = part.outerHTML;
    if (before[place]?.looks !== part.looks) before[place] ? before[place].replaceWith(part) : group.append(part);
  });
  before.slice(parts.length).forEach((part) => part.remove());
}

/** Blanks between the texts of a button: what is read out must not run together. */
const spaced = (parts) => parts.flatMap((part) => [part, " "]);

function fitting(text, letters) {
  return text.length <= letters + 0.5 ? text : `${text.slice(0, Math.max(1, Math.floor(letters) - 1))}…`;
}
