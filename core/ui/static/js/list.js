/** The list: selection and its bar, keys on rows, columns that found no room, search while typing. */
import { attach } from "./attach.js";
import { cellAt, columnAt, editCell, enter } from "./cells.js";
import { ask } from "./confirm.js";
import { element, icon, parseFragment } from "./elements.js";
import "./filters.js";
import { fill, locale } from "./locale.js";
import { rememberList } from "./place.js";
import { fetchFragment, needsLogin } from "./request.js";
import { press, shortcut } from "./shortcuts.js";

const DELAY = 300;
let lastPicked = null;
let searchTimer = 0;

const list = () => document.getElementById("list");
const rows = () => Array.from(document.querySelectorAll("[data-rows] tbody:not(.is-closed, [hidden]) tr[data-id]"));
const boxOf = (row) => row.querySelector(".dw-pick input");
const picked = () => rows().filter((row) => boxOf(row)?.checked);

// ---- selection ----

function showSelection() {
  const bar = document.querySelector("[data-bulk-bar]");
  if (!bar) return;
  const count = picked().length;
  const everything = document.getElementById("dw-bulk").elements.all_matching;
  if (count < rows().length) everything.value = "";
  const told = everything.value ? Number(list().dataset.matching) : count;
  bar.hidden = count === 0;
  for (const act of bar.querySelectorAll("[data-at-most]")) {
    act.hidden = told < Number(act.dataset.atLeast) || told > Number(act.dataset.atMost);
  }
  const label = bar.querySelector("[data-selected-count]");
  label.textContent = fill(label.dataset.pattern, { n: told });
  const all = document.querySelector("[data-select-page]");
  all.checked = count > 0 && count === rows().length;
  all.indeterminate = count > 0 && count < rows().length;
}

function pickAll(checked) {
  for (const row of rows()) boxOf(row).checked = checked;
  showSelection();
}

/** With Shift held all rows between the last one and this follow it. */
function pickRange(row) {
  const all = rows();
  const [from, to] = [all.indexOf(lastPicked), all.indexOf(row)].sort((one, other) => one - other);
  if (from < 0) return;
  for (const between of all.slice(from, to + 1)) boxOf(between).checked = boxOf(row).checked;
}

document.addEventListener("click", (event) => {
  const target = event.target;
  if (target.matches?.(".dw-pick input[name=id]")) {
    const row = target.closest("tr");
    if (event.shiftKey && lastPicked) pickRange(row);
    lastPicked = row;
    showSelection();
  } else if (target.matches?.("[data-select-page]")) pickAll(target.checked);
  else if (target.closest?.("[data-clear-selection]")) leaveSelecting();
  else if (target.closest?.("[data-select-matching]")) selectMatching();
  else if (target.closest?.("[data-selecting]")) startSelecting(target);
  else if (target.closest?.("[data-open-toolbar]")) openToolbar();
  else if (target.closest?.("[data-reload]")) refresh();
  else if (target.closest?.("[data-rows] .dw-name-link")) rememberList(list().dataset.base);
});

/** Whoever presses Apply before he has chosen would empty the field in all of these records. */
document.addEventListener("change", (event) => {
  if (!event.target.matches?.("[data-bulk-value]")) return;
  event.target.closest("[popover]").querySelector("[type=submit]").disabled = !event.target.value;
});

function selectMatching() {
  pickAll(true);
  document.getElementById("dw-bulk").elements.all_matching.value = "1";
  showSelection();
}

function startSelecting(target) {
  target.closest("[popover]")?.hidePopover();
  list().classList.add("dw-selecting");
}

function leaveSelecting() {
  document.getElementById("dw-bulk").elements.all_matching.value = "";
  pickAll(false);
  list().classList.remove("dw-selecting");
}

/** On a phone the search is opened by a button of the bar, which stays when the list comes anew; closing it ends it. */
function openToolbar() {
  const field = document.getElementById("list-q");
  const button = document.querySelector("[data-open-toolbar]");
  const open = button.getAttribute("aria-expanded") !== "true";
  button.setAttribute("aria-expanded", String(open));
  if (open) field.focus();
  else if (field.value) {
    field.value = "";
    field.form.requestSubmit();
  }
}

