// The form for a new cluster, with the plan of such a cluster beside it that follows what is chosen.

import { Plan } from "./plan.js";
import { element } from "./words.js";

const ZONES = "abc";
const SUFFIXES = ["4hq2n", "x7k2p", "9tzwk", "m5vcl"];
const form = document.querySelector("[data-topology]");
const demo = document.querySelector(".preview .demo");

const place = element("div", { inert: true });
const plan = new Plan(place, () => {});

/** Such a cluster, with a Deployment and a Service in it. */
function facts({ workers, controls, scheduler, kubelet }) {
  const names = Array.from({ length: workers }, (_, at) => `node-${at + 1}`);
  const nodes = names.map((name, at) => ({ uid: name, name, ready: true, shut: false, zone: ZONES[at % 3], taints: [], cpu: 0.1 }));
  const node = (at) => (scheduler ? names[at % workers] : "");
  const state = !scheduler ? "pending" : kubelet ? "running" : "creating";
  const pods = SUFFIXES.map((suffix, at) => ({ uid: suffix, name: `web-${suffix}`, namespace: "default", owner: "web", suffix, state, status: "", restarts: 0, node: node(at) }));
  const ready = state === "running" ? pods.map((pod) => pod.name) : [];
  const services = [{ uid: "web", name: "web", namespace: "default", ports: [80], selector: { app: "web" }, pods: ready }];
  const above = Array.from({ length: controls }, (_, at) => `cp-${at + 1}`);
  const runs = (program, on) => on.map((node) => ({ program, node, state: program === "kube-scheduler" && !scheduler ? "absent" : "runs" }));
  const desks = ["kube-apiserver", "etcd", "kube-scheduler", "kube-controller-manager"].flatMap((program) => runs(program, above));
  return { nodes, pods, services, desks: kubelet ? [...desks, ...runs("kubelet", names), ...runs("kube-proxy", names)] : desks };
}

function draw() {
  const asked = new FormData(form);
  const workers = Math.min(20, Math.max(1, Number(asked.get("workers")) || 1));
  const without = asked.getAll("without");
  const chosen = { workers, controls: Number(asked.get("control_planes")), scheduler: !without.includes("scheduler"), kubelet: !without.includes("kubelet") };
  plan.draw(facts(chosen), null);
}

form.addEventListener("input", draw);
demo.replaceChildren(place);
draw();
