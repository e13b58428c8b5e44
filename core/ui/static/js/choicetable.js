/** The table of a list's values: another row, rows taken away, and their order by dragging or arrow keys. */
import { message } from "./locale.js";

const ROW = "[data-choice-row]";

export class ChoiceTable {
  /** `changed` is called after every change of the rows. */
  constructor(box, changed) {
    this.rows = box.querySelector("[data-choice-rows]");
    this.blank = box.querySelector("[data-choice-blank]");
    this.status = box.querySelector("[data-choice-status]");
    this.changed = changed;
    this.made = 0;
    const add = box.querySelector("[data-add-row]");
    add.hidden = false;
    add.addEventListener("click", () => this.add());
    box.addEventListener("click", (event) => this.click(event));
    box.addEventListener("keydown", (event) => this.key(event));
    box.addEventListener("pointerdown", (event) => this.grab(event));
    box.addEventListener("change", (event) => this.show(event.target));
  }

  add() {
    this.made += 1;
    const token = `a${this.made}`;
    const copy = this.blank.content.cloneNode(true);
    for (const control of copy.querySelectorAll("[name]")) {
      control.name = control.name.replace("TOKEN", token);
      if (control.value === "TOKEN") control.value = token;
    }
    this.rows.append(copy);
    this.rows.lastElementChild.querySelector(".dw-input").focus();
    this.changed();
  }

  click(event) {
    const button = event.target.closest("[data-remove-row]");
    if (!button) return;
    const row = button.closest(ROW);
    (row.nextElementSibling ?? row.previousElementSibling)?.querySelector("[data-grip]").focus();
    row.remove();
    this.changed();
  }

  key(event) {
    const grip = event.target.closest("[data-grip]");
    if (!grip || (event.key !== "ArrowUp" && event.key !== "ArrowDown")) return;
    event.preventDefault();
    const row = grip.closest(ROW);
    if (event.key === "ArrowUp") row.previousElementSibling?.before(row);
    else row.nextElementSibling?.after(row);
    grip.focus();
    this.moved(row);
  }

  /** Dragging by the grip, with a mouse, a pen or a finger. */
  grab(event) {
    const grip = event.target.closest("[data-grip]");
    if (!grip || event.button !== 0) return;
    const row = grip.closest(ROW);
    row.classList.add("is-moving");
    const follow = (move) => {
      const over = document.elementFromPoint(move.clientX, move.clientY)?.closest(ROW);
      if (!over || over === row || over.parentElement !== this.rows) return;
      const place = over.getBoundingClientRect();
      if (move.clientY > place.top + place.height / 2) over.after(row);
      else over.before(row);
    };
    const drop = () => {
      row.classList.remove("is-moving");
      document.removeEventListener("pointermove", follow);
      document.removeEventListener("pointerup", drop);
      document.removeEventListener("pointercancel", drop);
      this.moved(row);
    };
    document.addEventListener("pointermove", follow);
    document.addEventListener("pointerup", drop);
    document.addEventListener("pointercancel", drop);
  }

  moved(row) {
    const place = [...this.rows.children].indexOf(row) + 1;
    this.status.textContent = message("choice_moved", { place });
    this.changed();
  }

  /** A colour is seen on its menu, a value that is not in use is struck out. */
  show(control) {
    if (control.matches(".dw-hue-select")) control.dataset.hue = control.value;
    if (control.name?.startsWith("choice_active_")) control.closest(ROW).classList.toggle("is-off", !control.checked);
  }
}
