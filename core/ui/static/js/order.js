/** A list whose lines are put in order, by dragging their grip or with the arrow keys on it, and saved as a form. */
import { attach } from "./attach.js";
import { drag } from "./drag.js";
import { fill } from "./locale.js";

const ITEM = "[data-order-item]";

function tell(form, item) {
  const items = [...form.querySelectorAll(ITEM)];
  const status = form.querySelector("[data-order-status]");
  status.textContent = fill(status.dataset.pattern, { place: items.indexOf(item) + 1, count: items.length });
  form.querySelector("[data-order-save]").hidden = false;
}

function move(form, item, step) {
  const items = [...form.querySelectorAll(ITEM)];
  const other = items[items.indexOf(item) + step];
  if (!other) return;
  if (step < 0) other.before(item);
  else other.after(item);
  tell(form, item);
}

/** Puts the dragged item before or behind the one it is over. */
function take(form, item) {
  drag(item, form, ITEM, (over, isBehind) => (isBehind ? over.after(item) : over.before(item)), () => tell(form, item));
}

attach("[data-order]", (form) => {
  form.addEventListener("keydown", (event) => {
    const grip = event.target.closest("[data-order-grip]");
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (!grip || !step) return;
    event.preventDefault();
    move(form, grip.closest(ITEM), step);
    grip.focus();
  });
  form.addEventListener("pointerdown", (event) => {
    const grip = event.target.closest("[data-order-grip]");
    if (grip && event.button === 0) take(form, grip.closest(ITEM));
  });
});
