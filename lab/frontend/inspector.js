// The card about one object of the picture: what it is, what has happened, why it is so, and commands that tell more.

import { deskOf } from "./desks.js";
import { chain } from "./chain.js";
import { element, say } from "./words.js";

const NOTHING = { kind: "", namespace: "", name: "", uid: "", node: "", why: false };

/** Opens on what `choose` is given; `ask` is called when something else is to be told, `walk` with each step of a chain. */
export function inspector(card, terminal, { ask, closed, walk, whereIs }) {
  let told = null;
  let found = null; // {kind, object}
  let anchor = null;
  let spot = new DOMRect(); // where the anchor was seen last
  let why = false;
  let fresh = false; // the chain has not been seen yet
  let node = ""; // of a program that runs on several: the one whose lines are shown

  let had = false; // the focus
  card.addEventListener("beforetoggle", (event) => (had = event.newState === "closed" && card.contains(document.activeElement)));
  card.addEventListener("toggle", (event) => {
    if (event.newState !== "closed") return;
    const uid = found?.object.uid;
    found = null;
    why = false;
    walk(null);
    closed();
    if (had && (document.activeElement === document.body || card.contains(document.activeElement))) whereIs(uid)?.focus({ preventScroll: true }); // what opened it may have been drawn anew
  });

  /** What the server is to tell of, beside the picture. */
  function about() {
    if (!found) return NOTHING;
    const { kind, object } = found;
    if (kind === "object") return { ...NOTHING, kind, namespace: object.namespace, name: `${object.kind}/${object.name}`, why };
    const where = { pod: object.namespace, service: object.namespace, node: "", desk: "kube-system" }[kind];
    return { kind, namespace: where, name: object.name, uid: kind === "desk" ? "" : object.uid, node: kind === "desk" ? node : "", why };
  }

  function choose(facts, uid, at, { why: wanted = false } = {}) {
    told = facts;
    found = find(facts, uid);
    if (!found) return false;
    why = fresh = wanted && told.inside;
    anchor = at;
    node = found.object.node || chief(found.object.all)?.node || "";
    draw();
    card.showPopover();
    place();
    card.querySelector(".acts button, button")?.focus();
    return true;
  }

  function draw() {
    const { kind, object } = found;
    card.replaceChildren(...(why ? [heading(object.name, say("why")), steps()] : FACES[kind](object)));
  }

  function steps(was) {
    const begins = fresh && Boolean(told.chain);
    if (begins) fresh = false;
    return chain(told.chain, { told, terminal, walk, back: () => turn(false), begins, was });
  }

  function turn(to) {
    why = fresh = to;
    if (!why) walk(null);
    told = { ...told, chain: undefined };
    ask();
    draw();
    place();
    card.querySelector(why ? ".chain" : ".acts button")?.focus();
  }

  /** New facts: what follows them changes in place, so that neither the focus nor what is read is lost. */
  function update(facts) {
    told = facts;
    if (!found) return;
    const now = find(facts, found.object.uid);
    if (now) found = now;
    if (why) {
      const old = card.querySelector(".why");
      if (JSON.stringify(facts.chain) !== old?.dataset.known) {
        const had = old?.contains(document.activeElement);
        const was = { ...old?.dataset };
        walk(null);
        old?.replaceWith(steps(was));
        if (had) card.querySelector(".chain, button")?.focus();
      }
    } else {
      card.querySelector(".events")?.replaceWith(happened(facts.events ?? [], { alone: true }));
      relate(card.querySelector(".lines"), facts.lines ?? []);
      if (found.kind === "object") card.querySelector("dl.finding")?.replaceWith(definitions(plainly(facts)));
    }
    place();
  }

  /** Beside the whole pane where there is room, so that what is walked along stays seen; at the bottom of a phone (CSS). */
  function place() {
    if (!anchor.isConnected) anchor = find(told, found.object.uid) ? (whereIs(found.object.uid) ?? anchor) : anchor;
    if (anchor.isConnected) spot = anchor.getBoundingClientRect(); // else it stays where it was, and on the screen
    if (innerWidth <= 640) return;
    const edge = Math.min(spot.left, card.parentElement.getBoundingClientRect().left);
    const left = edge > card.offsetWidth ? edge : spot.left;
    card.style.left = `${Math.max(8, Math.min(innerWidth - card.offsetWidth - 12, left - card.offsetWidth - 10))}px`;
    card.style.top = `${Math.max(8, Math.min(innerHeight - card.offsetHeight - 12, spot.top))}px`;
  }

  const FACES = {
    pod(pod) {
      const reach = told.services.filter((each) => each.namespace === pod.namespace && each.pods.includes(pod.name));
      const rows = [
        [say("node"), pod.node || say("no-node")],
        [say("labels"), codes(pod.labels)],
        [say("made-by"), pod.kind || "kubectl"],
        [say("reached-by"), reach.map((each) => `Service ${each.name}`).join(", ") || say("no-service")],
      ];
      return [heading(pod.name, pod.status), definitions(rows), happened([]), actions("pod", pod)];
    },
    service(service) {
      const rows = [
        ["IP", `${service.ip} :${service.ports.join(" :")}`],
        ["selector", codes(service.selector)],
        [say("reach"), service.pods.join(", ") || say("addresses", { count: 0 })],
      ];
      return [heading(service.name, service.type), definitions(rows), happened([]), actions("service", service)];
    },
    node(node) {
      const state = [node.ready ? say("ready") : say("not-ready"), node.shut && say("cordoned"), ...node.pressure].filter(Boolean).join(", ");
      const rows = [
        ["IP", node.ip],
        ["kubelet", node.version],
        ["Zone", node.zone || "–"],
        [say("asked-for"), `${Math.round(node.cpu * 100)} % CPU`],
        ["Pods", `${node.pods}`],
        ["Taints", node.taints.map((each) => `${each.key}:${each.effect}`).join(", ") || "–"],
      ];
      return [heading(node.name, state), definitions(rows), happened([]), actions("node", node)];
    },
    object(object) {
      return [heading(object.name, object.kind), definitions([]), happened([]), actions(object.kind.toLowerCase(), object)];
    },
    desk(desk) {
      const one = desk.all.find((each) => each.node === node) ?? desk.all[0];
      const rows = desk.all
        .filter((each) => each.node)
        .map((each) => [each.node, [say(`desk-${each.state}`), each.leads && say("desk-leads"), each.pod && `Pod ${each.pod}`].filter(Boolean).join(", ")]);
      return [
        heading(desk.name, say(`desk-${desk.state}`)),
        element("p", { class: "does" }, say(`does-${desk.name}`)),
        desk.all.length > 1 ? instances(desk) : null,
        definitions(rows.length ? rows : [[say("node"), say("desk-hidden")]]),
        one.node && told.inside ? element("div", { class: "lines", "aria-label": say("last-lines"), role: "group", tabindex: 0 }) : null,
        one.node ? programActions(desk, one) : null,
      ].filter(Boolean);
    },
  };

  /** Of a program that runs on several nodes: whose lines are shown. */
  function instances(desk) {
    const button = (each) => {
      const pick = () => {
        node = each.node;
        ask();
        draw();
        card.querySelector(`.seg [aria-pressed=true]`)?.focus();
      };
      return element("button", { type: "button", "aria-pressed": `${each.node === node}`, onclick: pick }, each.node);
    };
    return element("div", { class: "seg", role: "group", "aria-label": say("node") }, ...desk.all.map(button));
  }

  const run = (command) => () => {
    card.hidePopover();
    terminal.put(`${command}${told.through ? ` --context=${told.through}` : ""}\r`);
  };
  const button = (label, onclick) => element("button", { class: "btn", type: "button", onclick }, label);
  const whyButton = () => (told.inside ? button(say("why"), () => turn(true)) : null);

  function actions(kind, object) {
    const where = object.namespace && object.namespace !== told.namespace ? ` -n ${object.namespace}` : "";
    const typed = terminal && [
      button(say("describe"), run(`kubectl describe ${kind} ${quoted(object.name)}${where}`)),
      button(say("yaml"), run(`kubectl get ${kind} ${quoted(object.name)}${where} -o yaml`)),
    ];
    return element("div", { class: "acts" }, ...(typed || []), whyButton());
  }

  /** A program's Pod can be described; the kubelet is none, and its node has its journal. */
  function programActions(desk, one) {
    const typed = [];
    if (terminal && one.pod) {
      typed.push(button(say("describe"), run(`kubectl describe pod ${one.pod} -n kube-system`)));
      typed.push(button(say("yaml"), run(`kubectl get pod ${one.pod} -n kube-system -o yaml`)));
      typed.push(button(say("log"), run(`kubectl logs ${one.pod} -n kube-system --tail=20`)));
    }
    if (terminal && desk.name === "kubelet") {
      typed.push(button(say("describe"), run(`kubectl describe node ${one.node}`)));
      if (!told.through) typed.push(button(say("log"), run(`ssh ${one.node} journalctl -u kubelet -n 20 --no-pager`)));
    }
    return element("div", { class: "acts" }, ...typed, one.pod ? whyButton() : null);
  }

  return { choose, update, about, hide: () => card.hidePopover(), get uid() { return found?.object.uid ?? null; } };
}

