/** The table of a choice list: rows are added, removed and put in order, by dragging or with the arrow keys. */
import { attach } from "./attach.js";
import { drag } from "./drag.js";
import { fill } from "./locale.js";

const rowsOf = (table) => Array.from(table.querySelectorAll("tr[data-choice]"));
const errorsOf = (row) => (row.nextElementSibling?.matches("[data-choice-errors]") ? row.nextElementSibling : null);

/** A row and its errors stay together. */
function put(row, place, before) {
  const errors = errorsOf(row);
  place.insertBefore(row, before);
  if (errors) place.insertBefore(errors, row.nextSibling);
}

function move(table, row, step) {
  const rows = rowsOf(table);
  const to = rows.indexOf(row) + step;
  if (to < 0 || to >= rows.length) return;
  const place = row.parentElement;
  put(row, place, step < 0 ? rows[to] : (errorsOf(rows[to]) ?? rows[to]).nextSibling);
  tell(table, row);
}

function tell(table, row) {
  const status = table.querySelector("[data-choice-status]");
  const rows = rowsOf(table);
  status.textContent = fill(status.dataset.pattern, { place: rows.indexOf(row) + 1, count: rows.length });
  table.dispatchEvent(new Event("change", { bubbles: true }));
}

function preview(row) {
  const badge = row.querySelector("[data-choice-preview]");
  const own = row.querySelector("[data-choice-own]");
  const other = Array.from(row.querySelectorAll(".dw-choice-label input"), (input) => input.value || input.placeholder);
  badge.firstElementChild.textContent = own.value || own.placeholder || other.find(Boolean) || "";
  const hue = row.querySelector("[data-choice-hue]").value;
  badge.className = `dw-badge dw-hue-${hue || "grey"}${hue ? " dw-dot" : ""}`;
  row.classList.toggle("is-off", !row.querySelector("[data-choice-active]").checked);
}

/** The boxes of a row for the values of the choice that the list follows; none where it follows none. */
function offerWhen(table, row) {
  const cell = row.querySelector("[data-choice-when]");
  const followed = table.querySelector("[data-choice-follows]").value;
  const boxes = followed && table.querySelector(`[data-choice-when-of="${CSS.escape(followed)}"]`).content.cloneNode(true);
  cell.hidden = !followed;
  cell.replaceChildren(...(boxes ? [boxes] : []));
  const name = row.querySelector("input[name=choice]").value;
  for (const box of cell.querySelectorAll("input")) box.name = `choice.${name}.when`;
}

function follow(table) {
  table.querySelector("[data-choice-when-head]").hidden = !table.querySelector("[data-choice-follows]").value;
  for (const row of rowsOf(table)) offerWhen(table, row);
}

/** What is ticked stands in the line that opens and closes the boxes. */
function tellWhen(cell) {
  const told = cell.querySelector("[data-choice-when-told]");
  if (!told) return;
  const written = cell.querySelector("input:not([type=checkbox])");
  if (written) {
    told.textContent = written.value.trim() || cell.dataset.always;
    return;
  }
  const chosen = Array.from(cell.querySelectorAll("input:checked"), (box) => box.nextElementSibling.textContent);
  const list = new Intl.ListFormat(document.documentElement.lang, { type: "disjunction" });
  told.textContent = chosen.length ? list.format(chosen) : cell.dataset.always;
}

/** New rows are counted on from those that are there, so that no two share a name. */
function add(table) {
  const blank = table.querySelector("[data-choice-blank]").content.firstElementChild;
  const taken = new Set(Array.from(table.querySelectorAll("input[name=choice]"), (input) => input.value));
  let number = 1;
  while (taken.has(`new-${number}`)) number += 1;
  const row = blank.cloneNode(true);
  for (const input of row.querySelectorAll("[name]")) {
    input.name = input.name.replace("choice.new-0.", `choice.new-${number}.`);
    if (input.name === "choice") input.value = `new-${number}`;
  }
  if (row.querySelector("[data-choice-when]")) offerWhen(table, row);
  table.querySelector("[data-choice-rows]").append(row);
  row.querySelector("[data-choice-own]").focus();
}

function remove(table, row) {
  const rows = rowsOf(table);
  const next = rows[rows.indexOf(row) + 1] ?? rows[rows.indexOf(row) - 1];
  errorsOf(row)?.remove();
  row.remove();
  (next?.querySelector("[data-choice-own]") ?? table.querySelector("[data-choice-add]")).focus();
  table.dispatchEvent(new Event("change", { bubbles: true }));
}

/** Puts the dragged row, with its errors, before or behind the one it is over. */
function take(table, row) {
  const place = (over, isBehind) => {
    put(row, over.parentElement, isBehind ? (errorsOf(over) ?? over).nextSibling : over);
  };
  drag(row, table, "tr[data-choice]", place, () => tell(table, row));
}

attach("[data-choices]", (table) => {
  table.addEventListener("click", (event) => {
    if (event.target.closest("[data-choice-add]")) add(table);
    const removing = event.target.closest("[data-choice-remove]");
    if (removing) remove(table, removing.closest("tr"));
  });
  table.addEventListener("change", (event) => {
    if (event.target.matches("[data-choice-follows]")) follow(table);
    const cell = event.target.closest("[data-choice-when]");
    if (cell) tellWhen(cell);
  });
  for (const cell of table.querySelectorAll("[data-choice-when]")) tellWhen(cell);
  table.addEventListener("keydown", (event) => {
    const grip = event.target.closest("[data-choice-grip]");
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (!grip || !step) return;
    event.preventDefault();
    move(table, grip.closest("tr"), step);
    grip.focus();
  });
  table.addEventListener("input", (event) => {
    const row = event.target.closest("tr[data-choice]");
    if (row) preview(row);
  });
  table.addEventListener("pointerdown", (event) => {
    const grip = event.target.closest("[data-choice-grip]");
    if (grip && event.button === 0) take(table, grip.closest("tr"));
  });
});
