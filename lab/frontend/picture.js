// The picture's pane: plan or list of the same facts, one sentence about them, and a card about what is chosen.

import { body, Plan } from "./plan.js";
import { emphasized, inWords, isBad, sentences } from "./sentences.js";
import { element, say, shape } from "./words.js";

const STATES = ["pending", "creating", "running", "notready", "bad", "leaving", "done", "lost"];
const WAY_SHOWN = 5000; // ms for which the way of a request is drawn
const MOST_WAYS = 8;
const BAD = new Set(["bad", "lost"]);
const ON_ITS_WAY = new Set(["pending", "creating", "notready"]);

export function picture(pane, connection, terminal) {
  const place = pane.querySelector(".drawing");
  const sentence = pane.querySelector(".say");
  const card = pane.querySelector(".inspector");
  const plan = new Plan(element("div"), choose);
  const list = element("div");
  let told = null;
  let picked = null;
  let namespace = "default";
  let chosen = ""; // the cluster to be seen; none means that of the terminal's context
  let calls = []; // the ways that are drawn now, oldest first
  let lastCall = 0; // when one was last put into words
  let view = localStorage.getItem("picture") ?? "plan";

  connection.on("picture", (facts) => {
    if (facts.cluster !== told?.cluster) plan.clear();
    if (told && (facts.cluster !== told.cluster || facts.namespace !== told.namespace)) namespace = facts.namespace;
    told = facts;
    if (chosen && chosen === told.current) choosing("");
    draw();
    if (!picked) return;
    card.querySelector(".events").replaceWith(happened(told.events ?? [], { alone: true }));
    if (anchor.isConnected) beside(anchor);
  });
  connection.on("hello", () => ask());
  connection.on("ways", ({ cluster, ways }) => {
    if (cluster !== told?.cluster) return;
    const until = performance.now() + WAY_SHOWN;
    calls = [...calls, ...ways.map((way) => ({ ...way, until, bad: isBad(way) }))].slice(-MOST_WAYS);
    draw();
    setTimeout(draw, WAY_SHOWN + 50);
  });

  function choosing(cluster) {
    chosen = cluster;
    ask();
  }

  /** Which cluster is to be told of, and the Events of what: of the object in the card, or of all that the list shows. */
  let about = { namespace: "", uid: "" };
  function ask() {
    if (chosen || about.namespace) connection.ask({ do: "picture", cluster: chosen, ...about });
  }
  function wantEvents() {
    const node = told.nodes.find((each) => each.uid === picked);
    const object = [...told.pods, ...told.services].find((each) => each.uid === picked);
    const one = node ? { namespace: "default", uid: node.name } : object && { namespace: object.namespace, uid: picked };
    const wanted = one || { namespace: view === "list" ? namespace : "", uid: "" };
    if (wanted.namespace === about.namespace && wanted.uid === about.uid) return;
    about = wanted;
    connection.ask({ do: "picture", cluster: chosen, ...about });
  }

  for (const button of pane.querySelectorAll("[data-view]")) {
    button.addEventListener("click", () => {
      view = button.dataset.view;
      localStorage.setItem("picture", view);
      draw();
    });
  }
  card.addEventListener("toggle", (event) => {
    if (event.newState === "closed") {
      picked = null;
      draw();
    }
  });
  legend(pane.querySelector(".legend"));

  function draw() {
    for (const button of pane.querySelectorAll("[data-view]")) button.setAttribute("aria-pressed", button.dataset.view === view);
    if (!told) return;
    calls = calls.filter((call) => call.until > performance.now());
    chooseCluster();
    chooseNamespace();
    const facts = { ...told, pods: told.pods.filter(here), services: told.services.filter(here) };
    const shown = view === "plan" ? plan.svg : list;
    if (place.firstChild !== shown) place.replaceChildren(shown);
    wantEvents();
    if (view === "plan") plan.draw(facts, picked, calls);
    else list.replaceChildren(table(facts, choose), element("h3", { class: "events-head" }, say("events")), happened(picked ? [] : (told.events ?? [])));
    const words = [...elsewhere(), ...spoken(facts), ...sentences(facts)].slice(0, 3);
    if (sentence.dataset.words !== words.join()) {
      sentence.dataset.words = words.join();
      sentence.replaceChildren(...words.map((each) => element("span", { class: "sentence" }, ...emphasized(each))));
    }
  }
  const here = (each) => each.namespace === namespace;

  /** The terminal is in another cluster than the picture. */
  function elsewhere() {
    return told.cluster === told.current ? [] : [say("elsewhere-context", { cluster: `*${told.current}*` })];
  }

  /** The latest request in words, at most one every two seconds: they are read out. */
  let words = [];
  function spoken(facts) {
    if (!calls.length) return [];
    if (performance.now() - lastCall > 2000 || !words.length) {
      lastCall = performance.now();
      words = [inWords(calls.at(-1), facts)];
    }
    return words;
  }

  /** Where there are several clusters: which one, above the picture. It follows the terminal until somebody chooses. */
  function chooseCluster() {
    const names = told.clusters ?? [];
    let group = pane.querySelector("[data-clusters]");
    if (names.length < 2) return group?.remove();
    if (!group) {
      group = element("div", { class: "clusters seg", "data-clusters": true, role: "group", "aria-label": say("clusters") });
      pane.querySelector(".head").after(group);
    }
    if (group.dataset.names !== names.join()) {
      group.dataset.names = names.join();
      const button = (name) =>
        element("button", { type: "button", class: "mono", "data-cluster": name, onclick: () => choosing(name === told.current ? "" : name) });
      group.replaceChildren(...names.map(button));
    }
    for (const button of group.children) {
      const name = button.dataset.cluster;
      button.setAttribute("aria-pressed", name === told.cluster);
      const label = name === told.current ? say("cluster-current", { cluster: name }) : name;
      if (button.textContent !== label) button.textContent = label;
    }
  }

  function chooseNamespace() {
    const names = [...new Set([told.namespace, "default", ...told.pods.map((pod) => pod.namespace), ...told.services.map((each) => each.namespace)])].sort();
    const chip = pane.querySelector("[data-namespace]");
    if (names.length === 1 && chip.tagName === "SPAN") return;
    if (chip.tagName === "SPAN") {
      namespace = told.namespace;
      if (namespace === "default" && !told.pods.some(here)) namespace = names.find((name) => told.pods.some((pod) => pod.namespace === name)) ?? namespace;
      const select = element("select", { class: "chip mono", "data-namespace": true, "aria-label": "Namespace" });
      select.addEventListener("change", () => {
        namespace = select.value;
        draw();
      });
      chip.replaceWith(select);
      return chooseNamespace();
    }
    if (!names.includes(namespace)) names.push(namespace);
    if ([...chip.options].map((option) => option.value).join() !== names.join()) chip.replaceChildren(...names.map((name) => element("option", {}, name)));
    chip.value = namespace;
  }

  function choose(uid, at) {
    picked = uid;
    const pod = told.pods.find((each) => each.uid === uid);
    const service = told.services.find((each) => each.uid === uid);
    const node = told.nodes.find((each) => each.uid === uid);
    if (pod) card.replaceChildren(...aboutPod(pod));
    else if (service) card.replaceChildren(...aboutService(service));
    else if (node) card.replaceChildren(...aboutNode(node));
    else return;
    card.showPopover();
    beside(at);
    card.querySelector("button")?.focus();
    draw();
  }

  let anchor = null;
  function beside(at) {
    anchor = at;
    const spot = at.getBoundingClientRect();
    card.style.left = `${Math.max(8, Math.min(innerWidth - card.offsetWidth - 12, spot.left - card.offsetWidth - 10))}px`;
    card.style.top = `${Math.max(8, Math.min(innerHeight - card.offsetHeight - 12, spot.top))}px`;
  }

  function aboutPod(pod) {
    const reach = told.services.filter((each) => each.namespace === pod.namespace && each.pods.includes(pod.name));
    return [
      element("h3", {}, element("span", { class: "mono" }, pod.name), element("span", { class: "chip" }, pod.status)),
      definitions([
        [say("node"), pod.node || say("no-node")],
        [say("labels"), codes(pod.labels)],
        [say("made-by"), pod.kind || "kubectl"],
        [say("reached-by"), reach.map((each) => `Service ${each.name}`).join(", ") || say("no-service")],
      ]),
      happened([]),
      actions("pod", pod),
    ];
  }

  function aboutService(service) {
    return [
      element("h3", {}, element("span", { class: "mono" }, service.name), element("span", { class: "chip" }, service.type)),
      definitions([
        ["IP", `${service.ip} :${service.ports.join(" :")}`],
        ["selector", codes(service.selector)],
        [say("reach"), service.pods.join(", ") || say("addresses", { count: 0 })],
      ]),
      happened([]),
      actions("service", service),
    ];
  }

  function aboutNode(node) {
    const state = [node.ready ? say("ready") : say("not-ready"), node.shut && say("cordoned"), ...node.pressure].filter(Boolean).join(", ");
    return [
      element("h3", {}, element("span", { class: "mono" }, node.name), element("span", { class: "chip" }, state)),
      definitions([
        ["IP", node.ip],
        ["kubelet", node.version],
        ["Zone", node.zone || "–"],
        [say("asked-for"), `${Math.round(node.cpu * 100)} % CPU`],
        ["Pods", `${node.pods}`],
        ["Taints", node.taints.map((each) => `${each.key}:${each.effect}`).join(", ") || "–"],
      ]),
      happened([]),
      actions("node", node),
    ];
  }

  function actions(kind, object) {
    if (!terminal) return "";
    const context = told.through ? ` --context=${told.through}` : "";
    const elsewhere = object.namespace && object.namespace !== told.namespace;
    const where = (elsewhere ? ` -n ${object.namespace}` : "") + context;
    const run = (command) => () => {
      card.hidePopover();
      terminal.put(`${command}${where}\r`);
    };
    return element(
      "div",
      { class: "acts" },
      element("button", { class: "btn", type: "button", onclick: run(`kubectl describe ${kind} ${object.name}`) }, say("describe")),
      element("button", { class: "btn", type: "button", onclick: run(`kubectl get ${kind} ${object.name} -o yaml`) }, say("yaml")),
    );
  }

  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-object]");
    if (!link || !told) return;
    event.preventDefault();
    const name = link.dataset.object.split(/[\s/]+/).at(-1);
    const found = [...told.pods, ...told.services, ...told.nodes].find((each) => each.name === name);
    if (found) choose(found.uid, plan.svg.querySelector(`[data-uid="${found.uid}"]`) ?? link);
  });
}

