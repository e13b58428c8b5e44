/**
 * What was typed into a form, kept in this browser tab until it is saved, and offered again when the form is opened.
 *
 * Only what differs from the form as it came is kept, so that restoring never takes back what somebody else changed
 * meanwhile. Passwords and files are never kept. The key names the user (see FormView.draft_key).
 */
import { locale, message } from "./locale.js";
import { isReturn } from "./return.js";

const PAUSE = 300;
const NEVER_KEPT = new Set(["csrf_token", "form_id", "version"]);

export class Draft {
  constructor(form) {
    this.form = form;
    this.key = `dw-draft:${form.dataset.draft}:${new URL(form.action).pathname}`;
    this.version = form.elements.version?.value ?? "";
    this.isSaved = false;
    const kept = this.kept();
    if (kept && !isReturn) this.offer(kept);
    // The first drawing of pickers and dates may still set values; what stands then is the form as it came.
    requestAnimationFrame(() => {
      this.start();
      if (kept && isReturn) this.restore(kept);
    });
  }

  start() {
    this.initial = this.values();
    this.form.addEventListener("input", () => this.changed());
    this.form.addEventListener("change", () => this.changed());
    this.form.addEventListener("dw:leave", () => this.keep());
    addEventListener("pagehide", () => this.keep());
  }

  changed() {
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => this.keep(), PAUSE);
  }

  /** All values by name: a list of `{value, text}`, the text being a chosen option's title. */
  values() {
    const found = {};
    for (const control of this.form.elements) {
      if (!control.name || NEVER_KEPT.has(control.name) || ["password", "file", "submit"].includes(control.type)) continue;
      found[control.name] = [...(found[control.name] ?? []), ...valuesOf(control)];
    }
    return found;
  }

  keep() {
    if (this.isSaved || !this.form.isConnected) return;
    const now = this.values();
    const changes = Object.entries(now).filter(([name, values]) =>
      JSON.stringify(values) !== JSON.stringify(this.initial[name]));
    if (changes.length === 0) return;
    const kept = { time: Date.now(), version: this.version, values: Object.fromEntries(changes) };
    sessionStorage.setItem(this.key, JSON.stringify(kept));
  }

  forget() {
    this.isSaved = true;
    clearTimeout(this.waiting);
    sessionStorage.removeItem(this.key);
  }

  /** What was typed before; a form that came back with errors already holds it. */
  kept() {
    return this.form.querySelector("[data-errors]") ? null : JSON.parse(sessionStorage.getItem(this.key));
  }

  /** A line at the head of the form. */
  offer(kept) {
    const bar = this.form.querySelector("[data-draft-offer]");
    if (!bar) return;
    const time = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", timeZone: locale.timezone })
      .format(kept.time).replace(/[0-9]/g, (digit) => locale.digits[digit]);
    bar.querySelector("[data-draft-text]").textContent =
      message(kept.version === this.version ? "draft_kept" : "draft_stale", { time: `\u2066${time}\u2069` });
    bar.hidden = false;
    bar.querySelector("[data-draft-restore]").addEventListener("click", () => {
      this.restore(kept);
      bar.hidden = true;
      this.form.querySelector(".dw-form-body :is(input:not([type=hidden]), select, textarea)")?.focus();
    });
    bar.querySelector("[data-draft-discard]").addEventListener("click", () => { this.drop(); bar.hidden = true; });
  }

  drop() {
    sessionStorage.removeItem(this.key);
  }

  restore(kept) {
    // Rows that were added are made again before they are filled.
    this.form.dispatchEvent(new CustomEvent("dw:restore", { detail: kept.values }));
    for (const [name, values] of Object.entries(kept.values)) {
      const controls = [...this.form.elements].filter((control) => control.name === name);
      const areRows = controls.length > 1 && controls.every((control) => control.closest("[data-several]"));
      controls.forEach((control, place) => setValues(control, areRows ? values.slice(place, place + 1) : values));
    }
  }
}

function valuesOf(control) {
  if (control instanceof HTMLSelectElement) {
    return [...control.selectedOptions].map((option) => ({ value: option.value, text: option.textContent.trim() }));
  }
  if (["checkbox", "radio"].includes(control.type)) return control.checked ? [{ value: control.value }] : [];
  return [{ value: control.value }];
}

function setValues(control, values) {
  if (control.tomselect) control.dispatchEvent(new CustomEvent("dw:set", { detail: values }));
  else if (control instanceof HTMLSelectElement) control.value = values[0]?.value ?? "";
  else if (["checkbox", "radio"].includes(control.type)) {
    control.checked = values.some((kept) => kept.value === control.value);
  } else control.value = values[0]?.value ?? "";
  control.dispatchEvent(new Event("input", { bubbles: true }));
  control.dispatchEvent(new Event("change", { bubbles: true }));
}
