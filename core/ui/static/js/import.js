/** The import wizard: choosing a file by drag and drop, a preview that follows every change, and the progress bar. */
import { attach } from "./attach.js";
import { parseFragment } from "./elements.js";
import { localDigits, locale, message } from "./locale.js";
import "./pickers.js";
import { failure, needsLogin, postForm } from "./request.js";

const PAUSE = 250;
const POLL = 1000;
const KILOBYTE = 1024;

// ---- step 1 ----

class FileChoice {
  constructor(form) {
    this.form = form;
    this.input = form.querySelector("[data-file]");
    this.drop = form.querySelector("[data-drop]");
    this.input.addEventListener("change", () => this.show());
    form.addEventListener("submit", (event) => this.submit(event));
    this.acceptDrops();
  }

  acceptDrops() {
    const over = (isOver) => (event) => {
      event.preventDefault();
      this.drop.classList.toggle("is-over", isOver);
    };
    // The whole page takes the file: one dropped beside the box would otherwise replace the page.
    this.form.addEventListener("dragover", over(true));
    this.form.addEventListener("dragleave", over(false));
    this.form.addEventListener("drop", (event) => {
      over(false)(event);
      if (event.dataTransfer.files.length === 0) return;
      this.input.files = event.dataTransfer.files;
      this.show();
    });
  }

  get problem() {
    const [file] = this.input.files;
    const endings = this.input.accept.split(",");
    const limit = Number(this.form.dataset.maxBytes);
    if (!file) return message("import_choose_first");
    if (!endings.some((ending) => file.name.toLowerCase().endsWith(ending))) {
      return message("import_wrong_type", { kinds: `\u2066${endings.join(" ")}\u2069` });
    }
    return limit && file.size > limit ? message("import_too_large", { limit: this.form.dataset.maxText }) : "";
  }

  show() {
    const [file] = this.input.files;
    const chosen = this.form.querySelector("[data-chosen]");
    chosen.hidden = !file;
    if (file) {
      chosen.querySelector("[data-chosen-name]").textContent = file.name;
      chosen.querySelector("[data-chosen-size]").textContent = sizeText(file.size);
    }
    this.say(file ? this.problem : "");
  }

  say(text) {
    const place = this.form.querySelector("[data-file-error]");
    place.querySelector("[data-text]").textContent = text;
    place.hidden = text === "";
  }

  submit(event) {
    if (this.problem) {
      event.preventDefault();
      this.say(this.problem);
      this.input.focus();
    } else onlyOnce(event);
  }
}

/** `318 KB` in the reader's words and digits. */
function sizeText(bytes) {
  const isLarge = bytes >= KILOBYTE ** 2;
  const value = bytes / KILOBYTE ** (isLarge ? 2 : 1);
  const figure = value < 10 ? value.toFixed(1).replace(".", locale.decimal) : String(Math.round(value));
  return message(isLarge ? "size_megabytes" : "size_kilobytes", { size: localDigits(figure) });
}

/** A second press while the first one is on its way does nothing. */
function onlyOnce(event) {
  if (event.defaultPrevented) return; // a question is being asked first
  const form = event.target;
  if (form.dataset.sent === "yes") {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
  event.submitter?.setAttribute("aria-busy", "true");
}

/** Coming back with the browser's Back button finds the form as it was left: it may be sent again. */
addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  for (const form of document.querySelectorAll("form[data-sent]")) {
    delete form.dataset.sent;
    for (const button of form.querySelectorAll("[aria-busy]")) button.removeAttribute("aria-busy");
  }
});

// ---- step 2 ----

class MappingForm {
  constructor(form) {
    this.form = form;
    this.work = form.querySelector("[data-import-work]");
    form.addEventListener("change", (event) => {
      if (event.target.matches("[data-option]")) this.ask();
    });
    form.addEventListener("submit", (event) => this.submit(event));
  }

  submit(event) {
    if (event.submitter?.getAttribute("aria-disabled") === "true") event.preventDefault();
    else if (event.submitter?.value === "dry_run") {
      event.preventDefault();
      event.submitter.setAttribute("aria-busy", "true");
      this.load(new FormData(this.form, event.submitter));
    } else onlyOnce(event);
  }