function table(facts, choose) {
  const row = (kind, object, state, tone, where) => {
    const button = element("button", { type: "button", class: "mono", onclick: () => choose(object.uid, button) }, object.name);
    return element("tr", {}, element("td", {}, button), element("td", { class: tone }, state), element("td", {}, where));
  };
  const head = [say("col-name"), say("col-state"), say("col-where")].map((each) => element("th", { scope: "col" }, each));
  const tone = (pod) => (BAD.has(pod.state) ? "bad" : ON_ITS_WAY.has(pod.state) ? "wait" : "");
  const rows = [
    ...facts.services.map((each) =>
      row("Service", each, say("addresses", { count: each.pods.length }), each.pods.length ? "" : "bad", `${each.ip} :${each.ports.join(" :")}`),
    ),
    ...facts.pods.map((pod) => row("Pod", pod, `${pod.status} ${pod.ready}`, tone(pod), pod.node || say("no-node"))),
    ...facts.nodes.map((node) => {
      const state = [node.ready ? say("ready") : say("not-ready"), node.shut && say("cordoned")].filter(Boolean).join(", ");
      return row("Node", node, state, node.ready ? "" : "bad", node.zone);
    }),
  ];
  return element("table", { class: "objects" }, element("thead", {}, element("tr", {}, ...head)), element("tbody", {}, ...rows));
}

