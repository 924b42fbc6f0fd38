// Shortcuts of one key: they work wherever nobody is typing, and can be switched off (WCAG 2.1.4).

const KEPT = "single-keys";
const TYPED_INTO = "input, textarea, select, .work, [contenteditable]";

/** Whether a pressed key is meant as a shortcut: nobody types, only Shift is held with it, and they are on. */
export function isShortcut(event) {
  if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return false;
  return localStorage.getItem(KEPT) !== "off" && !event.target.closest(TYPED_INTO);
}

/** The boxes on this page that switch them on and off. */
export function keySwitches() {
  for (const box of document.querySelectorAll("[data-single-keys]")) {
    box.checked = localStorage.getItem(KEPT) !== "off";
    box.addEventListener("change", () => localStorage.setItem(KEPT, box.checked ? "on" : "off"));
  }
}
