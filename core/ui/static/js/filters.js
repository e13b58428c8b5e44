/** The popover that adds a condition: the chosen field's template gives the operators and the control for the value. */
import { attach } from "./attach.js";
import { isoValue } from "./datepicker.js";
import { readDate } from "./dates.js";
import { latinDigits, locale, message } from "./locale.js";

const WITHOUT_VALUE = { empty: "1", filled: "0" };
const RANGE = /^([^_].*?)__(?:gte?|lte?)$/;

class ConditionForm {
  constructor(form) {
    this.form = form;
    this.field = form.querySelector("[data-filter-field]");
    this.place = form.querySelector("[data-filter-value]");
    this.field.addEventListener("change", () => this.showField());
    form.addEventListener("change", (event) => { if (event.target.matches("[data-filter-op]")) this.showValue(); });
    form.addEventListener("submit", (event) => { event.preventDefault(); if (!this.tellWrong()) this.apply(); });
    form.addEventListener("input", () => this.say(""));
    this.showField();
  }

  showField() {
    const template = this.form.querySelector(`template[data-field="${CSS.escape(this.field.value)}"]`);
    this.place.replaceChildren(template?.content.cloneNode(true) ?? "");
    for (const calendar of this.place.querySelectorAll(".dw-date input[type=hidden]")) calendar.value = locale.calendar;
    const choices = this.place.querySelectorAll(".dw-filter-choices input");
    if (choices.length === 1) choices[0].checked = true; // whoever chose "Overdue" has said all there is to say
    this.showValue();
  }

  get operator() {
    return this.place.querySelector("[data-filter-op]")?.value ?? "";
  }

  /** Only the control that belongs to the operator; whether there is a value needs none. */
  showValue() {
    const parts = Array.from(this.place.querySelectorAll("[data-for-op]"));
    const own = parts.some((part) => part.dataset.forOp === this.operator);
    for (const part of parts) {
      part.hidden = this.operator in WITHOUT_VALUE || (own ? part.dataset.forOp !== this.operator : part.dataset.forOp !== "*");
    }
  }

  say(text) {
    const place = this.form.querySelector("[data-filter-error]");
    if (!place) return;
    place.querySelector("[data-text]").textContent = text;
    place.hidden = text === "";
  }

  /** What cannot be read is told here, beside what was typed: the list would have no answer to it. */
  tellWrong() {
    const texts = this.shownValues().map((input) => wrong(input)).filter(Boolean);
    this.say(texts[0] ?? "");
    return texts.length > 0;
  }

  /** The list's own address with one condition more. */
  apply() {
    const address = new URL(location.href);
    const name = this.field.value;
    const given = this.conditions(name);
    if (!given.length) return this.askForValue();
    for (const key of ["page", "cursor"]) address.searchParams.delete(key);
    // What is ticked and "not set" are two conditions, of which one has to hold.
    const any = this.alternatives(address.searchParams) || (this.isTickedUnset && given.length > 1 ? free(address.searchParams) : "");
    for (const [key, value] of given) {
      if (any) address.searchParams.append(`any${any}.${key}`, value);
      else address.searchParams.set(key, value);
    }
    this.form.closest("[popover]")?.hidePopover();
    window.htmx.ajax("GET", address.pathname + address.search, {
      target: "#list", select: "#list", swap: "outerMorph", push: address.pathname + address.search,
    });
  }

  /** Without a value there is no condition: the form stays open, where one belongs. */
  askForValue() {
    const inputs = Array.from(this.place.querySelectorAll("input:not([type=hidden]), select:not(.tomselected)"));
    inputs.find((input) => input.checkVisibility() && !input.matches("[data-filter-op]"))?.focus();
  }

  /** The number of the group of which one condition has to hold, "" for none; the condition chosen for it joins it. */
  alternatives(parameters) {
    const chosen = this.form.querySelector("[data-filter-beside]")?.selectedOptions[0];
    if (!chosen?.value) return "";
    if (chosen.dataset.any) return chosen.dataset.any;
    const number = free(parameters);
    const [, field] = RANGE.exec(chosen.value) ?? [];
    // Two bounds of one field are one condition.
    const joins = (name, value) => (field ? RANGE.exec(name)?.[1] === field
      : name === chosen.value && value === chosen.dataset.given);
    const pairs = [...parameters];
    for (const name of new Set(parameters.keys())) parameters.delete(name);
    for (const [name, value] of pairs) parameters.append(joins(name, value) ? `any${number}.${name}` : name, value);
    return number;
  }

  /** The controls, without the entries of a picker's menu, which have a `data-value` of their own. */
  shownValues() {
    return Array.from(this.place.querySelectorAll(":is(input, select)[data-value]"))
      .filter((input) => input.closest("[data-for-op]")?.hidden === false && input.value.trim());
  }

  get isTickedUnset() {
    return this.place.querySelector("[data-unset]")?.checked ?? false;
  }

  conditions(name) {
    const boxes = this.place.querySelectorAll(".dw-filter-choices input:checked:not([data-unset])");
    const ticked = Array.from(boxes, (input) => input.value);
    const found = ticked.length ? [[ticked.length > 1 ? `${name}__in` : name, ticked.join(",")]] : [];
    if (this.isTickedUnset) found.push([`${name}__empty`, WITHOUT_VALUE.empty]);
    if (found.length) return found;
    if (this.operator in WITHOUT_VALUE) return [[`${name}__empty`, WITHOUT_VALUE[this.operator]]];
    return this.shownValues().map((input) => {
      const operator = input.dataset.value || (this.operator === "between" ? "" : this.operator);
      const value = input.matches("[data-date]") ? isoValue(input) : input.value.trim();
      return [operator ? `${name}__${operator}` : name, value];
    });
  }
}

/** A number that no group of alternatives has so far. */
function free(parameters) {
  const taken = new Set([...parameters.keys()].map((name) => /^any([1-9])\./.exec(name)?.[1]));
  return [..."123456789"].find((number) => !taken.has(number)) ?? "9";
}

/** Why a value cannot be read, or "". */
function wrong(input) {
  const text = latinDigits(input.value).trim();
  if (input.matches("[data-date]")) return readDate(input.value, input.parentElement.querySelector("input[type=hidden]").value || locale.calendar)?.error ?? "";
  if (input.matches("[data-whole]")) return /^\d{1,5}$/.test(text) ? "" : message("filter_whole");
  if (input.matches("[data-number]")) return /^[-+−]?\d[\d.,٫٬'\s]*$/.test(text) ? "" : message("filter_number", { value: `\u2068${input.value.trim()}\u2069` });
  return "";
}

attach("[data-filter-form]", (form) => new ConditionForm(form));
