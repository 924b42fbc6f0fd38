// The picture's pane: plan or list of the same facts, one sentence about them, and a card about what is chosen.

import { above, idOf } from "./desks.js";
import { find, happened, inspector } from "./inspector.js";
import { isShortcut } from "./keys.js";
import { body, Plan } from "./plan.js";
import { emphasized, inWords, isBad, sentences } from "./sentences.js";
import { element, say, shape } from "./words.js";

const STATES = ["pending", "creating", "running", "notready", "bad", "leaving", "done", "lost"];
const WAY_SHOWN = 5000; // ms for which the way of a request is drawn
const MOST_WAYS = 8;
const AT_WORK = 1500; // ms for which a desk is lit after it has done something
const BAD = new Set(["bad", "lost"]);
const ON_ITS_WAY = new Set(["pending", "creating", "notready"]);

export function picture(pane, connection, terminal) {
  const place = pane.querySelector(".drawing");
  const sentence = pane.querySelector(".say");
  const plan = new Plan(element("div"), choose);
  const list = element("div");
  const card = inspector(pane.querySelector(".inspector"), terminal, { ask, closed: draw, walk, whereIs });
  let told = null;
  let namespace = ""; // what is shown
  let picked = false; // somebody chose it
  let settled = false; // the terminal's namespace has had something in it
  let chosen = ""; // the cluster to be seen; none means that of the terminal's context
  let calls = []; // the ways that are drawn now, oldest first
  let lastCall = 0; // when one was last put into words
  let atWork = new Map(); // desk → until when it is lit
  let step = null; // of the chain that is walked along
  let view = localStorage.getItem("picture") ?? "plan";

  connection.on("picture", (facts) => {
    if (facts.cluster !== told?.cluster) plan.clear();
    if (facts.cluster !== told?.cluster || facts.namespace !== told.namespace) picked = settled = false;
    told = facts;
    if (chosen && chosen === told.current) choosing("");
    light(told.busy ?? []);
    draw();
    card.update(told);
  });
  connection.on("hello", () => {
    asked = "";
    ask();
  });
  connection.on("ways", ({ cluster, ways }) => {
    if (cluster !== told?.cluster) return;
    const until = performance.now() + WAY_SHOWN;
    calls = [...calls, ...ways.map((way) => ({ ...way, until, bad: isBad(way) }))].slice(-MOST_WAYS);
    draw();
    setTimeout(draw, WAY_SHOWN + 50);
  });

  /** What stands for an object, as it is drawn now. */
  function whereIs(uid) {
    return uid && place.querySelector(`[data-uid="${CSS.escape(uid)}"]`);
  }

  function choosing(cluster) {
    chosen = cluster;
    ask();
  }

  /** Tell the server which cluster is looked at, and what of it more closely: what the card is about, or all that the list shows. */
  let asked = JSON.stringify({ do: "picture", cluster: "", about: card.about() });
  function ask() {
    const open = card.about();
    const about = open.kind || view === "plan" ? open : { ...open, kind: "namespace", namespace };
    const wanted = JSON.stringify({ do: "picture", cluster: chosen, about });
    if (wanted === asked) return;
    asked = wanted;
    connection.ask(JSON.parse(wanted));
  }

  /** Desks that have just done something are lit for a moment. */
  function light(programs) {
    const now = performance.now();
    for (const program of programs) atWork.set(idOf(program), now + AT_WORK);
    if (programs.length) setTimeout(draw, AT_WORK + 50);
  }
  function lit() {
    const now = performance.now();
    const found = new Set([...atWork].filter(([, until]) => until > now).map(([desk]) => desk));
    if (told.pods.some((pod) => !pod.node && here(pod))) found.add(idOf("kube-scheduler"));
    return step ? new Set([idOf(step.program, step.node)]) : found;
  }

  /** Show a step of a chain: who is at work, and for what. */
  function walk(to) {
    if (step === to) return;
    step = to;
    draw();
  }

  for (const button of pane.querySelectorAll("[data-view]")) {
    button.addEventListener("click", () => {
      view = button.dataset.view;
      localStorage.setItem("picture", view);
      draw();
    });
  }
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
    ask();
    if (view === "plan") plan.draw(facts, card.uid, calls, lit(), step?.uid);
    else relist(table(facts, choose), element("h3", { class: "events-head" }, say("events")), happened(card.uid ? [] : (told.events ?? [])));
    const words = [...elsewhere(), ...spoken(facts), ...sentences(facts)].slice(0, 3);
    if (sentence.dataset.words !== words.join()) {
      sentence.dataset.words = words.join();
      sentence.replaceChildren(...words.map((each) => element("span", { class: "sentence" }, ...emphasized(each))));
    }
  }
  /** The list again, where it looks otherwise than before; the focus stays on what it was on. */
  function relist(...parts) {
    const looks = parts.map((part) => part.outerHTML).join("");
    if (list.looks === looks) return;
    const had = list.contains(document.activeElement) && document.activeElement.dataset.uid;
    list.looks = looks;
    list.replaceChildren(...parts);
    if (had) whereIs(had)?.focus({ preventScroll: true });
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

  /** The terminal's namespace, or where the Pods are while nothing was ever in `default`; until somebody chooses another. */
  function chooseNamespace() {
    const home = told.namespace;
    const names = [...new Set([home, "default", ...told.pods.map((pod) => pod.namespace), ...told.services.map((each) => each.namespace)])].sort();
    if (!picked) {
      const used = (name) => [...told.pods, ...told.services].some((each) => each.namespace === name);
      settled ||= home !== "default" || used(home);
      namespace = settled ? home : ([namespace, ...names].find(used) ?? home);
    }
    const chip = pane.querySelector("[data-namespace]");
    chip.hidden = false;
    if (chip.tagName === "SPAN") {
      chip.textContent = namespace;
      if (names.length === 1) return;
      const select = element("select", { class: "chip mono", "data-namespace": true, "aria-label": "Namespace" });
      select.addEventListener("change", () => {
        namespace = select.value;
        picked = true;
        draw();
      });
      chip.replaceWith(select);
      return chooseNamespace();
    }
    if (!names.includes(namespace)) names.push(namespace);
    if ([...chip.options].map((option) => option.value).join() !== names.join()) chip.replaceChildren(...names.map((name) => element("option", {}, name)));
    chip.value = namespace;
  }

  function choose(uid, at, how) {
    if (!card.choose(told, uid, at, how)) return;
    ask();
    draw();
  }

  // W on an object: why it is as it is.
  place.addEventListener("keydown", (event) => {
    const at = event.target.closest("[data-uid]");
    if (event.code !== "KeyW" || !at || !isShortcut(event)) return;
    event.preventDefault();
    if (find(told, at.dataset.uid)) choose(at.dataset.uid, at, { why: true });
  });

  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-object]");
    if (!link || !told) return;
    event.preventDefault();
    const [kind, place, name] = named(link.dataset.object);
    if (!name) return;
    const drawn = { Pod: told.pods, Service: told.services, Node: told.nodes }[kind] ?? [];
    const found = drawn.find((each) => each.name === name && (kind === "Node" || each.namespace === (place || namespace)));
    const uid = found?.uid ?? `object:${kind}/${place || namespace}/${name}`;
    choose(uid, whereIs(uid) ?? link);
  });
}

/** What a finding says of its object, `Deployment shop/web .spec.replicas` or `Deployment/shop/web`: kind, namespace and name. */
function named(text) {
  const [kind, ...path] = text.split(/\s+(?=\.)/)[0].split(/[\s/]+/);
  const [name = "", place = ""] = path.reverse();
  return [kind, place, name];
}

function table(facts, choose) {
  const row = (kind, object, state, tone, where) => {
    const button = element("button", { type: "button", class: "mono", "data-uid": object.uid, onclick: () => choose(object.uid, button) }, object.name);
    return element("tr", {}, element("td", {}, button), element("td", { class: tone }, state), element("td", {}, where));
  };
  const program = (desk) => row("", desk, say(`desk-${desk.state}`), ["runs", "absent", "untold"].includes(desk.state) ? "" : "bad", desk.node || say("control-plane"));
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
    ...facts.desks.filter((desk) => ["kubelet", "kube-proxy"].includes(desk.program)).map((desk) => program({ ...desk, uid: idOf(desk.program, desk.node), name: desk.program })),
    ...above(facts).map(program),
  ];
  return element("table", { class: "objects" }, element("thead", {}, element("tr", {}, ...head)), element("tbody", {}, ...rows));
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
