// Ways through the plan: the wire of a Service to its Pods, and the way that a request has just taken.

import { shape } from "./words.js";

export const ROOM = { x: 118, width: 278, door: 26, head: 20 };
export const TILE = { width: 64, height: 40, gap: 8, left: 140, perRow: 3 };
export const LANE = 4.5; // distance of two wires along a floor
export const WIRED = 5; // more Services: only the chosen one has wires
const HALL = { x: 84, y: 58 }; // where people come into the hallway

/** Each request from who asked, past the Service, to who answered; a bar where it was stopped. */
export function ways(calls, facts, capsules, rooms, spots) {
  const lane = Math.min(facts.services.length, WIRED); // beside the wires
  const leadTo = (who, y, lane) => {
    const pod = podOf(who, facts);
    if (pod) return lead(lane, y, rooms.get(pod.node), spots.get(pod.uid));
    const room = who.startsWith("Node/") && rooms.get(inside(who));
    return room ? doorstep(lane, y, room) : null;
  };
  return calls.flatMap((call) => {
    const middle = capsules.get(call.service) ?? { y: HALL.y, lane };
    const from = leadTo(call.from, middle.y, lane) ?? entrance(middle.y);
    const to = leadTo(call.to, middle.y, middle.lane);
    const bad = call.bad ? " bad" : "";
    const drawn = [
      shape("path", { class: `way from${bad}`, d: from.path }),
      to && shape("path", { class: `way${bad}`, d: to.path }),
      shape("circle", { class: `asker${bad}`, cx: from.end.x, cy: from.end.y, r: 3.4 }),
    ];
    if (call.bad) {
      const stop = call.direction === "Egress" ? from.end : (to?.end ?? { x: HALL.x, y: middle.y });
      drawn.push(shape("path", { class: "bar", d: `M${stop.x - 7} ${stop.y + 5}L${stop.x + 7} ${stop.y - 5}` }));
    }
    return drawn.filter(Boolean);
  });
}

/** From the door of the control plane to what one of its programs, or a node's, has just done something to. */
export function errand(uid, facts, capsules, rooms, spots) {
  const pod = facts.pods.find((each) => each.uid === uid);
  const service = facts.services.find((each) => each.uid === uid);
  const node = facts.nodes.find((each) => each.uid === uid);
  const capsule = service && capsules.get(`${service.namespace}/${service.name}`);
  const lane = Math.min(facts.services.length, WIRED);
  const spot = pod && spots.get(pod.uid);
  const way =
    spot && !pod.node
      ? `M70 48V${spot.y - 4}`
      : pod
        ? lead(lane, HALL.y, rooms.get(pod.node), spot)?.path
        : capsule
          ? `M70 48V${capsule.y - 14}`
          : node && rooms.has(node.name)
            ? doorstep(lane, HALL.y, rooms.get(node.name)).path
            : null;
  return way ? [shape("path", { class: "way", d: way })] : [];
}

export const trunkOf = (lane) => 88 + lane * 5;
const inside = (name) => name.split("/").at(-1);

/** From the middle of the hallway to a node's door, and to where people come in. */
function doorstep(lane, y, room) {
  const end = { x: ROOM.x, y: room.y + room.height - 14 };
  return { path: `M80 ${y}H${trunkOf(lane)}V${end.y}H${end.x}`, end };
}
const entrance = (y) => ({ path: `M80 ${y}H${HALL.x}V${HALL.y - 10}`, end: { x: HALL.x, y: HALL.y - 10 } });

function podOf(who, facts) {
  const [kind, namespace, name] = who.split("/");
  return kind === "Pod" ? facts.pods.find((pod) => pod.name === name && pod.namespace === namespace) : undefined;
}

/** The wire of a Service at height `y` to one tile, and where it ends; nothing where that Pod has no place. */
export function lead(lane, y, room, spot) {
  if (!spot || !room) return null;
  const trunk = trunkOf(lane);
  const door = room.floor + lane * LANE;
  const floor = spot.small ? door : spot.bottom + 5 + lane * LANE;
  const entry = 123 + lane * 2.6;
  const target = spot.small ? entry + 4 : spot.x + TILE.width / 2 + (lane - 1) * 6;
  const turn = door >= y ? 4 : -4;
  const hall = `M80 ${y}H${trunk - 4}Q${trunk} ${y} ${trunk} ${y + turn}V${door - turn}Q${trunk} ${door} ${trunk + 4} ${door}`;
  return {
    path: `${hall}H${entry}V${floor}H${target}${spot.small ? "" : `V${spot.bottom + 1}`}`,
    end: { x: target, y: spot.small ? floor : spot.bottom + 2.5 },
  };
}