  ask() {
    clearTimeout(this.waiting);
    // An answer that is under way would put back what has just been changed.
    this.abort?.abort();
    this.waiting = setTimeout(() => this.load(new FormData(this.form)), PAUSE);
  }

  async load(values) {
    this.abort?.abort();
    this.abort = new AbortController();
    this.work.setAttribute("aria-busy", "true");
    try {
      const response = await postForm(this.form.dataset.preview, values, { signal: this.abort.signal });
      if (needsLogin(response) || !response.ok) throw new Error(await failure(response));
      this.show(await response.text());
    } catch (error) {
      if (error.name === "AbortError") return;
      this.say(error instanceof TypeError ? message("offline") : error.message);
    }
    this.work.removeAttribute("aria-busy");
  }

  /** The new work area; the keyboard stays where it was, and both lists stay scrolled as they were. */
  show(markup) {
    const focused = focusName(document.activeElement);
    const scrolled = [...this.work.querySelectorAll(".dw-card-scroll")].map((box) => box.scrollTop);
    this.work.replaceChildren(parseFragment(markup));
    // Pickers are drawn by the observer of attach.js, right after this turn.
    setTimeout(() => {
      this.work.querySelectorAll(".dw-card-scroll").forEach((box, index) => { box.scrollTop = scrolled[index] ?? 0; });
      focusAgain(this.work, focused);
    });
  }

  say(text) {
    const place = this.work.querySelector("[data-failed]");
    place.textContent = text;
    place.hidden = false;
    for (const button of this.work.querySelectorAll("[aria-busy]")) button.removeAttribute("aria-busy");
  }
}

/** How to find a control again after its markup was replaced. */
function focusName(control) {
  if (control?.id) return { selector: `#${CSS.escape(control.id)}` };
  if (control?.name) return { selector: `[name="${CSS.escape(control.name)}"]${control.value ? `[value="${CSS.escape(control.value)}"]` : ""}` };
  return null;
}

function focusAgain(work, focused) {
  const control = focused && work.querySelector(focused.selector);
  if (!control) return;
  const picker = control.closest(".ts-wrapper")?.previousElementSibling?.tomselect;
  if (picker) picker.settings.openOnFocus = false; // the choice was just made: its list need not open again
  control.focus({ preventScroll: true });
  if (picker) picker.settings.openOnFocus = true;
}

// ---- step 3 ----

class Progress {
  constructor(place) {
    this.place = place;
    this.bar = place.querySelector("[data-bar]");
    const form = place.querySelector("[data-import-cancel]");
    if (form) this.cancelling(form);
    this.poll();
  }

  async poll() {
    try {
      const response = await fetch(this.place.dataset.status, { headers: { Accept: "application/json" } });
      if (!response.ok) throw new Error(String(response.status));
      const answer = await response.json();
      if (answer.location) return location.replace(answer.location);
      this.show(answer);
      this.lost(false);
    } catch {
      this.lost(true);
    }
    return setTimeout(() => this.poll(), POLL);
  }

  show({ done, total, text, left, state }) {
    this.bar.max = total || 1;
    this.bar.value = done;
    this.place.querySelector("[data-text]").textContent = text;
    this.place.querySelector("[data-left]").textContent = left;
    this.place.dataset.state = state;
  }

  lost(isLost) {
    this.place.querySelector("[data-lost]").hidden = !isLost;
  }

  cancelling(form) {
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const button = form.querySelector("button");
      if (button.disabled) return;
      button.disabled = true;
      button.setAttribute("aria-busy", "true");
      const response = await postForm(form.action, new FormData(form)).catch(() => null);
      if (response?.ok) return;
      button.disabled = false;
      button.removeAttribute("aria-busy");
      document.dispatchEvent(new CustomEvent("dw:toast", { detail: { kind: "error", text: message("server_failed") } }));
    });
  }
}

attach("[data-import-choose]", (form) => new FileChoice(form));
attach("[data-import-map]", (form) => new MappingForm(form));
attach("[data-import-once]", (form) => form.addEventListener("submit", onlyOnce));
attach("[data-import-progress]", (place) => new Progress(place));
