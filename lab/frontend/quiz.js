// Questions: things are put in order with buttons, or by dragging; the button keeps the focus while its row moves.

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-move]");
  if (!button) return;
  const row = button.closest("li");
  if (button.dataset.move < 0) row.previousElementSibling?.before(row);
  else row.nextElementSibling?.after(row);
  button.focus();
});

let dragged = null;
document.addEventListener("dragstart", (event) => {
  dragged = event.target.closest?.("[data-order] > li") ?? null;
  dragged?.classList.add("dragged");
});
document.addEventListener("dragover", (event) => {
  const over = event.target.closest("[data-order] > li");
  if (!dragged || !over || over.parentElement !== dragged.parentElement) return;
  event.preventDefault();
  const box = over.getBoundingClientRect();
  if (over !== dragged) over[event.clientY < box.top + box.height / 2 ? "before" : "after"](dragged);
});
document.addEventListener("dragend", () => {
  dragged?.classList.remove("dragged");
  dragged = null;
});

// After an answer the question itself has the focus, so that its reasons are read from the start.
document.addEventListener("htmx:afterSettle", (event) => {
  document.getElementById(event.detail.target.id)?.focus({ preventScroll: true });
});
