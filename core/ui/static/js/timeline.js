/**
 * The timeline of a record: fetched when it comes into sight, narrowed to a kind, earlier entries added at its end, and
 * the composer at its head.
 *
 * What is written goes to the API as a record of the entity that the composer names. Ctrl+Enter sends it. What was
 * typed stays until it is saved, also while the entries below are drawn anew.
 */
import { attach } from "./attach.js";
import { element, parseFragment } from "./elements.js";
import { message } from "./locale.js";
import { Mentions } from "./mentions.js";
import { failure, fetchFragment, sendJson } from "./request.js";
import { shortcut } from "./shortcuts.js";

class Timeline {
  constructor(place) {
    this.place = place;
    this.isDrawn = place.querySelector("[data-timeline-list]") !== null;
    place.addEventListener("click", (event) => this.click(event));
    document.addEventListener("dw:changed", () => this.refresh());
    new IntersectionObserver((entries) => { if (entries.some((one) => one.isIntersecting)) this.first(); }).observe(place);
  }

  get list() {
    return this.place.querySelector("[data-timeline-list]");
  }

  async first() {
    if (this.isDrawn) return;
    this.isDrawn = true;
    const lines = element("div", { class: "dw-skeleton", role: "status", "aria-label": message("loading") },
      element("span"), element("span"), element("span"));
    this.place.replaceChildren(lines);
    try {
      this.place.replaceChildren(await fetched(this.place.dataset.timeline));
    } catch (error) {
      this.isDrawn = false;
      const again = element("button", { type: "button", class: "dw-btn dw-btn-small" }, this.place.dataset.retry);
      again.addEventListener("click", () => this.first());
      this.place.replaceChildren(element("p", { class: "dw-error-text", role: "alert" }, error.message), again);
    }
  }

  /** The entries anew, and what stands above them unless somebody is writing there. */
  async refresh(address = this.list?.dataset.href) {
    if (!address) return;
    const fresh = await this.tried(address);
    if (!fresh) return;
    const [top, newTop] = [this.place.querySelector("[data-timeline-top]"), fresh.querySelector("[data-timeline-top]")];
    if (isWriting(top)) renew(top, newTop);
    else top.replaceWith(newTop);
    this.list.replaceWith(fresh.querySelector("[data-timeline-list]"));
  }

  async tried(address) {
    try {
      return await fetched(address);
    } catch (error) {
      document.dispatchEvent(new CustomEvent("dw:toast", { detail: { kind: "error", text: error.message } }));
      return null;
    }
  }

  click(event) {
    const kind = event.target.closest("[data-timeline-kind]");
    const more = event.target.closest("[data-timeline-more]");
    if (kind) {
      event.preventDefault();
      this.narrow(kind);
    } else if (more) {
      this.earlier(more);
    }
  }

  async narrow(link) {
    await this.refresh(link.href);
    this.place.querySelector("[data-timeline-kind][aria-current]")?.focus();
  }

  async earlier(button) {
    button.setAttribute("aria-busy", "true");
    const fresh = await this.tried(button.dataset.timelineMore);
    button.removeAttribute("aria-busy");
    if (!fresh) return;
    const days = this.list.querySelectorAll("[data-timeline-day]");
    const last = days[days.length - 1];
    const first = fresh.querySelector("[data-timeline-day]");
    if (last && first && last.textContent === first.textContent) {
      last.nextElementSibling.append(...first.nextElementSibling.children);
      first.nextElementSibling.remove();
      first.remove();
    }
    button.replaceWith(fresh);
    this.list.querySelector("[data-timeline-more]")?.focus({ preventScroll: true });
  }
}

/** What our server answers, as elements; throws an Error with a sentence for the user. */
async function fetched(address) {
  let response;
  try {
    response = await fetchFragment(address);
  } catch {
    throw new Error(message("offline"));
  }
  if (!response.ok || response.redirected) throw new Error(await failure(response));
  return parseFragment(await response.text());
}

/** What stands beside the text that is being written. */
function renew(top, fresh) {
  for (const old of top.querySelectorAll("[data-fresh]")) {
    const one = fresh.querySelector(`[data-fresh="${old.dataset.fresh}"]`);
    if (one) old.replaceWith(one);
  }
}

