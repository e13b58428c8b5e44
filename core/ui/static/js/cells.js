/**
 * Editing in place in a list. The head of a column says with `data-edited-as` that its values can be changed there, in a
 * form or from a menu, and with `data-column` which field it shows. A cell is opened by its pencil, by a double click, or
 * by F2 (E) once the arrows have led to it.
 *
 * The editor lies over its cell and stands outside the list, so that a list that is drawn anew leaves what is typed
 * alone. What is wrong, and what somebody else saved meanwhile, is said in it. The answer brings the whole row, since
 * other cells may follow from the changed one.
 */
import { element, icon, parseFragment } from "./elements.js";
import { FieldForm, focusControl, load, menuKeys, startMenu, tick } from "./inline.js";
import { locale, message } from "./locale.js";
import { shortcut } from "./shortcuts.js";

let editor = null;
let pencil = null;

const headOf = (cell) => cell.closest("table").tHead.rows[0].cells[cell.cellIndex];
const isValue = (cell) => cell?.matches("[data-rows] tr[data-id] > td:not(.dw-pick, .dw-disclose)") && cell.checkVisibility();
const canEdit = (cell) => isValue(cell) && Boolean(headOf(cell).dataset.editedAs);

// ---- going from cell to cell ----

/** The cell that has the keyboard; the first one has it through the link in it. */
export function cellAt() {
  const cell = document.activeElement?.closest?.("td");
  return isValue(cell) ? cell : null;
}

export function columnAt() {
  return cellAt()?.cellIndex ?? -1;
}

/** Puts the keyboard on a row, in this column. */
export function enter(row, column = -1) {
  const cell = row.cells[column];
  const link = row.querySelector(".dw-name-link");
  if (!isValue(cell) || cell.contains(link)) return link?.focus({ preventScroll: true });
  cell.tabIndex = -1;
  cell.focus({ preventScroll: true });
  return cell.scrollIntoView({ block: "nearest", inline: "nearest" });
}

function sideways(by) {
  const cell = cellAt();
  if (!cell) return false;
  const forward = getComputedStyle(cell).direction === "rtl" ? -by : by;
  const all = [...cell.parentElement.cells].filter(isValue);
  const next = all[all.indexOf(cell) + forward];
  if (next) enter(next.parentElement, next.cellIndex);
  return true;
}

/** Opens the cell that has the keyboard; of a row that was only gone to, its first one that can be changed. */
export function editCell(cell = cellAt() ?? document.querySelector("tr.dw-at > td")) {
  const row = cell?.parentElement;
  const found = canEdit(cell) ? cell : cell?.matches(":focus") ? null : [...(row?.cells ?? [])].find(canEdit);
  if (found) open(found);
  return Boolean(found);
}

shortcut("ArrowRight", () => sideways(1));
shortcut("ArrowLeft", () => sideways(-1));
shortcut("F2", () => editCell());
shortcut("KeyE", () => editCell());

// ---- the pencil ----

function showPencil(cell) {
  if (pencil?.parentElement === cell) return;
  pencil?.remove();
  const label = message("edit_field", { field: headOf(cell).textContent.trim() });
  pencil = element("button", { type: "button", class: "dw-cell-pencil", tabindex: "-1", "aria-label": label, title: label },
    icon(locale.sprite, "pencil", "dw-icon-s"));
  cell.append(pencil);
}

if (matchMedia("(hover: hover)").matches) {
  document.addEventListener("mouseover", (event) => {
    const cell = event.target.closest?.("td");
    if (canEdit(cell)) showPencil(cell);
    else if (pencil && !pencil.contains(event.target)) pencil.remove();
  });
}

document.addEventListener("click", (event) => {
  const pressed = event.target.closest?.(".dw-cell-pencil");
  if (pressed) open(pressed.parentElement);
});

document.addEventListener("dblclick", (event) => {
  const cell = event.target.closest?.("td");
  if (canEdit(cell) && !event.target.closest("a, button, input")) open(cell);
});

// ---- the editor ----

async function open(cell) {
  if (editor && !editor.leave()) return;
  const table = cell.closest("[data-rows]");
  const { column, editedAs } = headOf(cell).dataset;
  const address = `${table.closest("[data-base]").dataset.base}/${cell.parentElement.dataset.id}/field/${column}`;
  const fragment = await load(editedAs === "menu" ? `${address}?as=menu` : address);
  if (fragment && cell.isConnected && (!editor || editor.leave())) editor = new CellEditor(cell, fragment, editedAs === "menu");
}

