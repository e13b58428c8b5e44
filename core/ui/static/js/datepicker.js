/**
 * The date field: a text input that reads dates as they are written in three calendars, and a month to pick from.
 *
 * Markup (templates/forms/fields.html writes it, any other screen may):
 *
 *   <div class="dw-date">
 *     <input type="text" dir="ltr" name="birth_date" data-date data-min="1900-01-01">
 *     <input type="hidden" name="birth_date__calendar" value="jalali">
 *   </div>
 *   <p class="dw-hint" data-date-hint hidden></p>  <p class="dw-error-text" data-date-error hidden></p>
 *
 * What the user typed stays in the field; the server reads it with the calendar of the hidden input. Without this
 * script the field still works.
 */
import { attach } from "./attach.js";
import { dayOfIso, isoOfDay } from "./calendars.js";
import { limitText, readDate, sameDay, writeInput } from "./dates.js";
import { element, icon } from "./elements.js";
import { locale, message } from "./locale.js";
import { MonthGrid } from "./monthgrid.js";

class DateField {
  constructor(input) {
    this.input = input;
    this.box = input.closest(".dw-date") ?? wrapped(input);
    this.hidden = this.box.querySelector("input[type=hidden]") ?? calendarInput(input, this.box);
    this.limits = { min: limit(input.dataset.min), max: limit(input.dataset.max) };
    const around = this.box.closest("[data-field]") ?? this.box.parentElement;
    this.hint = around.querySelector("[data-date-hint]");
    this.error = around.querySelector("[data-date-error]");
    if (!input.readOnly && !input.disabled) this.makeButton();
    this.listen();
    this.showHint();
  }

  makeButton() {
    this.button = element("button", {
      type: "button", class: "dw-date-button", dir: "ltr", "aria-label": message("date_open"),
      "aria-haspopup": "dialog", "aria-expanded": "false",
    }, icon(locale.sprite, "calendar"));
    this.box.append(this.button);
    this.button.addEventListener("click", () => (this.isOpen ? this.close() : this.open({ focusGrid: true })));
  }

  listen() {
    this.input.addEventListener("input", () => this.typed());
    this.input.addEventListener("change", () => { this.writeOut(); this.showError(); });
    this.input.addEventListener("keydown", (event) => this.key(event));
    if (!this.button) return;
    this.input.addEventListener("click", () => this.open());
    this.box.addEventListener("focusout", (event) => {
      if (event.relatedTarget && !this.box.contains(event.relatedTarget)) this.close();
    });
    document.addEventListener("pointerdown", (event) => {
      if (this.isOpen && !this.box.contains(event.target)) this.close();
    });
  }

  /** The hidden input is the one place that knows it, since a restored draft sets it too. */
  get calendar() {
    return this.hidden.value || locale.calendar;
  }

  get isOpen() {
    return this.popover?.matches(":popover-open") ?? false;
  }

  read() {
    return readDate(this.input.value, this.calendar);
  }

  key(event) {
    if (event.key === "Escape" && this.isOpen) {
      event.preventDefault();
      event.stopPropagation();
      this.close();
    } else if (event.key === "ArrowDown" && this.button) {
      event.preventDefault();
      this.open({ focusGrid: true });
    }
  }

  typed() {
    this.clearError();
    this.showHint();
    const read = this.read();
    if (this.isOpen && read?.day !== undefined) this.grid.show(read.day, this.calendar, { selected: read.day });
  }

  open({ focusGrid = false } = {}) {
    if (!this.popover) this.build();
    const read = this.read();
    const selected = read?.day;
    if (!this.isOpen) {
      this.popover.showPopover();
      this.button.setAttribute("aria-expanded", "true");
      this.grid.show(selected ?? this.grid.nearest(), this.calendar, { selected });
    }
    if (focusGrid) this.grid.focus();
  }

  close({ focus = false } = {}) {
    if (!this.isOpen) return;
    this.popover.hidePopover();
    this.button.setAttribute("aria-expanded", "false");
    if (focus) this.input.focus();
  }

  build() {
    this.grid = new MonthGrid(this.limits, {
      pick: (day) => this.pick(day),
      leave: () => this.close({ focus: true }),
      change: (calendar) => this.useCalendar(calendar),
    });
    this.popover = element("div", {
      class: "dw-date-pop", popover: "manual", role: "dialog", "aria-label": message("date_choose"),
    }, this.grid.root);
    this.box.append(this.popover);
  }

  pick(day) {
    this.setText(writeInput(day, this.calendar));
    this.clearError();
    this.close({ focus: true });
  }

  /** The same day, written in another calendar; a text that is no date stays as it is. */
  useCalendar(calendar) {
    const read = this.read();
    this.hidden.value = calendar;
    if (read?.day !== undefined) this.setText(writeInput(read.day, calendar));
    else this.showHint();
  }

  /** “Tomorrow” becomes its date as soon as the field is left, so that whoever typed it sees which day is meant. */
  writeOut() {
    const read = this.read();
    if (read?.isNamed) this.setText(writeInput(read.day, read.calendar));
  }

  setText(text) {
    this.input.value = text;
    this.showHint();
    this.input.dispatchEvent(new Event("input", { bubbles: true }));
    this.input.dispatchEvent(new Event("change", { bubbles: true }));
  }

  showHint() {
    if (!this.hint) return;
    const read = this.read();
    const text = read?.day === undefined ? "" : sameDay(read.day, read.calendar);
    this.hint.textContent = text;
    this.hint.hidden = text === "";
  }

  showError() {
    const text = this.read()?.error ?? this.outside();
    if (!text || !this.error) return;
    this.error.querySelector("[data-text]").textContent = text;
    this.error.hidden = false;
    this.input.setAttribute("aria-invalid", "true");
  }

  outside() {
    const day = this.read()?.day;
    if (day === undefined) return null;
    return limitText(day, this.limits, this.calendar);
  }

  clearError() {
    if (!this.error || this.error.hidden) return;
    this.error.hidden = true;
    this.input.removeAttribute("aria-invalid");
  }
}

/** A screen that writes the input alone (`data-date data-calendar="jalali"`) gets the rest of the field here. */
function wrapped(input) {
  const box = element("div", { class: "dw-date" });
  input.replaceWith(box);
  box.append(input);
  return box;
}

function calendarInput(input, box) {
  const hidden = element("input", {
    type: "hidden", name: `${input.name}__calendar`, value: input.dataset.calendar || locale.calendar, form: input.getAttribute("form"),
  });
  box.append(hidden);
  return hidden;
}

function limit(text) {
  return text ? dayOfIso(text) : null;
}

/** The ISO date that a field holds, or null: for scripts that compute with it. */
export function isoValue(input) {
  const read = readDate(input.value, input.closest(".dw-date").querySelector("input[type=hidden]").value);
  return read?.day === undefined ? null : isoOfDay(read.day);
}

attach("[data-date]", (input) => new DateField(input));
