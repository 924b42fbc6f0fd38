// What the picture says in words: what matters in the cluster now, and how the latest request went.

import { above } from "./desks.js";
import { element, say } from "./words.js";

const TROUBLES = [
  [/Image|Registry/, "no-image"],
  [/CrashLoopBackOff$/, "crashing"],
  [/./, "trouble"],
];
const OUTSIDE = { workstation: "from-workstation", internet: "from-internet" };

/** Whether a request was stopped or found nobody; an answer of any status is an answer. */
export const isBad = (call) => Boolean(call.stopped) || !/^([0-9]+|connected|echo)$/.test(call.outcome);

/** A request in a sentence; *stars* mark names. */
export function inWords(call, facts) {
  const name = (who) => {
    const [kind, namespace, name] = who.split("/");
    if (OUTSIDE[who]) return say(OUTSIDE[who]);
    if (kind !== "Pod") return namespace || who;
    const pod = facts.pods.find((each) => each.name === name && each.namespace === namespace);
    return pod ? [pod.owner, pod.suffix].filter(Boolean).join("-") : name;
  };
  const stars = (text) => `*${text}*`;
  const all = { from: stars(name(call.from)), to: stars(call.service.split("/").at(-1) || call.called), pod: stars(name(call.to)), outcome: call.outcome };
  if (call.stopped === "policy") return say(call.direction === "Egress" ? "call-shut-out" : "call-shut-in", all);
  if (call.stopped) return say("call-none", all);
  if (isBad(call)) return say("call-failed", { ...all, outcome: say(`outcome-${call.outcome.replace(" ", "-")}`) });
  return say(/^[0-9]/.test(call.outcome) ? "call-answered" : "call-reached", all);
}

/** What matters now, in at most two sentences; *stars* mark names. */
export function sentences(facts) {
  const found = [];
  for (const desk of above(facts)) if (!["runs", "untold"].includes(desk.state)) found.push(say(`is-${desk.state}`, { program: `*${desk.called}*` }));
  for (const { program, node, state } of facts.desks ?? []) {
    if (["kubelet", "kube-proxy"].includes(program) && state === "stopped") found.push(say("is-stopped-on", { program: `*${program}*`, node }));
  }
  for (const node of facts.nodes) if (!node.ready) found.push(say("lost-node", { node: `*${node.name}*` }));
  for (const service of facts.services) {
    if (!service.pods.length && Object.keys(service.selector).length) found.push(say("reaches-none", { service: `*${service.name}*` }));
  }
  const first = (state, key, more = () => ({})) => {
    const pod = facts.pods.find((each) => each.state === state);
    if (pod) found.push(say(typeof key === "string" ? key : key(pod), { pod: `*${[pod.owner, pod.suffix].filter(Boolean).join("-")}*`, ...more(pod) }));
  };
  first("bad", (pod) => TROUBLES.find(([reasons]) => reasons.test(pod.status))[1], (pod) => ({ reason: pod.status }));
  first("pending", "waits-for-node");
  first("creating", "pulling");
  first("notready", "starting");
  first("leaving", "leaving");
  if (!found.length) {
    const all = facts.pods.filter((pod) => pod.state !== "done").length;
    const ended = facts.pods.length - all;
    if (all) found.push(say("all-well", { ready: facts.pods.filter((pod) => pod.state === "running").length, all }));
    else found.push(ended ? say("all-ended", { ended }) : say("nothing"));
  }
  const others = facts.others.map((each) => say("others", each)).join(", ");
  return [...found.slice(0, 2), ...(found.length > 1 || !others ? [] : [others])];
}

export function emphasized(text) {
  return text.split("*").map((part, index) => (index % 2 ? element("b", {}, part) : part));
}
