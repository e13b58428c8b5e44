/**
 * The calendar: a record is moved by dragging it to another day or hour, or with Shift and the arrow keys while it has
 * the focus; a press on an empty place opens the form of a new one.
 *
 * `<li data-move="/…/7/move" data-by="due_at" data-version="3">` stands in `<td data-on="2026-11-28" data-new="/…/new?…">`.
 * Moving posts the form `data-cal-move`; the next page tells of it, offers to undo it, and has the focus on the record.
 */
import { attach } from "./attach.js";
import { shortcut, press } from "./shortcuts.js";

const DAY = 86_400_000;

function move(item, to) {
  const form = document.querySelector("[data-cal-move]");
  if (!to || to === item.closest("[data-on]").dataset.on) return;
  form.action = item.dataset.move;
  form.elements.by.value = item.dataset.by;
  form.elements.version.value = item.dataset.version;
  form.elements.to.value = to;
  form.submit();
}

/** A day (`2026-11-28`) or an hour of it (`2026-11-28T09`), some days and hours later. */
function later(on, days, hours) {
  const [date, hour] = on.split("T");
  const moved = new Date(Date.parse(`${date}T${hour ?? "00"}:00:00Z`) + days * DAY + hours * (DAY / 24)).toISOString();
  return hour === undefined ? moved.slice(0, 10) : moved.slice(0, 13);
}

/** How far an arrow goes: along the reading direction by days, across it by weeks, or by hours in a day. */
function step(key, span) {
  const forward = document.documentElement.dir === "rtl" ? "ArrowLeft" : "ArrowRight";
  const sideways = { ArrowLeft: -1, ArrowRight: 1 }[key];
  if (sideways) return { days: key === forward ? 1 : -1, hours: 0 };
  const down = { ArrowUp: -1, ArrowDown: 1 }[key];
  if (!down) return null;
  return span === "day" ? { days: 0, hours: down } : { days: 7 * down, hours: 0 };
}

function keyed(event, calendar) {
  const item = event.target.closest("[data-move]");
  if (!item || !event.shiftKey || event.ctrlKey || event.altKey || event.metaKey) return;
  const by = step(event.key, calendar.dataset.calendar);
  if (!by) return;
  event.preventDefault();
  event.stopPropagation();
  move(item, later(item.closest("[data-on]").dataset.on, by.days, by.hours));
}

class Dragging {
  constructor(calendar) {
    this.calendar = calendar;
    for (const name of ["dragstart", "dragover", "dragend", "drop"]) calendar.addEventListener(name, (event) => this[name](event));
  }

  dragstart(event) {
    this.item = event.target.closest("[data-move]");
    if (!this.item) return;
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", this.item.querySelector("a").href);
    this.item.classList.add("is-dragged");
  }

  dragover(event) {
    const place = this.item && event.target.closest("[data-on]");
    if (place) event.preventDefault();
    this.mark(place);
  }

  drop(event) {
    const place = event.target.closest("[data-on]");
    if (!this.item || !place) return;
    event.preventDefault();
    move(this.item, place.dataset.on);
  }

  dragend() {
    this.item?.classList.remove("is-dragged");
    this.item = null;
    this.mark(null);
  }

  mark(place) {
    this.place?.classList.remove("is-over");
    this.place = place;
    place?.classList.add("is-over");
  }
}

function pressed(event) {
  const place = event.target.closest("[data-new]");
  if (!place || event.target.closest("a, button, li") || String(getSelection())) return;
  document.dispatchEvent(new CustomEvent("dw:open", { detail: { href: place.dataset.new } }));
}

attach("[data-calendar]", (calendar) => {
  new Dragging(calendar);
  calendar.addEventListener("keydown", (event) => keyed(event, calendar));
  calendar.addEventListener("click", pressed);
  if (location.hash.startsWith("#item-")) document.getElementById(location.hash.slice(1))?.focus();
});
attach("[data-cal-by]", (select) => select.addEventListener("change", () => select.form.requestSubmit()));
shortcut("KeyT", () => press("[data-cal-today]"));
shortcut("PageUp", () => press("[data-cal-previous]"));
shortcut("PageDown", () => press("[data-cal-next]"));
