/**
 * Groups of a list: `<button data-group-toggle>` opens and closes the `<tbody data-group>` it stands in. One whose rows are
 * not there yet brings them from its `data-group-href`; `<button data-more-rows="…">` is replaced by the next ones.
 */
import { parseFragment } from "./elements.js";
import { message } from "./locale.js";
import { failure, fetchFragment } from "./request.js";

async function rowsOf(address) {
  try {
    const response = await fetchFragment(address);
    if (response.ok) return parseFragment(`<table><tbody>${await response.text()}</tbody></table>`).querySelectorAll("tr");
    toast(await failure(response));
  } catch {
    toast(message("offline"));
  }
  return null;
}

function toast(text) {
  document.dispatchEvent(new CustomEvent("dw:toast", { detail: { kind: "error", text } }));
}

/** The groups in one of the first level: those that follow it until the next of its kind. */
function innerOf(group) {
  const all = [...group.parentElement.tBodies];
  if (!group.matches("[data-outer-group]")) return [];
  const after = all.slice(all.indexOf(group) + 1);
  const end = after.findIndex((other) => other.matches("[data-outer-group]"));
  return end < 0 ? after : after.slice(0, end);
}

async function toggle(button) {
  const group = button.closest("[data-group]");
  const address = button.dataset.groupHref;
  if (address) {
    delete button.dataset.groupHref;
    const rows = await rowsOf(address);
    if (rows === null) {
      button.dataset.groupHref = address;
      return;
    }
    group.append(...rows);
  }
  const isClosed = group.classList.toggle("is-closed");
  for (const inner of innerOf(group)) inner.hidden = isClosed;
  button.setAttribute("aria-expanded", String(!isClosed));
}

async function more(button) {
  button.setAttribute("aria-busy", "true");
  const rows = await rowsOf(button.dataset.moreRows);
  button.removeAttribute("aria-busy");
  if (rows === null) return;
  button.closest("tr").replaceWith(...rows);
  rows[0]?.querySelector(".dw-name-link")?.focus({ preventScroll: true });
}

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-group-toggle], [data-more-rows]");
  if (button) (button.matches("[data-group-toggle]") ? toggle : more)(button);
});
