/** A record's page: tabs that load their content when first opened, neighbours by key, its timeline. */
import { attach } from "./attach.js";
import { element, parseFragment } from "./elements.js";
import "./form.js";
import "./inline.js";
import { isRtl, message } from "./locale.js";
import { showPlace } from "./place.js";
import { failure, fetchFragment } from "./request.js";
import { press, shortcut } from "./shortcuts.js";
import "./timeline.js";

const ALL_FACTS = "dw-all-facts";
const FOCUSABLE = "a[href], button";
const wide = matchMedia("(min-width: 1280px)");

/** Whoever dials from a record's page is led to the form that writes the call down, with its number. */
document.addEventListener("click", (event) => {
  const number = event.target.closest('[data-record] a[href^="tel:"]');
  const form = document.querySelector("[data-log-call]");
  if (!number || !form) return;
  const address = new URL(form.href);
  address.searchParams.set("phone", decodeURIComponent(number.getAttribute("href").slice("tel:".length)));
  document.dispatchEvent(new CustomEvent("dw:open", { detail: { href: address.pathname + address.search } }));
});

class Tabs {
  constructor(list) {
    this.list = list;
    this.record = list.closest("[data-record]");
    list.addEventListener("click", (event) => {
      const tab = event.target.closest("[data-tab]");
      if (tab) this.choose(tab);
    });
    list.addEventListener("keydown", (event) => this.key(event));
    wide.addEventListener("change", () => this.start());
    window.addEventListener("hashchange", () => { if (list.isConnected) this.start(); });
    this.start();
  }

  get tabs() {
    return Array.from(this.list.querySelectorAll("[data-tab]")).filter((tab) => tab.checkVisibility());
  }

  /** The first tab there is room for; beside the rest the details need none. */
  start() {
    const asked = this.list.querySelector(`[data-tab="${CSS.escape(location.hash.slice(1))}"]`);
    const first = asked?.checkVisibility() ? asked : this.tabs[0];
    if (first) this.open(first, { focus: false });
  }

  /** The tab stands in the address, so that the page comes back with it after a form was saved or the page was left. */
  choose(tab) {
    history.replaceState(history.state, "", `#${tab.dataset.tab}`);
    this.open(tab);
  }

  open(tab, { focus = true } = {}) {
    for (const other of this.list.querySelectorAll("[data-tab]")) {
      other.setAttribute("aria-selected", String(other === tab));
      other.tabIndex = other === tab ? 0 : -1;
    }
    const name = tab.dataset.tab;
    this.record.dataset.view = name;
    for (const panel of this.record.querySelectorAll(".dw-record-panel")) panel.hidden = panel.dataset.panelView !== name;
    if (focus) tab.focus();
    const panel = this.record.querySelector(`.dw-record-panel[data-panel-view="${CSS.escape(name)}"]`);
    if (panel) load(panel);
  }

  key(event) {
    const forward = isRtl(this.list) ? "ArrowLeft" : "ArrowRight";
    const back = isRtl(this.list) ? "ArrowRight" : "ArrowLeft";
    const all = this.tabs;
    const at = all.indexOf(event.target.closest("[data-tab]"));
    const next = { [forward]: at + 1, [back]: at - 1, Home: 0, End: all.length - 1 }[event.key];
    if (next === undefined || at < 0) return;
    event.preventDefault();
    this.choose(all[(next + all.length) % all.length]);
  }
}

/** Fetches a tab's content once; an error stands inside the tab, with a way to try again. */
async function load(panel) {
  if (panel.dataset.loaded || !panel.dataset.panelHref || panel.childElementCount) return;
  panel.dataset.loaded = "yes";
  panel.replaceChildren(element("div", { class: "dw-skeleton", role: "status", "aria-label": message("loading") },
    element("span"), element("span"), element("span")));
  try {
    const response = await fetchFragment(panel.dataset.panelHref);
    if (!response.ok) throw new Error(await failure(response));
    panel.replaceChildren(parseFragment(await response.text()));
    window.htmx?.process(panel);
  } catch (error) {
    delete panel.dataset.loaded;
    const again = element("button", { type: "button", class: "dw-btn dw-btn-small" }, panel.parentElement.dataset.retry);
    again.addEventListener("click", () => { panel.replaceChildren(); load(panel); });
    panel.replaceChildren(element("p", { class: "dw-error-text", role: "alert" }, error.message || message("offline")), again);
  }
}

