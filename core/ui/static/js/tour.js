/**
 * The tour: one stop after another beside the element that it is about. Whatever is not in sight is left out.
 *
 * Its stops are the list in the card `[data-tour]`, which says the same to whoever has no scripts.
 */
import { fill, isRtl } from "./locale.js";

const GAP = 10;
const card = document.querySelector("[data-tour]");
const bubble = card.querySelector("template").content.firstElementChild.cloneNode(true);
const part = (name) => bubble.querySelector(`[data-${name}]`);
const words = { next: part("next").textContent, done: part("next").dataset.done };
let stops = [];
let at = 0;

function inSight(selector) {
  return Array.from(document.querySelectorAll(selector)).find((one) => one.checkVisibility() && one.getClientRects().length);
}

function start() {
  stops = Array.from(card.querySelectorAll("[data-at]"), (line) => ({
    target: inSight(line.dataset.at), title: line.querySelector("strong").textContent, text: line.querySelector("span").textContent,
  })).filter((stop) => stop.target);
  if (!stops.length) return;
  document.body.append(bubble);
  bubble.showPopover();
  show(0);
}

function show(next) {
  stops[at]?.target.classList.remove("dw-tour-at");
  at = next;
  const { target, title, text } = stops[at];
  part("title").textContent = title;
  part("text").textContent = text;
  part("place").textContent = fill(part("place").dataset.pattern, { done: at + 1, total: stops.length });
  part("back").hidden = at === 0;
  part("skip").hidden = at === stops.length - 1;
  part("next").textContent = at === stops.length - 1 ? words.done : words.next;
  target.classList.add("dw-tour-at");
  target.scrollIntoView({ block: "nearest" });
  place();
  part("next").focus({ preventScroll: true });
}

/** Below its element, above where there is no room, and never over the edge. */
function place() {
  const box = stops[at].target.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = bubble;
  const beside = isRtl(bubble) ? box.right - width : box.left;
  const across = Math.max(8, Math.min(beside, innerWidth - width - 8));
  const below = box.bottom + GAP;
  const down = below + height <= innerHeight - 8 ? below : Math.max(8, box.top - GAP - height);
  bubble.style.setProperty("inset", `${down}px auto auto ${across}px`);
}

function end() {
  stops[at]?.target.classList.remove("dw-tour-at");
  bubble.hidePopover();
  bubble.remove();
  const form = card.querySelector("[data-tour-end]");
  fetch(form.action, { method: "POST", body: new FormData(form), credentials: "same-origin", keepalive: true, redirect: "manual" }).catch(() => {});
  card.remove();
  document.getElementById("content").focus();
}

bubble.addEventListener("click", (event) => {
  if (event.target.closest("[data-skip]")) end();
  else if (event.target.closest("[data-back]")) show(at - 1);
  else if (event.target.closest("[data-next]")) at === stops.length - 1 ? end() : show(at + 1);
});
document.addEventListener("keydown", (event) => {
  if (!bubble.isConnected) return;
  const forward = isRtl(bubble) ? "ArrowLeft" : "ArrowRight";
  const back = isRtl(bubble) ? "ArrowRight" : "ArrowLeft";
  if (event.key === "Escape") end();
  else if (event.key === forward && at < stops.length - 1) show(at + 1);
  else if (event.key === back && at > 0) show(at - 1);
  else return;
  event.preventDefault();
});
addEventListener("resize", () => { if (bubble.isConnected) place(); });

const button = card.querySelector("[data-tour-start]");
button.hidden = false;
button.addEventListener("click", start);
if ("starts" in card.dataset) {
  history.replaceState(history.state, "", "/");
  start();
}
