/**
 * Editing in place on a record's page.
 *
 * A value: `<dd data-inline="/contacts/contact/7/field/email"><span data-inline-value>…</span></dd>`; a press on it
 * fetches that address (templates/forms/inline_edit.html) and puts the field in its place. A menu of the page's head:
 * `<button data-inline-menu="/contacts/contact/7/field/status?as=menu">`; the answer (inline_menu.html) opens under it.
 * Around them `data-record-version`, the version the page was drawn from.
 *
 * Both are posted to the form's action: 422 and 409 answer with a fragment again, 200 with JSON `{html, version,
 * message}`: the new value as the page shows it. `dw:changed` on the document tells others (history) of it.
 */
import { attach } from "./attach.js";
import { element, icon, parseFragment } from "./elements.js";
import { locale, message } from "./locale.js";
import { failure, fetchFragment, isJson, postForm } from "./request.js";

const TICK = 1000;

function toast(text, kind = "error") {
  document.dispatchEvent(new CustomEvent("dw:toast", { detail: { kind, text } }));
}

export async function load(address) {
  try {
    const response = await fetchFragment(address);
    if (response.ok && !isJson(response)) return parseFragment(await response.text());
    toast(await failure(response));
  } catch {
    toast(message("offline"));
  }
  return null;
}

/** Posts a form of a field; `accept` gets the saved answer, `replace` the form that comes back, `reload` takes over what
 * somebody else saved. */
export class FieldForm {
  constructor(form, { accept, replace, cancel, reload = () => location.reload() }) {
    Object.assign(this, { form, accept, replace, cancel });
    this.record = form.closest("[data-record-version]");
    form.addEventListener("submit", (event) => { event.preventDefault(); this.submit(event.submitter); });
    form.addEventListener("keydown", (event) => this.key(event));
    form.addEventListener("click", (event) => {
      if (event.target.closest("[data-inline-cancel]")) this.cancel();
      if (event.target.closest("[data-inline-reload]")) reload();
    });
  }

  /** Another field of this very page may have been saved since the fragment was asked for. */
  useNewestVersion() {
    const known = Number(this.record?.dataset.recordVersion ?? 0);
    const version = this.form.elements.version;
    if (!this.form.matches(".is-conflict") && known > Number(version.value)) version.value = known;
  }

  key(event) {
    if (event.key === "Escape" && !event.defaultPrevented) {
      event.preventDefault();
      this.cancel();
    } else if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      this.form.requestSubmit(this.form.querySelector("[type=submit]"));
    }
  }

  async submit(button) {
    if (this.isBusy) return;
    this.isBusy = true;
    this.useNewestVersion();
    button?.setAttribute("aria-busy", "true");
    try {
      await this.read(await postForm(this.form.action, new FormData(this.form, button)));
    } catch {
      this.say(message("not_saved_offline"));
    }
    this.isBusy = false;
    button?.removeAttribute("aria-busy");
  }

  async read(response) {
    if (response.status === 422 || response.status === 409) return this.replace(parseFragment(await response.text()));
    if (!response.ok || !isJson(response)) return this.say(await failure(response));
    const answer = await response.json();
    if (this.record) this.record.dataset.recordVersion = answer.version;
    this.accept(answer);
    if (answer.warning) toast(answer.warning, "info");
    const detail = { action: this.form.action, version: answer.version };
    return document.dispatchEvent(new CustomEvent("dw:changed", { detail }));
  }

  say(text) {
    const place = this.form.querySelector("[data-failed]");
    place.querySelector("[data-text]").textContent = text;
    place.hidden = text === "";
  }
}

/** Chooses by arrows in a menu of values, and puts the keyboard on the one that is chosen now. */
export function menuKeys(menu, event) {
  const items = [...menu.querySelectorAll("[role=menuitemradio]")];
  const at = items.indexOf(document.activeElement);
  const next = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 }[event.key];
  if (items.length === 0 || next === undefined) return;
  event.preventDefault();
  items[(next + items.length) % items.length].focus();
}

/** A picker among the values saves what is picked; the keyboard stands on the value that is chosen now. */
export function startMenu(form) {
  const select = form.querySelector("select[data-picker]");
  select?.addEventListener("change", () => form.requestSubmit());
  const chosen = form.querySelector("[aria-checked=true]") ?? form.querySelector("[role=menuitemradio]");
  // A picker of the fragment is drawn as soon as it stands in the page.
  setTimeout(() => (chosen ?? form.querySelector(".ts-control input") ?? form.querySelector("button"))?.focus());
}