/** A tab that was opened is fetched again; what somebody writes in it stays. */
async function reload(panel) {
  const response = await fetchFragment(panel.dataset.panelHref).catch(() => null);
  const isTyped = [...panel.querySelectorAll("input, textarea")].some((one) => one.value !== one.defaultValue || one.checked !== one.defaultChecked);
  if (!response?.ok || response.redirected || isTyped || panel.contains(document.activeElement)) return;
  panel.replaceChildren(parseFragment(await response.text()));
  window.htmx?.process(panel);
}

/** A plugin's piece of the head: asked for when the page stands, and again after each change. Without it nothing is lost. */
async function fillPart(place) {
  try {
    const response = await fetchFragment(place.dataset.partHref);
    if (response.ok && !response.redirected) place.replaceChildren(parseFragment(await response.text()));
  } catch {
    // offline: the page says so elsewhere
  }
}

/** A form inside a tab was saved: the tab is drawn anew, and the rest of the page hears of the change. */
document.addEventListener("dw:form-saved", (event) => {
  const panel = event.target.closest(".dw-record-panel");
  if (!panel) return;
  event.preventDefault();
  document.dispatchEvent(new CustomEvent("dw:toast", { detail: { kind: "success", text: event.detail.message } }));
  delete panel.dataset.loaded;
  panel.replaceChildren();
  load(panel);
  document.dispatchEvent(new CustomEvent("dw:changed"));
});

/** Somebody else changed the record: what the page says of it is drawn anew, and what was opened stays open. */
async function renew(event) {
  const record = document.querySelector("[data-record]");
  const response = await fetch(location.href, { credentials: "same-origin" }).catch(() => null);
  const fresh = response?.ok && !response.redirected && parseFragment(await response.text()).querySelector("[data-record]");
  if (!fresh || event.detail.isHeld()) return;
  record.dataset.recordVersion = fresh.dataset.recordVersion;
  for (const part of [".dw-record-head", "#view-details"]) {
    const [old, made] = [record.querySelector(part), fresh.querySelector(part)];
    for (const filled of old.querySelectorAll("[data-part-href]")) {
      made.querySelector(`[data-part-href="${CSS.escape(filled.dataset.partHref)}"]`)?.replaceWith(filled);
    }
    const at = [...old.querySelectorAll(FOCUSABLE)].indexOf(document.activeElement);
    old.replaceWith(made);
    window.htmx?.process(made);
    if (at >= 0) made.querySelectorAll(FOCUSABLE)[at]?.focus({ preventScroll: true });
  }
  showPlace();
  // The files follow by themselves.
  for (const panel of document.querySelectorAll(".dw-record-panel[data-loaded]")) {
    if (!panel.querySelector("[data-files]")) reload(panel);
  }
  document.dispatchEvent(new CustomEvent("dw:changed"));
}

document.addEventListener("dw:outdated", renew);

attach("[data-part-href]", (place) => {
  fillPart(place);
  document.addEventListener("dw:changed", () => fillPart(place));
});
/** All sections of a wide page; whoever unfolds them has them so on the records that follow. */
attach("[data-more-facts]", (button) => {
  const record = button.closest("[data-record]");
  const show = (all) => {
    record.toggleAttribute("data-all-facts", all);
    button.setAttribute("aria-expanded", String(all));
  };
  show(record.hasAttribute("data-all-facts") || sessionStorage.getItem(ALL_FACTS) === "yes");
  button.addEventListener("click", () => {
    const all = !record.hasAttribute("data-all-facts");
    sessionStorage.setItem(ALL_FACTS, all ? "yes" : "no");
    show(all);
  });
});
attach("[data-tabs]", (list) => new Tabs(list));
showPlace();

shortcut("KeyJ", () => press("[data-next]"));
shortcut("KeyK", () => press("[data-previous]"));
shortcut("KeyA", () => press("[data-owner]"));