class CellEditor {
  constructor(cell, fragment, isMenu) {
    Object.assign(this, { row: cell.parentElement.dataset.id, column: headOf(cell).dataset.column });
    this.box = element("div", { class: isMenu ? "dw-cell-editor is-menu" : "dw-cell-editor", popover: "manual" });
    this.box.addEventListener("keydown", (event) => menuKeys(this.box, event));
    // In the dialog or the page that the list is in; a popover of its own would close what it stands in.
    document.querySelector("main").append(this.box);
    this.show(fragment);
    this.box.showPopover();
    this.place();
    this.listening = new AbortController();
    const { signal } = this.listening;
    document.addEventListener("pointerdown", (event) => this.pressed(event), { capture: true, signal });
    document.addEventListener("scroll", () => this.place(), { capture: true, passive: true, signal });
    window.addEventListener("resize", () => this.place(), { signal });
  }

  /** The cell stands elsewhere in the page once the list was drawn anew, or nowhere any more. */
  cell() {
    const head = document.querySelector(`[data-rows] th[data-column="${CSS.escape(this.column)}"]`);
    return document.querySelector(`[data-rows] tr[data-id="${this.row}"]`)?.cells[head?.cellIndex];
  }

  show(fragment) {
    this.form = fragment.querySelector("form");
    const columns = [...document.querySelectorAll("[data-rows] th[data-column]")].map((head) => head.dataset.column);
    const asked = new URLSearchParams({ as: "row", columns: columns.join(",") });
    this.form.setAttribute("action", `${this.form.getAttribute("action")}?${asked}`);
    this.box.replaceChildren(this.form);
    new FieldForm(this.form, {
      accept: (answer) => this.accept(answer),
      replace: (next) => this.show(next),
      cancel: () => this.close(),
      reload: () => this.takeOver(),
    });
    if (this.form.matches("[data-inline-choices]")) startMenu(this.form);
    // Pickers and dates of the fragment are drawn as soon as it stands in the page.
    else setTimeout(() => { focusControl(this.form); this.asDrawn = this.typed(); });
  }

  typed() {
    return new URLSearchParams(new FormData(this.form)).toString();
  }

  /** Over its cell, from where the cell begins, inside the window. */
  place() {
    const cell = this.cell();
    if (!cell) return;
    const at = cell.getBoundingClientRect();
    this.box.style.setProperty("min-inline-size", `${Math.round(at.width)}px`);
    const { offsetWidth: width, offsetHeight: height } = this.box;
    const wanted = getComputedStyle(this.box).direction === "rtl" ? at.right - width : at.left;
    const across = Math.max(8, Math.min(wanted, innerWidth - width - 8));
    const down = Math.max(8, Math.min(at.top, innerHeight - height - 8));
    this.box.style.setProperty("inset", `${down}px auto auto ${across}px`);
  }

  /** A press elsewhere closes what nothing was typed in; what was typed waits for its save or cancel. */
  pressed(event) {
    // A calendar or a list of values that belongs to the form lies outside the box.
    if (!this.box.contains(event.target) && !event.target.closest("[popover], .ts-dropdown")) this.leave(false);
  }

  /** Closes if nothing would be lost; says whether it did. */
  leave(refocus = true) {
    const isKept = this.asDrawn !== undefined && this.typed() !== this.asDrawn;
    if (isKept) focusControl(this.form);
    else this.close(refocus);
    return !isKept;
  }

  accept(answer) {
    const row = document.querySelector(`[data-rows] tr[data-id="${this.row}"]`);
    const fresh = parseFragment(`<table><tbody>${answer.html}</tbody></table>`).querySelector("tr");
    if (row && fresh) this.replaceCells(row, fresh);
    this.close();
    const cell = this.cell();
    if (cell) tick(cell);
  }

  /** Cell by cell, so that the check box and the button at the end of the row stay as they are. */
  replaceCells(row, fresh) {
    [...fresh.cells].forEach((cell, index) => {
      if (!cell.matches(".dw-pick")) row.cells[index].replaceChildren(...cell.childNodes);
    });
  }

  takeOver() {
    this.close();
    document.querySelector("[data-reload]").click();
  }

  close(refocus = true) {
    this.listening.abort();
    this.box.remove();
    editor = null;
    const cell = this.cell();
    if (cell && refocus) enter(cell.parentElement, cell.cellIndex);
  }
}
