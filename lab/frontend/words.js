// The sentences of the reader's language, and numbers and times as that language writes them.

const texts = JSON.parse(document.getElementById("words").textContent);
export const language = document.documentElement.lang;

/** A sentence by its key; {braces} are filled from the facts, {count:task|tasks} with the one or the other. */
export function say(key, facts = {}) {
  return (texts[key] ?? key).replace(/\{(\w+)(?::([^|}]*)\|([^}]*))?\}/g, (_, name, one, many) =>
    one === undefined ? (facts[name] ?? "") : `${facts[name]}` === "1" ? one : many);
}

/** An element with properties and children; text is always text, never markup. */
export function element(name, properties = {}, ...children) {
  const made = document.createElement(name);
  return filled(made, properties, children);
}

/** The same for SVG. */
export function shape(name, properties = {}, ...children) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  return filled(made, properties, children);
}

function filled(made, properties, children) {
  for (const [key, value] of Object.entries(properties)) {
    if (value === false || value === null || value === undefined) continue;
    if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else made.setAttribute(key, value === true ? "" : value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}
