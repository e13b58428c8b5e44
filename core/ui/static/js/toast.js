/**
 * Short messages at the foot of the page. `dw:toast` on the document shows one: `{text, kind, undo, href}`; `undo` is
 * called when the reader takes it back, `href` is the record that it is about.
 *
 * They go after six seconds, what can be taken back or leads on after fifteen; they wait while looked at, and an error
 * stays until it is closed.
 */
import { element, icon } from "./elements.js";
import { attach } from "./attach.js";
import { locale, message } from "./locale.js";

const STAY = 6000;
const STAY_WITH_ACT = 15_000;
const ICONS = { success: "circle-check", info: "info-circle", error: "alert-circle" };

function live(toast) {
  if (toast.dataset.toast === "error") return;
  let timer = 0;
  const stay = toast.querySelector(".dw-toast-act") ? STAY_WITH_ACT : STAY;
  const start = () => { timer = setTimeout(() => toast.remove(), stay); };
  const wait = () => clearTimeout(timer);
  for (const name of ["pointerenter", "focusin"]) toast.addEventListener(name, wait);
  for (const name of ["pointerleave", "focusout"]) toast.addEventListener(name, start);
  start();
}

attach("[data-toast]", live);

document.addEventListener("click", (event) => {
  event.target.closest?.("[data-close-toast]")?.closest("[data-toast]").remove();
});

document.addEventListener("dw:toast", (event) => {
  const { text, kind = "success", undo, href } = event.detail;
  const place = document.querySelector("[data-toasts]");
  if (!place || !text) return;
  const shown = element("div", { class: `dw-toast dw-toast-${kind}`, role: kind === "error" ? "alert" : "status", "data-toast": kind },
    icon(locale.sprite, ICONS[kind] ?? ICONS.info),
    element("p", { class: "dw-toast-text" }, text),
    undo ? element("button", { class: "dw-toast-act", type: "button", "data-close-toast": true }, message("undo")) : null,
    href ? element("a", { class: "dw-toast-act", href }, message("open_record")) : null,
    element("button", { class: "dw-toast-x", type: "button", "data-close-toast": true, "aria-label": place.dataset.closeLabel },
      icon(locale.sprite, "x", "dw-icon-s")));
  shown.querySelector(".dw-toast-act")?.addEventListener("click", () => undo());
  place.append(shown);
});

const AFTER = "dw-after-save";

/** What was done, said by the next page of this tab, with the way to the record where that is another page. */
export function sayOnNextPage(text, href = "") {
  sessionStorage.setItem(AFTER, JSON.stringify({ text, href }));
}

window.addEventListener("load", () => {
  const said = JSON.parse(sessionStorage.getItem(AFTER));
  sessionStorage.removeItem(AFTER);
  if (said !== null) document.dispatchEvent(new CustomEvent("dw:toast", { detail: { kind: "success", ...said } }));
});