/** A tick for a second, and the word for those who do not see it. */
export function tick(place) {
  const mark = element("span", { class: "dw-saved", role: "status" }, icon(locale.sprite, "check", "dw-icon-s"),
    element("span", { class: "dw-hidden-text" }, message("saved")));
  place.append(mark);
  setTimeout(() => mark.remove(), TICK);
}

class InlineValue {
  constructor(place) {
    this.place = place;
    this.value = place.querySelector("[data-inline-value]");
    place.addEventListener("click", (event) => this.pressed(event));
    this.addButton();
  }

  /** The way in for the keyboard; a screen may bring its own. */
  addButton() {
    this.button = this.place.querySelector("[data-inline-open]");
    if (this.button) return;
    const label = this.place.dataset.label ?? "";
    this.button = element("button", { type: "button", class: "dw-inline-open", "data-inline-open": true,
      "aria-label": message("edit_field", { field: label }) }, icon(locale.sprite, "pencil", "dw-icon-s"));
    this.place.append(this.button);
  }

  pressed(event) {
    if (this.form || event.target.closest("a, form, details") || String(getSelection())) return;
    this.edit();
  }

  async edit() {
    const fragment = await load(this.place.dataset.inline);
    if (fragment) this.show(fragment);
  }

  show(fragment) {
    this.form?.remove();
    this.form = fragment.querySelector("form");
    this.value.hidden = this.button.hidden = true;
    this.place.append(this.form);
    new FieldForm(this.form, {
      accept: (answer) => this.accept(answer),
      replace: (next) => this.show(next),
      cancel: () => this.close(),
    });
    focusControl(this.form);
  }

  accept(answer) {
    this.value.replaceChildren(parseFragment(answer.html));
    this.close();
    tick(this.place);
  }

  close() {
    this.form.remove();
    this.form = null;
    this.value.hidden = this.button.hidden = false;
    this.button.focus();
  }
}

export function focusControl(form) {
  const control = form.querySelector(".ts-control input, .dw-inline-control :is(input:not([type=hidden]), select, textarea), button");
  control?.focus();
  if (control?.select && control.type === "text") control.select();
}

class InlineMenu {
  constructor(button) {
    this.button = button;
    button.setAttribute("aria-haspopup", "menu");
    button.setAttribute("aria-expanded", "false");
    button.addEventListener("click", () => (this.menu ? this.close() : this.open()));
  }

  async open() {
    const fragment = await load(this.button.dataset.inlineMenu);
    if (!fragment) return;
    this.menu = element("div", { class: "dw-inline-menu", popover: "auto" });
    this.button.after(this.menu);
    this.menu.addEventListener("toggle", (event) => { if (event.newState === "closed") this.removed(); });
    this.menu.addEventListener("keydown", (event) => menuKeys(this.menu, event));
    this.menu.showPopover({ source: this.button });
    this.button.setAttribute("aria-expanded", "true");
    this.show(fragment);
  }

  show(fragment) {
    const form = fragment.querySelector("form");
    this.menu.replaceChildren(form);
    new FieldForm(form, {
      accept: (answer) => this.accept(answer),
      replace: (next) => this.show(next),
      cancel: () => this.close(),
    });
    startMenu(form);
  }

  accept(answer) {
    const shown = parseFragment(answer.html);
    const fresh = shown.querySelector("[data-inline-menu]");
    this.close();
    if (fresh) this.button.replaceWith(fresh);
    else this.write(shown);
    const button = fresh ?? this.button;
    button.focus();
    tick(button.parentElement);
  }

  /** What was saved stands in the button. One that is a badge itself takes the hue and words of the badge. */
  write(shown) {
    const value = this.button.querySelector("[data-inline-value]") ?? this.button;
    const before = value.textContent.trim();
    if (this.button.matches(".dw-badge")) {
      const hueOf = (names) => [...(names ?? [])].find((name) => name.startsWith("dw-hue-"));
      const hue = hueOf(shown.querySelector(".dw-badge")?.classList) ?? "dw-hue-grey";
      this.button.classList.replace(hueOf(this.button.classList), hue);
      value.textContent = shown.textContent.trim();
    } else {
      value.replaceChildren(shown);
    }
    const label = this.button.getAttribute("aria-label");
    if (label) this.button.setAttribute("aria-label", label.replace(`: ${before}`, `: ${value.textContent.trim()}`));
  }

  close() {
    this.menu?.hidePopover();
  }

  removed() {
    this.menu.remove();
    this.menu = null;
    this.button.setAttribute("aria-expanded", "false");
    if (this.button.isConnected) this.button.focus();
  }
}

attach("[data-inline]", (place) => new InlineValue(place));
attach("[data-inline-menu]", (button) => new InlineMenu(button));
