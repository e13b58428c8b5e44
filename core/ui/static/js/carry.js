/**
 * Carrying something to another place, with a mouse, a pen or a finger.
 *
 * A mouse takes it by moving; a finger by resting on it for a moment, since one that moves at once scrolls. A copy
 * follows the pointer, the place below it is marked, and what scrolls does so near its edges. Escape, a second finger or
 * another window puts it back.
 */
import { message } from "./locale.js";

/** For how many milliseconds a finger rests on what it takes, and how many pixels it may tremble meanwhile. */
const HOLD = 400;
const TREMBLE = 8;
/** After how many pixels a mouse has taken what it is pressed on. */
const STARTED = 4;
/** How near an edge it scrolls, how many pixels in a millisecond at the edge itself, and how many of these at once. */
const NEAR = 56;
const FASTEST = 0.7;
const LONGEST = 50;
/** What is pressed for its own sake. */
const PRESSES = "button, input, select, textarea, summary, [data-edge]";

/**
 * Lets whatever matches `items` in `box` be carried. `placeAt(x, y)` finds the place at a point of the window;
 * `put(item, place)` is called when it was let go over another place than its own. Meanwhile `box` is `is-carrying`, and
 * the item `is-dragged`.
 */
export class Carrying {
  constructor(box, { items, placeAt, put }) {
    Object.assign(this, { box, items, placeAt, put });
    box.addEventListener("pointerdown", (event) => this.pressed(event));
    // Whether a page may scroll is asked before the first move, so this listens from the beginning.
    for (const name of ["touchmove", "touchend"]) box.addEventListener(name, (event) => this.keep(event), { passive: false });
    box.addEventListener("click", (event) => this.clicked(event), { capture: true });
    box.addEventListener("contextmenu", (event) => this.isByFinger && event.target.closest(items) && event.preventDefault());
    box.addEventListener("dragstart", (event) => event.target.closest?.(items) && event.preventDefault());
  }

  // ---- taking it up ----

  pressed(event) {
    this.wasTaken = false;
    const item = event.target.closest(this.items);
    if (this.item || !item || event.button || event.defaultPrevented || event.target.closest(PRESSES)) return;
    Object.assign(this, { item, pointer: event.pointerId, isByFinger: event.pointerType === "touch" });
    this.from = this.at = { x: event.clientX, y: event.clientY };
    if (this.isByFinger) this.timer = setTimeout(() => this.take(), HOLD);
    this.listen();
  }

  listen() {
    this.listening = new AbortController();
    const { signal } = this.listening;
    const on = (target, name, heard) => target.addEventListener(name, heard, { signal, capture: true });
    on(document, "pointerdown", (event) => event.pointerId !== this.pointer && this.putBack());
    on(document, "pointermove", (event) => event.pointerId === this.pointer && this.moved(event));
    on(document, "pointerup", (event) => event.pointerId === this.pointer && this.letGo());
    on(document, "pointercancel", (event) => event.pointerId === this.pointer && this.putBack());
    on(document, "keydown", (event) => this.keyed(event));
    on(document, "visibilitychange", () => this.putBack());
    on(window, "blur", (event) => event.target === window && this.putBack());
  }

  take() {
    this.copy = copyOf(this.item);
    this.wasTaken = true;
    this.turn(true);
    if (this.isByFinger && navigator.userActivation?.hasBeenActive) navigator.vibrate?.(10);
    this.go(performance.now(), 0);
    this.follow();
  }

  /** What the box shows only while something is carried does not push that away. */
  turn(isCarrying) {
    const { item, box } = this;
    const { top } = item.getBoundingClientRect();
    item.classList.toggle("is-dragged", isCarrying);
    box.classList.toggle("is-carrying", isCarrying);
    for (const [one] of scrolling(item, box)) {
      const by = item.getBoundingClientRect().top - top;
      if (by) one.scrollBy({ top: by, behavior: "instant" });
    }
  }

  // ---- on the way ----

