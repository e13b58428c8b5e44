/**
 * The calendar: a record is moved by carrying it to another day or hour, or with Shift and the arrow keys while it has
 * the focus; in the hours of a day its lower edge, plus and minus say how long it takes. A press on an empty place opens
 * the form of a new one.
 *
 * `<li data-move="/…/7/move" data-by="due_at" data-version="3">` stands in `<td data-on="2026-11-28" data-new="/…/new?…">`.
 * `data-stretch="/…/7/stretch"` says where its minutes go, `data-lasts` how many they are, and `data-long` how many
 * quarters of an hour it is drawn over.
 * Moving posts the form `data-cal-move`; the next page tells of it, offers to undo it, and has the focus on the record.
 */
import { attach } from "./attach.js";
import { Carrying } from "./carry.js";
import { showNow } from "./nowline.js";
import { shortcut, press } from "./shortcuts.js";

const DAY = 86_400_000;
const QUARTER = 15;
const IN_A_DAY = 96;

function send(action, item, values) {
  const form = document.querySelector("[data-cal-move]");
  form.action = action;
  for (const [name, value] of Object.entries({ by: item.dataset.by, version: item.dataset.version, ...values })) {
    form.elements[name].value = value;
  }
  form.submit();
}

function move(item, to) {
  if (to && to !== item.closest("[data-on]").dataset.on) send(item.dataset.move, item, { to });
}

/** Let it take so many minutes, between a quarter of an hour and a day. */
function stretch(item, minutes) {
  const kept = Math.min(Math.max(minutes, QUARTER), IN_A_DAY * QUARTER);
  if (kept !== Number(item.dataset.lasts)) send(item.dataset.stretch, item, { minutes: kept });
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
  return span === "hours" ? { days: 0, hours: down } : { days: 7 * down, hours: 0 };
}

function keyed(event, calendar) {
  const item = event.target.closest("[data-move]");
  if (!item || event.ctrlKey || event.altKey || event.metaKey) return;
  const longer = { "+": QUARTER, "-": -QUARTER }[event.key];
  if (longer && item.dataset.stretch) {
    event.preventDefault();
    stretch(item, (Number(item.dataset.lasts) || item.dataset.long * QUARTER) + longer);
    return;
  }
  const by = event.shiftKey && step(event.key, item.closest(".dw-cal-slot") ? "hours" : calendar.dataset.calendar);
  if (!by) return;
  event.preventDefault();
  event.stopPropagation();
  move(item, later(item.closest("[data-on]").dataset.on, by.days, by.hours));
}

/** On the phone a week is an agenda, and what is carried to a day in it keeps its hour. */
function isAgenda(calendar) {
  return calendar.dataset.calendar === "week" && matchMedia("(max-width: 767px)").matches;
}

/** The day or hour at a point, also where another record lies over it. */
function placeAt(calendar, x, y) {
  const under = document.elementsFromPoint(x, y).find((one) => !one.closest(".dw-cal-piece"));
  return calendar.contains(under) ? under.closest(isAgenda(calendar) ? ".dw-cal-column" : "[data-on]") : null;
}

function put(item, place) {
  const day = place.matches("[data-on]") ? place : place.querySelector("[data-on]");
  const isWhole = day === place && place.dataset.whole && !item.closest("[data-whole]");
  move(item, isWhole ? place.dataset.whole : day.dataset.on);
}

/** The lower edge of an item follows the pointer by quarters of an hour; Escape leaves it as it was. */
class Stretching {
  constructor(calendar) {
    for (const name of ["pointerdown", "pointermove", "pointerup", "pointercancel"]) {
      calendar.addEventListener(name, (event) => this[name](event));
    }
    document.addEventListener("keydown", (event) => event.key === "Escape" && this.pointercancel());
  }

  pointerdown(event) {
    const edge = event.target.closest("[data-edge]");
    if (!edge || event.button) return;
    event.preventDefault();
    edge.setPointerCapture(event.pointerId);
    this.item = edge.parentElement;
    this.item.classList.add("is-stretched");
    this.from = event.clientY;
    this.quarter = this.item.getBoundingClientRect().height / Number(this.item.dataset.long);
    this.height = this.item.offsetHeight;
    this.by = 0;
  }

  pointermove(event) {
    if (!this.item) return;
    this.by = Math.max(Math.round((event.clientY - this.from) / this.quarter), 1 - Number(this.item.dataset.long));
    this.item.style.blockSize = `${this.height + this.by * this.quarter}px`;
  }

  pointerup() {
    const { item, by } = this;
    if (!item) return;
    this.pointercancel();
    if (by) stretch(item, (Number(item.dataset.lasts) || item.dataset.long * QUARTER) + by * QUARTER);
  }

  pointercancel() {
    if (!this.item) return;
    this.item.style.blockSize = "";
    this.item.classList.remove("is-stretched");
    this.item = null;
  }
}

/** The hours open where work begins, or at what comes before; a month at the week of today. */
function scrollToNow(calendar) {
  const corner = calendar.querySelector(".dw-cal-corner");
  if (corner) calendar.style.setProperty("--heads", `${corner.offsetHeight}px`);
  const heads = calendar.querySelector("thead");
  const today = calendar.querySelector("td.is-today");
  if (heads && today) {
    const hidden = today.getBoundingClientRect().bottom - calendar.getBoundingClientRect().bottom;
    if (hidden > 0) calendar.scrollTop += Math.min(hidden, today.offsetTop - heads.offsetHeight);
    return;
  }
  const slots = [...calendar.querySelectorAll(".dw-cal-slot")];
  const first = slots.find((slot) => !slot.matches(".is-off, .is-weekend *")) ?? slots[0];
  if (first) calendar.scrollTop += first.getBoundingClientRect().top - slots[0].getBoundingClientRect().top;
}

function pressed(event) {
  const place = event.target.closest("[data-new]");
  if (!place || event.target.closest("a, button, .dw-cal-item") || String(getSelection())) return;
  document.dispatchEvent(new CustomEvent("dw:open", { detail: { href: place.dataset.new } }));
}

attach("[data-calendar]", (calendar) => {
  new Carrying(calendar, {
    items: "[data-move]",
    placeAt: (x, y) => placeAt(calendar, x, y),
    put,
  });
  new Stretching(calendar);
  calendar.addEventListener("keydown", (event) => keyed(event, calendar));
  calendar.addEventListener("click", pressed);
  scrollToNow(calendar);
  showNow(calendar);
  if (location.hash.startsWith("#item-")) document.getElementById(location.hash.slice(1))?.focus();
});
attach("[data-cal-by]", (select) => select.addEventListener("change", () => select.form.requestSubmit()));
shortcut("KeyT", () => press("[data-cal-today]"));
shortcut("PageUp", () => press("[data-cal-previous]"));
shortcut("PageDown", () => press("[data-cal-next]"));