function isWriting(top) {
  return Array.from(top?.querySelectorAll("textarea") ?? []).some((one) => one.value.trim() !== "" || one === document.activeElement);
}

/** A comment or a note being written: the kind is chosen above, and the look of the whole box follows it. */
class Composer {
  constructor(form) {
    this.form = form;
    this.text = form.querySelector("textarea");
    this.mentions = this.text.dataset.mentions ? new Mentions(this.text, this.text.dataset.mentions) : null;
    if (this.mentions) this.text.value = this.mentions.readable(this.text.value);
    form.addEventListener("submit", (event) => { event.preventDefault(); this.send(); });
    form.addEventListener("keydown", (event) => this.key(event));
    form.addEventListener("change", () => this.show());
    form.addEventListener("dw:attached", (event) => this.mentions?.addFile(event.detail));
    form.querySelector("[data-cancel]")?.addEventListener("click", () => this.cancel());
    this.show();
  }

  key(event) {
    if (event.code === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      this.send();
    } else if (event.key === "Escape" && this.form.querySelector("[data-cancel]")) {
      event.preventDefault();
      this.cancel();
    }
  }

  show() {
    const kind = this.form.querySelector("[name=kind]:checked");
    if (!kind) return;
    this.form.dataset.kind = kind.value;
    for (const one of this.form.querySelectorAll("[data-for-kind]")) one.hidden = one.dataset.forKind !== kind.value;
  }

  async send() {
    const typed = this.text.value.trim();
    const body = this.mentions?.tokens(typed) ?? typed;
    const button = this.form.querySelector("[type=submit]");
    if (!body || button.getAttribute("aria-busy") === "true") return this.text.focus();
    const values = { body };
    for (const [name, value] of new FormData(this.form)) {
      if (name === "record_id") values[name] = Number(value);
      else if (name !== "body" && name !== "csrf_token") values[name] = value;
    }
    button.setAttribute("aria-busy", "true");
    this.say("");
    try {
      await sendJson(this.form.dataset.method ?? "POST", this.form.action, values);
      this.text.value = "";
      this.text.blur();
      changed();
    } catch (error) {
      this.say(error.message || message("not_saved_offline"));
      this.text.focus();
    }
    button.removeAttribute("aria-busy");
  }

  say(text) {
    const place = this.form.querySelector("[data-failed]");
    place.textContent = text;
    place.hidden = text === "";
  }

  cancel() {
    const entry = this.form.closest("[data-entry]");
    entry.querySelector("[data-entry-text]").hidden = false;
    this.form.hidden = true;
    entry.querySelector("[data-entry-edit]")?.focus();
  }
}

function changed() {
  document.dispatchEvent(new CustomEvent("dw:changed"));
}

/** One's own entry: changed in its place. */
class Entry {
  constructor(entry) {
    this.entry = entry;
    entry.querySelector("[data-entry-edit]")?.addEventListener("click", () => this.edit());
  }

  edit() {
    const form = this.entry.querySelector("form");
    this.entry.querySelector("[data-entry-text]").hidden = true;
    form.hidden = false;
    form.querySelector("textarea").focus();
  }
}

/** What a button names, a method and an address, is done at once; then the timeline is drawn anew. */
async function act(button) {
  const [method, address] = button.dataset.act.split(" ");
  button.setAttribute("aria-busy", "true");
  try {
    await sendJson(method, address);
    changed();
  } catch (error) {
    button.removeAttribute("aria-busy");
    document.dispatchEvent(new CustomEvent("dw:toast", { detail: { kind: "error", text: error.message || message("offline") } }));
  }
}

attach("[data-timeline]", (place) => new Timeline(place));
attach("form[data-composer]", (form) => new Composer(form));
attach("[data-entry]", (entry) => new Entry(entry));
attach("[data-act]", (button) => button.addEventListener("click", () => act(button)));

shortcut("KeyN", () => {
  const form = document.querySelector("form[data-composer]");
  if (!form?.checkVisibility()) return false;
  form.querySelector("[name=kind][value=note]")?.click();
  form.elements.body.focus();
  return true;
});
