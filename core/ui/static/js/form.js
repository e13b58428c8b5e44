/**
 * Saving a form, in the side panel and on a page alike: `<form data-form>` is posted by fetch.
 *
 * Answers: 422 and 409 are a form again, which takes the place of this one; JSON `{location, id, message}` means saved,
 * and the event `dw:form-saved` on the form tells the panel. Outside a panel the browser goes to `location`, and the
 * message is shown there. When nothing was saved because of the network or the server, the entries stay and the same
 * form can be sent again: its `form_id` lets the server recognise a second arrival.
 */
import { attach } from "./attach.js";
import { Draft } from "./drafts.js";
import { DuplicateSearch } from "./duplicates.js";
import { element, parseFragment } from "./elements.js";
import { message } from "./locale.js";
import "./map.js";
import { offerFitting } from "./following.js";
import "./several.js";
import { failure, isJson, needsLogin, postForm } from "./request.js";
import { sayOnNextPage } from "./toast.js";

class Form {
  constructor(form) {
    this.form = form;
    this.draft = form.dataset.draft ? new Draft(form) : null;
    if (form.dataset.duplicates) new DuplicateSearch(form);
    form.addEventListener("submit", (event) => { event.preventDefault(); this.submit(event.submitter); });
    form.addEventListener("keydown", (event) => this.key(event));
    form.addEventListener("change", (event) => { this.showConditional(); offerFitting(form, event.target); });
    form.addEventListener("click", (event) => this.followErrorLink(event));
    form.addEventListener("input", (event) => this.outdate(event.target));
    this.showConditional();
    offerFitting(form);
    this.showErrors();
  }

  key(event) {
    const isSave = event.code === "Enter" && (event.ctrlKey || event.metaKey);
    if (!isSave) return;
    event.preventDefault();
    this.form.requestSubmit(this.form.querySelector("[data-save]"));
  }

  /** Fields that only apply to one choice: person or company. A hidden field posts nothing. */
  showConditional() {
    for (const field of this.form.querySelectorAll("[data-shown-when]")) {
      const chosen = new FormData(this.form).getAll(field.dataset.shownWhen);
      const isShown = field.dataset.shownValues.split(" ").some((value) => chosen.includes(value));
      field.hidden = !isShown;
      for (const control of field.querySelectorAll("input, select, textarea")) control.disabled = !isShown;
    }
    for (const field of this.form.querySelectorAll("[data-hidden-while]")) {
      const isHidden = this.form.elements.namedItem(field.dataset.hiddenWhile)?.checked ?? false;
      field.hidden = isHidden;
      for (const control of field.querySelectorAll("input, textarea")) control.disabled = isHidden;
    }
  }

  /** What the server said of a value holds until the value is changed; of several values it cannot be told which. */
  outdate(control) {
    const field = control.closest("[data-field]");
    if (!field || control.closest("[data-several]")) return;
    for (const text of field.querySelectorAll(":scope > .dw-notes > .dw-error-text:not([data-date-error])")) text.remove();
    for (const part of field.querySelectorAll("[aria-invalid]")) part.removeAttribute("aria-invalid");
    if (!this.form.querySelector(".dw-notes > .dw-error-text:not([data-date-error])")) this.form.querySelector("[data-errors]")?.remove();
  }

  async submit(button) {
    if (this.isBusy) return;
    this.setBusy(button);
    this.say("");
    const values = new FormData(this.form, button);
    try {
      const onPage = this.form.closest("[data-form-page]") !== null;
      await this.read(await postForm(this.form.action, values, { onPage }), values);
    } catch {
      this.say(message("not_saved_offline"));
    }
    this.setBusy(null);
  }

  async read(response, values) {
    if (needsLogin(response)) return this.askLogin();
    if (response.ok && isJson(response)) return this.saved(await response.json(), values.get("then") === "new");
    if (response.status === 422 || response.status === 409) return this.replace(await response.text());
    return this.say(await failure(response));
  }

  saved(answer, another) {
    this.draft?.forget();
    const detail = { ...answer, another };
    const isHandled = !this.form.dispatchEvent(
      new CustomEvent("dw:form-saved", { detail, bubbles: true, cancelable: true }),
    );
    if (isHandled) return;
    sayOnNextPage(answer.message);
    location.assign(another ? this.form.dataset.href : answer.location);
  }

  replace(markup) {
    const fragment = parseFragment(markup);
    const fresh = fragment.querySelector("form");
    this.form.replaceWith(fragment);
    const first = fresh.querySelector("[aria-invalid=true]:not([type=hidden])");
    focusField(first?.id ? fresh.querySelector(`[for="${CSS.escape(first.id)}"]`)?.control ?? first : fresh.querySelector("#form-title"));
  }

  setBusy(button) {
    this.isBusy = button !== null;
    for (const each of this.form.querySelectorAll("button[type=submit]")) {
      each.toggleAttribute("data-waits", this.isBusy);
      each.setAttribute("aria-busy", String(this.isBusy && each === button));
      each.setAttribute("aria-disabled", String(this.isBusy && each !== button));
    }
  }

  say(text, ...more) {
    const place = this.form.querySelector("[data-failed]");
    place.replaceChildren(text, ...more);
    place.hidden = text === "";
  }

  /** The session is over: log in next door, then send the same form again. */
  askLogin() {
    this.say(message("session_ended"), " ",
      element("a", { class: "dw-link", href: "/login", target: "_blank" }, message("log_in")));
  }

  /** The footer names the errors; pressing on the number opens the list, or goes straight to the only one. */
  showErrors() {
    const list = this.form.querySelector("[data-errors]");
    const links = list?.querySelectorAll("a") ?? [];
    if (links.length !== 1) return;
    list.querySelector("summary").addEventListener("click", (event) => {
      event.preventDefault();
      links[0].click();
    });
  }

  followErrorLink(event) {
    const link = event.target.closest("[data-errors] a");
    if (!link) return;
    event.preventDefault();
    focusField(document.getElementById(decodeURIComponent(link.hash.slice(1))));
    link.closest("details").open = false;
  }
}

/** Focuses a field, or what stands for it when a script draws it. */
export function focusField(field) {
  const target = field?.tomselect?.control_input ?? field;
  target?.scrollIntoView({ block: "center" });
  target?.focus();
}

attach("form[data-form]", (form) => new Form(form));
attach("[data-show-password]", (button) => {
  const input = button.parentElement.querySelector("input");
  button.hidden = false;
  button.addEventListener("click", () => {
    const isShown = input.type === "password";
    input.type = isShown ? "text" : "password";
    button.setAttribute("aria-pressed", String(isShown));
  });
});
