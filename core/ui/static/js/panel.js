/**
 * The side panel: `<a data-panel href="/contacts/contact/new">` opens its form over the page.
 *
 * The panel is a modal <dialog>, so the browser keeps the focus inside and gives it back. The address bar carries the
 * form's address: reload shows it as a page, Back closes the panel. What was typed is kept by drafts.js.
 *
 * Events on `document`: `dw:open` (detail `{href}`) opens a panel from another script; after a save the panel sends
 * `dw:saved` (detail `{location, id, message}`). A list listens, refreshes itself and calls `preventDefault()`; if no
 * one does, the page under the panel is loaded again. `dw:toast` (detail `{text, kind}`) asks for a message.
 */
import "./datepicker.js";
import { element, parseFragment } from "./elements.js";
import { focusField } from "./form.js";
import { message } from "./locale.js";
import "./pickers.js";
import { fetchFragment, needsLogin } from "./request.js";
import { sayOnNextPage } from "./toast.js";
import "./uploads.js";

const PATIENCE = 150; // milliseconds before grey lines show that something is coming

class Panel {
  constructor() {
    this.host = element("div", { class: "dw-panel-host", "data-form-host": true });
    this.dialog = element("dialog", { class: "dw-panel", "aria-labelledby": "form-title" }, this.host);
    this.reloaded = Boolean(history.state?.panel);
    this.listen();
  }

  listen() {
    this.dialog.addEventListener("cancel", (event) => { event.preventDefault(); this.leave(); });
    this.dialog.addEventListener("click", (event) => {
      if (event.target === this.dialog) this.leave();
      else if (event.target.closest("[data-close]")) { event.preventDefault(); this.leave(); }
    });
    this.dialog.addEventListener("dw:form-saved", (event) => { event.preventDefault(); this.saved(event.detail); });
    window.addEventListener("popstate", () => this.followHistory());
  }

  /** Opens the form at `href`; without `push` the address bar is already there. */
  async open(href, { push = true } = {}) {
    this.opener = document.activeElement;
    this.href = href;
    if (push) this.pushHistory(href);
    const waiting = setTimeout(() => this.showWaiting(), PATIENCE);
    const markup = await this.load(href);
    clearTimeout(waiting);
    if (markup === null || this.href !== href) return;
    this.show(parseFragment(markup));
    this.goToField(href);
  }

  /** The field that the address names, once scripts have drawn it; of what opens a map, with its map. */
  goToField(href) {
    const name = decodeURIComponent(new URL(href, location.href).hash.slice(1));
    if (name) requestAnimationFrame(() => {
      const field = document.getElementById(name);
      focusField(field);
      if (field?.getAttribute("aria-expanded") === "false" && field.matches("[data-pin-open]")) field.click();
    });
  }

  /**
   * A new entry for the form. The state of the page's own entry is set aside meanwhile: htmx would load the page
   * again when the user comes back to it.
   */
  pushHistory(href) {
    if (!history.state?.panel) history.replaceState({ below: history.state }, "");
    history.pushState({ panel: href }, "", href);
  }

  /** The form's markup, or null when the whole page is asked for instead: log-in, no permission, not found. */
  async load(href) {
    try {
      const response = await fetchFragment(href);
      if (response.ok && !needsLogin(response)) return await response.text();
    } catch {
      this.leave();
      toast({ kind: "error", text: message("offline") });
      return null;
    }
    location.assign(href);
    return null;
  }

  showWaiting() {
    const lines = Array.from({ length: 6 }, () => element("div", { class: "dw-wait-line" }));
    this.show(element("div", { class: "dw-panel-wait", "aria-label": message("loading"), role: "status" }, ...lines));
  }

  show(content) {
    this.host.replaceChildren(content);
    if (!this.dialog.isConnected) document.body.append(this.dialog);
    if (!this.dialog.open) this.dialog.showModal();
    focusFirst(this.host);
  }

  hide() {
    this.href = null;
    this.host.querySelector("form")?.dispatchEvent(new Event("dw:leave"));
    if (this.dialog.open) this.dialog.close();
    this.host.replaceChildren();
    this.returnFocus();
  }

  returnFocus() {
    if (this.opener?.isConnected) this.opener.focus();
  }

  /** Back to the page below, in the address bar too. */
  async leave() {
    this.hide();
    await this.backInHistory();
    this.returnFocus(); // where htmx takes part in going back, the browser resets the focus
  }

  followHistory() {
    const href = history.state?.panel;
    if (history.state && "below" in history.state) history.replaceState(history.state.below, "");
    if (href && href !== this.href) this.open(href, { push: false });
    else if (!href && this.href) this.hide();
    else if (!href && this.reloaded) location.reload(); // the page below was never loaded: reload made the form a page
  }

  async saved(answer) {
    if (answer.another) {
      toast({ kind: "success", text: answer.message, href: answer.location });
      tellSaved(answer);
      const markup = await this.load(this.href);
      if (markup !== null) this.show(parseFragment(markup));
      return;
    }
    this.hide();
    await this.backInHistory();
    const href = answer.location === location.pathname ? "" : answer.location;
    if (tellSaved(answer)) {
      sayOnNextPage(answer.message, href);
      location.reload();
    } else toast({ kind: "success", text: answer.message, href });
  }

  /** Going back takes a moment, and only then is the list's own address in the bar again. */
  backInHistory() {
    if (!history.state?.panel) return Promise.resolve();
    const gone = new Promise((resolve) => { window.addEventListener("popstate", resolve, { once: true }); });
    history.back();
    return gone;
  }
}

/** Tells the page below; true when nobody there took care of it. */
function tellSaved(detail) {
  return document.dispatchEvent(new CustomEvent("dw:saved", { detail, cancelable: true }));
}

function toast(detail) {
  document.dispatchEvent(new CustomEvent("dw:toast", { detail }));
}

/** The first field that can be filled; on a touch screen the title, since a field would raise the keyboard. */
export function focusFirst(host) {
  const title = host.querySelector("#form-title");
  const wrong = host.querySelector("[aria-invalid=true]");
  const fields = host.querySelectorAll(".dw-form-body :is(input:not([type=hidden]), select, textarea, .ts-control input)");
  const first = Array.from(fields).find((field) => !field.disabled && !field.readOnly && field.checkVisibility());
  const target = matchMedia("(pointer: coarse)").matches ? title : wrong ?? first ?? title;
  target?.focus();
}

const panel = new Panel();

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[data-panel]");
  if (!link || event.defaultPrevented || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  panel.open(link.href);
});
document.addEventListener("dw:open", (event) => panel.open(new URL(event.detail.href, location.href).href));
