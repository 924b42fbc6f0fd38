// Every page: light and dark, the same place after a switch of language, questions before what cannot be undone.

import { isShortcut, keySwitches } from "./keys.js";

const root = document.documentElement;

for (const button of document.querySelectorAll("[data-theme-switch]")) {
  button.addEventListener("click", () => {
    const shown = root.dataset.theme || (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
    root.dataset.theme = shown === "dark" ? "light" : "dark";
    document.cookie = `theme=${root.dataset.theme}; path=/; max-age=31536000; samesite=lax`;
    document.dispatchEvent(new CustomEvent("themechange"));
  });
}

// Times are said in the reader's own zone.
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
if (zone) document.cookie = `timezone=${zone}; path=/; max-age=31536000; samesite=lax`;

// A translation has other lengths: remember the heading that is being read, not the pixel.
const scroller = document.querySelector(".read") ?? document.scrollingElement;
const headings = () => [...document.querySelectorAll("main :is(h1, h2, h3)")].filter((each) => scroller.contains(each));
const PLACE = "place";

for (const link of document.querySelectorAll("[data-language]")) {
  link.addEventListener("click", () => {
    const top = scroller === document.scrollingElement ? 0 : scroller.getBoundingClientRect().top;
    const index = headings().findLastIndex((each) => each.getBoundingClientRect().top <= top + 80);
    sessionStorage.setItem(PLACE, JSON.stringify({ path: new URL(link.href).pathname, index, pane: document.body.dataset.pane }));
  });
}

const place = JSON.parse(sessionStorage.getItem(PLACE) ?? "null");
if (place?.path === location.pathname) {
  sessionStorage.removeItem(PLACE);
  if (place.pane) document.body.dataset.pane = place.pane;
  if (place.index > 0) headings()[place.index]?.scrollIntoView();
}

document.addEventListener("submit", (event) => {
  const question = event.target.dataset.ask;
  if (question && !confirm(question)) event.preventDefault();
});

for (const field of document.querySelectorAll("[data-select]")) field.addEventListener("focus", () => field.select());

// A link to hand on. Where the browser keeps the clipboard to itself, the link is marked, ready to be copied by hand.
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const shown = button.previousElementSibling;
  try {
    await navigator.clipboard.writeText(button.dataset.copy);
  } catch {
    if (shown.select) shown.select();
    else getSelection().selectAllChildren(shown);
    return;
  }
  const label = button.firstElementChild;
  button.dataset.label ??= label.textContent;
  label.textContent = button.dataset.copied;
  setTimeout(() => (label.textContent = button.dataset.label), 2000);
});

// The time that is left of an exam, counted from what the server said: the clock on the wall may be wrong here. When it
// is over, the exam is handed in.
const clock = document.querySelector("[data-left]");
if (clock) {
  const last = document.querySelector(".last"); // in words at ten minutes and at one: a clock is not read out
  const began = performance.now();
  const tick = () => {
    const remaining = clock.dataset.left * 1000 - (performance.now() - began);
    const left = Math.max(0, Math.ceil(remaining / 1000));
    const [hours, minutes, seconds] = [Math.floor(left / 3600), Math.floor(left / 60) % 60, left % 60];
    clock.textContent = `${hours}:${String(minutes).padStart(2, "0")}:${String(seconds).padStart(2, "0")}`;
    clock.classList.toggle("soon", left < 300);
    const words = left <= 60 ? last.dataset.last1 : left <= 600 ? last.dataset.last10 : "";
    if (last.textContent !== words) last.textContent = words;
    if (left) return setTimeout(tick, remaining % 1000 || 1000);
    const form = document.querySelector("[data-hand-in]");
    form.elements.by.value = "clock"; // somebody may have given more time meanwhile
    form.submit();
  };
  tick();
}

// `/` searches.
keySwitches();
addEventListener("keydown", (event) => {
  if (event.key !== "/" || !isShortcut(event)) return;
  event.preventDefault();
  const field = document.querySelector("main [type=search][name=q]");
  if (field) field.focus();
  else location.assign(document.querySelector("[data-search]").href);
});

// What is said to somebody's class appears wherever they are; the class's page keeps it.
const notices = document.querySelector("[data-notices]");
if (notices) listen(1);

function listen(pause) {
  const url = new URL(notices.dataset.notices, location.href);
  url.protocol = location.protocol === "https:" ? "wss:" : "ws:";
  const socket = new WebSocket(url);
  socket.addEventListener("message", (event) => show(JSON.parse(event.data)));
  socket.addEventListener("open", () => (pause = 1));
  const again = () => setTimeout(() => listen(Math.min(pause * 2, 60)), pause * 1000);
  socket.addEventListener("close", again);
  addEventListener("pagehide", () => {
    socket.removeEventListener("close", again);
    socket.close();
  });
}

function show({ text, who, classroom, path, take }) {
  const made = (name, words, properties = {}) => Object.assign(document.createElement(name), { textContent: words, ...properties });
  const card = made("div", "", { className: "card" });
  const here = (address) => address.replace(/^\/[a-z]+\//, `/${root.lang}/`);
  const link = made("a", notices.dataset.open, { href: here(path) });
  const close = made("button", notices.dataset.close, { type: "button", className: "btn bare", onclick: () => card.remove() });
  const foot = made("p", "");
  if (take) {
    const form = made("form", "", { method: "post", action: here(take) });
    const token = made("input", "", { type: "hidden", name: "csrfmiddlewaretoken", value: notices.dataset.token });
    form.append(token, made("button", notices.dataset.take, { className: "btn go" }));
    foot.append(form);
  }
  foot.append(link, close);
  card.append(made("p", text), made("p", `${who}, ${classroom}`, { className: "faint" }), foot);
  notices.append(card);
}