/** The bar of a phone follows the list: how many records there are, and by how many conditions. */
document.addEventListener("htmx:after:swap", () => {
  const told = document.querySelector("[data-toolbar]")?.dataset;
  const note = document.querySelector("[data-bar-note]");
  const count = document.querySelector("[data-bar-conditions]");
  if (told && note) note.textContent = told.note;
  if (!told || !count) return;
  count.textContent = told.conditions;
  count.hidden = !told.conditions;
});

document.addEventListener("submit", async (event) => {
  const form = event.target.closest("[data-bulk]");
  if (!form) return;
  const button = event.submitter;
  const chosen = button.closest("[popover]")?.querySelector("[data-bulk-value]");
  if (chosen) form.elements.namedItem("value")?.remove?.();
  if (chosen) form.append(element("input", { type: "hidden", name: "value", value: chosen.value }));
  if (!button.dataset.ask || form.dataset.asked === "yes") return;
  event.preventDefault();
  const n = form.elements.all_matching.value ? Number(list().dataset.matching) : picked().length;
  const title = fill(button.dataset.ask, { n });
  if (!(await ask({ title, label: button.textContent.trim(), danger: button.hasAttribute("data-danger") }))) return;
  form.dataset.asked = "yes";
  form.requestSubmit(button);
});

// ---- rows by keyboard ----

function currentRow() {
  return document.activeElement?.closest?.("tr[data-id]") ?? document.querySelector("tr.dw-at");
}

function goTo(row) {
  if (!row) return false;
  for (const other of document.querySelectorAll("tr.dw-at")) other.classList.remove("dw-at");
  const column = columnAt();
  row.classList.add("dw-at");
  enter(row, column);
  row.scrollIntoView({ block: "nearest" });
  return true;
}

function step(by) {
  const all = rows();
  const at = all.indexOf(currentRow());
  return goTo(at < 0 ? all[0] : all[Math.max(0, Math.min(all.length - 1, at + by))]);
}

function pickCurrent() {
  const box = currentRow() && boxOf(currentRow());
  box?.click();
  return Boolean(box);
}

function isInTable() {
  return Boolean(document.activeElement?.closest?.("[data-rows], .dw-table-box")) || document.activeElement === document.body;
}

shortcut("KeyJ", () => step(1));
shortcut("KeyK", () => step(-1));
shortcut("ArrowDown", () => isInTable() && step(1));
shortcut("ArrowUp", () => isInTable() && step(-1));
shortcut("ArrowDown", () => isInTable() && step(1) && pickCurrent(), { shift: true });
shortcut("ArrowUp", () => isInTable() && step(-1) && pickCurrent(), { shift: true });
shortcut("KeyX", pickCurrent);
shortcut("KeyF", () => press("[data-open-filters]"));
shortcut("KeyV", () => press("[data-open-views]"));
shortcut("Slash", () => { openSearch(); });
shortcut("Escape", () => (picked().length ? leaveSelecting() : false));
shortcut("Enter", () => {
  if (cellAt() === document.activeElement) return editCell();
  const link = document.activeElement === document.body && currentRow()?.querySelector(".dw-name-link");
  if (link) link.click();
  return Boolean(link);
});

function openSearch() {
  const field = document.getElementById("list-q");
  if (!field.checkVisibility()) openToolbar();
  field.select();
}

document.addEventListener("keydown", (event) => {
  const chip = event.target.closest?.("[data-remove]");
  if (chip && (event.key === "Delete" || event.key === "Backspace")) chip.click();
});

// ---- search while typing ----

document.addEventListener("input", (event) => {
  if (event.target.id !== "list-q") return;
  clearTimeout(searchTimer);
  searchTimer = setTimeout(() => event.target.form.requestSubmit(), DELAY);
});

// ---- columns without room: shown under their row on demand ----