/** Events, newest first, each with its reason, its object where that is not clear, and how often. */
function happened(events, { alone = false } = {}) {
  const row = (event) =>
    element(
      "li",
      { class: event.bad ? "bad" : "" },
      element("b", {}, event.reason),
      alone ? ` ${event.message}` : ` ${event.object}: ${event.message}`,
      event.count > 1 ? element("span", { class: "num" }, ` ×${event.count}`) : null,
    );
  return element("ul", { class: "events", "aria-label": say("events"), tabindex: alone ? 0 : null }, ...events.map(row)); // it scrolls in a card
}

function definitions(rows) {
  const list = element("dl", { class: "finding" });
  for (const [name, value] of rows) list.append(element("dt", {}, name), element("dd", {}, ...[value].flat()));
  return list;
}

function codes(labels) {
  const parts = Object.entries(labels).flatMap(([key, value]) => [element("code", {}, `${key}=${value}`), " "]);
  return parts.length ? parts : ["–"];
}

function legend(card) {
  const rows = element("dl");
  for (const state of STATES) {
    const sample = shape("svg", { class: "map", viewBox: "-2 -2 68 44", width: 68, "aria-hidden": "true" });
    const group = shape("g", { class: `pod ${state}` });
    group.append(...body({ state, owner: "web", suffix: "4hq2n", status: "", restarts: 0 }));
    sample.append(group);
    rows.append(element("dt", {}, sample), element("dd", {}, say(`shape-${state}`)));
  }
  card.append(rows);
}
