/**
 * Choices that follow another choice of the form: `data-follows` on the field names it, `data-when` on a value the
 * values of it under which this one is offered. What a record has stays until the followed choice changes; then what
 * does not fit any more is taken out, and the field says so.
 */
import { fill } from "./locale.js";

/** Offer what fits; `changed` is the control that was changed, null when the form is drawn. */
export function offerFitting(form, changed = null) {
  for (const field of form.querySelectorAll("[data-follows]")) {
    const name = field.dataset.follows;
    const followed = form.elements.namedItem(name);
    if (!followed || (changed && changed.name !== name)) continue;
    const fits = (value) => !value.dataset.when || value.dataset.when.split(" ").includes(followed.value);
    const select = field.querySelector("select");
    const lost = select ? ofSelect(select, fits, changed) : ofBoxes(field, fits, changed);
    tell(field, changed ? lost : []);
    const control = select ?? field.querySelector("input");
    if (lost.length && changed) control.dispatchEvent(new Event("change", { bubbles: true }));
  }
}

function ofSelect(select, fits, changed) {
  // A list with a search box keeps its values itself; what it was drawn with is kept here.
  select.everyOption ??= Array.from(select.options);
  const chosen = select.value;
  const lost = [];
  for (const option of select.everyOption) {
    const isOffered = fits(option) || (!changed && option.value === chosen);
    if (!isOffered && option.value === chosen && chosen) lost.push(label(option));
    option.hidden = option.disabled = !isOffered;
  }
  if (lost.length) select.value = "";
  if (select.tomselect) select.dispatchEvent(new CustomEvent("dw:offer", { detail: select.everyOption }));
  return lost;
}

function ofBoxes(field, fits, changed) {
  const lost = [];
  for (const box of field.querySelectorAll("input[type=checkbox]")) {
    const isOffered = fits(box) || (!changed && box.checked);
    if (!isOffered && box.checked) lost.push(label(box.parentElement));
    if (!isOffered) box.checked = false;
    box.disabled = !isOffered;
    box.parentElement.hidden = !isOffered;
  }
  return lost;
}

const label = (element) => element.textContent.trim();

function tell(field, lost) {
  const place = field.querySelector("[data-taken-out]");
  place.textContent = lost.map((value) => fill(place.dataset.takenOut, { value })).join(" ");
  place.hidden = lost.length === 0;
}