function hiddenColumns(table) {
  const heads = Array.from(table.querySelectorAll("thead th"));
  return heads.flatMap((head, index) => (getComputedStyle(head).display === "none" ? [[index, head.textContent.trim()]] : []));
}

function offerRest(table) {
  const count = hiddenColumns(table).length;
  if (table.dataset.hiddenColumns === String(count)) return;
  table.dataset.hiddenColumns = count;
  closeRest(table);
  table.classList.toggle("dw-has-more", count > 0 && matchMedia("(min-width: 768px)").matches);
  if (table.classList.contains("dw-has-more") && !table.querySelector(".dw-disclose")) addRestButtons(table);
}

function closeRest(table) {
  for (const row of table.querySelectorAll("tr.dw-rest-row")) row.remove();
  for (const button of table.querySelectorAll("[data-rest]")) button.setAttribute("aria-expanded", "false");
}

function addRestButtons(table) {
  table.querySelector("colgroup").append(element("col", { class: "dw-w-disclose" }));
  table.querySelector("thead tr").append(element("td", { class: "dw-disclose" }));
  for (const row of table.querySelectorAll("tbody tr[data-id]")) {
    const button = element("button", { type: "button", "aria-expanded": "false", "data-rest": true, "aria-label": table.dataset.restLabel },
      icon(locale.sprite, "chevron-down"));
    row.append(element("td", { class: "dw-disclose" }, button));
  }
}

function toggleRest(button) {
  const row = button.closest("tr");
  const open = button.getAttribute("aria-expanded") === "true";
  button.setAttribute("aria-expanded", String(!open));
  if (open) return row.nextElementSibling.remove();
  const values = element("dl", { class: "dw-rest" });
  for (const [index, label] of hiddenColumns(row.closest("table"))) {
    const copies = Array.from(row.cells[index].childNodes, (node) => node.cloneNode(true));
    values.append(element("div", {}, element("dt", {}, label), element("dd", {}, ...copies)));
  }
  const shown = Array.from(row.cells).filter((cell) => getComputedStyle(cell).display !== "none").length;
  return row.after(element("tr", { class: "dw-rest-row" }, element("td", { colspan: shown }, values)));
}

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-rest]");
  if (button) toggleRest(button);
});

attach("[data-rows]", (table) => {
  new ResizeObserver(() => offerRest(table)).observe(table.parentElement);
  showSelection();
});

// ---- after a record was saved in the panel ----

/** Draws the list anew and tints what is not as it was, or the one record that was saved here. That one stands first
 * where conditions, order or pages would hide it: whoever saved it sees what became of it. */
export async function refresh(id = "") {
  const before = new Map(rows().map((row) => [row.dataset.id, row.textContent]));
  await window.htmx.ajax("GET", location.pathname + location.search, { target: "#list", select: "#list", swap: "outerMorph" });
  if (id && !rows().some((row) => row.dataset.id === String(id))) await showFirst(id);
  for (const row of rows()) {
    const isOther = id ? row.dataset.id === String(id) : before.get(row.dataset.id) !== row.textContent;
    row.classList.toggle("dw-changed", isOther);
  }
}

/** The row of a record that this page of the list does not hold, with the same columns; groups have no place for it. */
async function showFirst(id) {
  const body = document.querySelector("[data-rows] tbody:only-of-type");
  if (!body || body.matches("[data-group]")) return;
  const columns = [...document.querySelectorAll("[data-rows] th[data-column]")].map((head) => head.dataset.column);
  const response = await fetchFragment(`${location.pathname}?${new URLSearchParams({ id__in: id, columns: columns.join(",") })}`);
  if (!response.ok || needsLogin(response)) return;
  const row = parseFragment(await response.text()).querySelector(`[data-rows] tr[data-id="${CSS.escape(id)}"]`);
  if (row) body.prepend(row);
}

document.addEventListener("dw:saved", (event) => {
  if (!list()) return;
  event.preventDefault();
  refresh(event.detail.id);
});