  moved(event) {
    this.at = { x: event.clientX, y: event.clientY };
    const far = Math.hypot(this.at.x - this.from.x, this.at.y - this.from.y);
    if (this.copy) this.follow();
    else if (this.isByFinger) far > TREMBLE && this.end();
    else if (far > STARTED) this.take();
  }

  follow() {
    this.copy.style.translate = `${this.at.x - this.from.x}px ${this.at.y - this.from.y}px`;
    this.mark(this.placeAt(this.at.x, this.at.y));
  }

  /** Scrolls while the pointer is near an edge, for the milliseconds that have `passed`, and finds what came below it. */
  go(now, passed) {
    if (!this.item.isConnected) {
      this.putBack();
      return;
    }
    const { x, y } = this.at;
    for (const [one, edges] of scrolling(document.elementFromPoint(x, y), this.box)) {
      const left = one.scrollWidth > one.clientWidth ? push(x, edges.left, edges.right) : 0;
      const top = one.scrollHeight > one.clientHeight ? push(y, edges.top, edges.bottom) : 0;
      if (left || top) one.scrollBy({ left: left * passed, top: top * passed, behavior: "instant" });
    }
    this.mark(this.placeAt(x, y));
    this.frame = requestAnimationFrame((next) => this.go(next, Math.min(next - now, LONGEST)));
  }

  mark(place) {
    if (place === this.place) return;
    this.place?.classList.remove("is-over");
    this.place = place;
    place?.classList.add("is-over");
  }

  keyed(event) {
    if (event.key !== "Escape") return;
    if (this.copy) event.stopPropagation();
    this.putBack();
  }

  /** Neither the page scrolls under what is carried, nor is it pressed when it is let go. */
  keep(event) {
    if (this.wasTaken && event.cancelable) event.preventDefault();
  }

  clicked(event) {
    if (!this.wasTaken || !event.detail) return;
    event.preventDefault();
    event.stopPropagation();
  }

  // ---- letting it go ----

  letGo() {
    const { item, place } = this;
    const isPut = this.copy && place && !place.contains(item);
    this.end();
    if (isPut) this.put(item, place);
  }

  putBack() {
    const wasTaken = Boolean(this.copy);
    this.end();
    if (wasTaken) document.dispatchEvent(new CustomEvent("dw:toast", { detail: { kind: "info", text: message("put_back") } }));
  }

  end() {
    clearTimeout(this.timer);
    cancelAnimationFrame(this.frame);
    this.listening.abort();
    this.mark(null);
    this.copy?.remove();
    if (this.copy) this.turn(false);
    this.item = this.copy = null;
  }
}

/** What follows the pointer: it looks like the item, and is nothing else. */
function copyOf(item) {
  const { left, top, width, height } = item.getBoundingClientRect();
  const copy = item.cloneNode(true);
  for (const one of [copy, ...copy.querySelectorAll("*")]) {
    for (const name of one.getAttributeNames()) if (name === "id" || name.startsWith("data-")) one.removeAttribute(name);
  }
  copy.classList.add("dw-carried");
  copy.inert = true;
  Object.assign(copy.style, { left: `${left}px`, top: `${top}px`, width: `${width}px`, height: `${height}px` });
  document.body.append(copy);
  return copy;
}

/** What can scroll around an element of the box, and the box itself at any rate, each with the edges one sees of it. */
function* scrolling(element, box) {
  const page = document.scrollingElement;
  for (let one = box.contains(element) ? element : box; one !== page; one = one.parentElement) {
    if (/auto|scroll/.test(getComputedStyle(one).overflow)) yield [one, seen(one.getBoundingClientRect())];
  }
  yield [page, seen({ left: 0, top: 0, right: innerWidth, bottom: innerHeight })];
}

function seen({ left, top, right, bottom }) {
  return { left: Math.max(left, 0), top: Math.max(top, 0), right: Math.min(right, innerWidth), bottom: Math.min(bottom, innerHeight) };
}

/** How fast a pointer pushes what scrolls between two edges. */
function push(at, start, end) {
  const into = Math.max(start + NEAR - at, 0) - Math.max(at - end + NEAR, 0);
  return -Math.sign(into) * Math.min(Math.abs(into) / NEAR, 1) * FASTEST;
}