/** The facts of something that the picture does not draw, or that it is not there. */
const plainly = (facts) => (facts.plain === undefined ? [] : (facts.plain ?? [[say("state"), say("object-gone")]]));

/** A name as the shell takes it; some kinds have names with more than letters in them. */
const quoted = (name) => (/^[\w.:-]+$/.test(name) ? name : `'${name.replaceAll("'", "'\\''")}'`);

/** What has an id in the picture; anything else is known by `object:`, its kind, namespace and name. */
export function find(facts, uid) {
  if (uid.startsWith("object:")) {
    const [kind, namespace, name] = uid.slice("object:".length).split("/");
    return { kind: "object", object: { uid, kind, namespace, name } };
  }
  if (uid.startsWith("desk:")) {
    const desk = deskOf(facts, uid);
    return desk && { kind: "desk", object: desk };
  }
  for (const kind of ["pod", "service", "node"]) {
    const object = facts[`${kind}s`].find((each) => each.uid === uid);
    if (object) return { kind, object };
  }
  return null;
}

/** The instance that one wants to see first: one that does not run, or else the one that leads. */
const chief = (all = []) => all.find((each) => each.state !== "runs") ?? all.find((each) => each.leads) ?? all[0];

function heading(name, chip) {
  return element("h3", {}, element("span", { class: "mono" }, name), element("span", { class: "chip" }, chip));
}

/** Events, newest first, each with its reason, its object where that is not clear, and how often. */
export function happened(events, { alone = false } = {}) {
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

/** The last lines of a program; the newest are in sight. */
function relate(box, lines) {
  if (!box || box.dataset.known === lines.join("\n")) return;
  box.dataset.known = lines.join("\n");
  box.replaceChildren(...(lines.length ? lines.map((line) => element("p", { class: "mono" }, line)) : [element("p", {}, say("no-lines"))]));
  box.scrollTop = box.scrollHeight;
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
