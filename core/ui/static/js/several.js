/**
 * Rows of a field with several values: `<div data-several="phones">` holds its rows, and the blank one that is copied.
 *
 * The main value is the first row, or the control of another field of the form in `data-several-main`. Making another
 * one the main one changes places with it, with its label, its state and its pin on the map.
 */
import { attach } from "./attach.js";
import { mainPlace, pointOf, writePoint } from "./point.js";

class Several {
  constructor(box) {
    this.box = box;
    this.rows = box.querySelector("[data-several-rows]");
    this.main = box.querySelector("[data-several-main]");
    this.status = box.querySelector("[data-several-status]");
    const add = box.querySelector("[data-several-add]");
    add.hidden = false;
    add.addEventListener("click", () => this.add().querySelector("input").focus());
    box.addEventListener("click", (event) => this.click(event));
    box.closest("form")?.addEventListener("dw:restore", (event) => this.restore(event.detail));
    this.show();
  }

  add() {
    this.rows.append(this.box.querySelector("[data-several-blank]").content.cloneNode(true));
    this.show();
    return this.rows.lastElementChild;
  }

  click(event) {
    const row = event.target.closest("[data-several-row]");
    if (!row) return;
    if (event.target.closest("[data-several-remove]")) this.remove(row);
    if (event.target.closest("[data-several-first]")) this.makeMain(row);
  }

  remove(row) {
    (row.nextElementSibling ?? row.previousElementSibling ?? this.box).querySelector("input:not([type=hidden])")?.focus();
    row.remove();
    this.show();
    this.tell(this.box.querySelector("input"));
  }

  makeMain(row) {
    const first = this.main ?? this.rows.firstElementChild;
    if (this.main) this.exchange(row, this.ownParts());
    if (this.main) {
      this.exchangePins(row);
      for (const kind of [".dw-several-label", ".dw-several-state"]) swap(row.querySelector(kind), first.querySelector(kind));
    } else {
      first.before(row);
    }
    this.show();
    this.status.textContent = this.status.dataset.becameMain;
    (this.main ?? row).querySelector("input, select").focus();
  }

  /** The controls of the main value: its own, or the fields of the form that hold the parts of the main address. */
  ownParts() {
    if (!this.box.dataset.severalParts) return [this.main.querySelector(".dw-several-parts input")];
    const form = this.box.closest("form");
    return this.box.dataset.severalParts.split(" ").map((name) => form.elements.namedItem(name));
  }

  exchange(row, own) {
    const parts = [...row.querySelectorAll(".dw-several-parts :is(input, select)")];
    own.forEach((control, place) => {
      if (control) swap(parts[place], control);
    });
  }

  /** A pin goes with its address. */
  exchangePins(row) {
    const own = mainPlace(this.box);
    const input = row.querySelector("[data-pin-input]");
    if (!input || !own.length) return;
    const [here, there] = [pointOf([input]), pointOf(own)];
    // What is no point is left where it stands, for the server to say so.
    if ((here === null && input.value.trim()) || (there === null && own.some((one) => one.value.trim()))) return;
    writePoint([input], there);
    writePoint(own, here);
    for (const control of [input, ...own]) this.tell(control);
  }

  /** A row that is the main one already need not become it. */
  show() {
    [...this.rows.children].forEach((row, place) => {
      row.querySelector("[data-several-first]").hidden = !this.main && place === 0;
    });
  }

  tell(control) {
    control?.dispatchEvent(new Event("change", { bubbles: true }));
  }

  /** As many rows as the draft has. */
  restore(values) {
    const kept = Math.max(0, ...Object.entries(values)
      .filter(([name]) => name.startsWith(`${this.box.dataset.several}__`)).map(([, list]) => list.length));
    const held = () => this.rows.children.length + (this.main ? 1 : 0);
    while (held() < kept) this.add();
  }
}

function swap(one, other) {
  const value = one.value;
  one.value = valueOf(other);
  setValue(other, value);
  for (const control of [one, other]) control.dispatchEvent(new Event("change", { bubbles: true }));
}

function valueOf(control) {
  return control.tomselect ? control.tomselect.getValue() : control.value;
}

function setValue(control, value) {
  if (control.tomselect) control.tomselect.setValue(value);
  else control.value = value;
}

attach("[data-several]", (box) => new Several(box));
