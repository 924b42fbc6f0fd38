// Desks: the programs of the control plane in their room above, kubelet and kube-proxy in the room of each node.

import { say, shape } from "./words.js";

const ABOVE = [
  ["kube-apiserver", "API server", 12, 80],
  ["etcd", "etcd", 100, 68],
  ["kube-scheduler", "scheduler", 176, 88],
  ["kube-controller-manager", "controllers", 272, 112],
];
const ON_NODES = [["kubelet", "kubelet"], ["kube-proxy", "proxy"]];
export const OWN = { width: 39, height: 24, right: 42 }; // a desk in a node's room, and how much of the room they take
const WORST = ["stopped", "off", "alone", "starts", "runs", "untold", "absent"];

/** What a desk is called among the things that can be chosen. */
export const idOf = (program, node = "") => `desk:${program}${node && `/${node}`}`;

/** A desk by its id: all instances of a program, or the one on a node. */
export function deskOf(facts, id) {
  const [program, node] = id.replace("desk:", "").split("/");
  const all = (facts.desks ?? []).filter((desk) => desk.program === program && (!node || desk.node === node));
  return all.length ? { uid: id, name: program, node, all, state: stateOf(all) } : undefined;
}

/** How a program is: `runs` where every instance does, `part` where only some do, else the worst of them. */
export function stateOf(all) {
  const states = new Set(all.map((each) => each.state));
  if (states.size > 1 && states.has("runs")) return "part";
  return WORST.find((state) => states.has(state)) ?? "absent";
}

/** The desks of the control plane, for the list and for the sentence. */
export const above = (facts) => ABOVE.map(([program, name]) => ({ ...deskOf(facts, idOf(program)), called: name })).filter((desk) => desk.all);

export function controlPlane(facts, plan) {
  const parts = [
    shape("rect", { class: "floor", x: 2, y: 2, width: 394, height: 44 }),
    shape("path", { class: "wall", d: "M60 46H2V2H396V46H92" }),
  ];
  for (const [program, name, x, width] of ABOVE) {
    const desk = deskOf(facts, idOf(program)) ?? { uid: idOf(program), name: program, state: "absent" };
    parts.push(drawn(desk, name, { x, y: 11, width, height: 26 }, plan));
  }
  return parts;
}

/** Kubelet and kube-proxy, one below the other at the right wall. */
export function nodeDesks(node, facts, x, y, plan) {
  return ON_NODES.flatMap(([program, name], place) => {
    const desk = deskOf(facts, idOf(program, node.name));
    return desk ? [drawn(desk, name, { x, y: y + place * (OWN.height + 2), width: OWN.width, height: OWN.height }, plan)] : [];
  });
}

function drawn(desk, name, { x, y, width, height }, plan) {
  const broken = ["stopped", "off"].includes(desk.state);
  const lit = plan.lit.has(desk.uid) || plan.lit.has(idOf(desk.name)) ? " on" : "";
  const where = desk.node ? `, ${desk.node}` : "";
  const group = shape("g", {
    class: `at ${desk.state}${lit}${plan.picked === desk.uid ? " picked" : ""}`,
    transform: `translate(${x} ${y})`,
    role: "button",
    "aria-label": `${name}${where}, ${desk.name}, ${say(`desk-${desk.state}`)}`,
    "data-uid": desk.uid,
    onclick: () => plan.choose(desk.uid, group),
  });
  const cut = 5;
  const box = broken
    ? shape("path", { class: "desk", d: `M${cut} 0H${width - cut}L${width} ${cut}V${height - cut}L${width - cut} ${height}H${cut}L0 ${height - cut}V${cut}z` })
    : shape("rect", { class: "desk", width, height, rx: 4 });
  group.append(box, shape("text", { class: desk.node ? "tiny" : null, x: width / 2, y: height / 2 + 4, "text-anchor": "middle" }, name));
  return group;
}
