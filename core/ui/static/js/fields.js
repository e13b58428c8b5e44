/** The form of a custom field: the key made from the name, what each type asks for, and the live preview. */
import { parseFragment } from "./elements.js";
import { postForm } from "./request.js";

const WAIT = 250;

class FieldForm {
  constructor(form) {
    this.form = form;
    this.box = document.querySelector("[data-preview-box]");
    this.key = form.elements.namedItem("key");
    this.ownKey = Boolean(this.key?.value);
    form.addEventListener("input", (event) => this.typed(event.target));
    document.addEventListener("change", (event) => {
      if (event.target.form === form || form.contains(event.target)) this.changed(event.target);
    });
    this.parts();
    this.fields();
    this.toWrong();
  }

  /** To the first input that has to be corrected, else to what says so: both may stand far down. */
  toWrong() {
    const first = (selector) => [...this.form.querySelectorAll(selector)].find((found) => found.checkVisibility());
    const control = first("[aria-invalid=true]");
    if (control) control.focus();
    else first(".dw-error-text")?.scrollIntoView({ block: "center" });
  }

  typed(control) {
    if (control === this.key) this.ownKey = Boolean(this.key.value);
    if (control.name === "label_en" && this.key && !this.ownKey) this.key.value = keyFrom(control.value);
    this.later();
  }

  changed(control) {
    if (control.name === "type") this.parts();
    if (control.name === "unique") this.needs();
    if (control.hasAttribute("data-choice-default") && control.checked) this.oneDefault(control);
    if (control.hasAttribute("data-section")) this.fields();
    this.later();
  }

  /** Shows the inputs that the chosen type has; what is hidden is not posted. */
  parts() {
    const chosen = this.form.querySelector("input[name=type]:checked, p[data-parts]");
    const parts = new Set((chosen?.dataset.parts ?? "").split(" "));
    for (const part of this.form.querySelectorAll("[data-part]")) {
      const shown = parts.has(part.dataset.part);
      part.hidden = !shown;
      for (const control of part.querySelectorAll("input, select")) control.disabled = !shown;
    }
    this.dates(chosen?.dataset.type ?? chosen?.value);
    this.needs();
  }

  /** New records begin with one value of a list of which they have one. */
  oneDefault(control) {
    const chosen = this.form.querySelector("input[name=type]:checked, p[data-parts]");
    if ((chosen?.dataset.type ?? chosen?.value) !== "choice") return;
    for (const other of this.form.querySelectorAll("[data-choice-default]")) other.checked = other === control;
  }

  /** What a rule has to say more shows while the rule is on. */
  needs() {
    for (const more of this.form.querySelectorAll("[data-needs]")) {
      const rule = this.form.elements.namedItem(more.dataset.needs);
      more.hidden = rule.disabled || !rule.checked;
    }
  }

  /** A date is compared with dates, a moment with moments. */
  dates(type) {
    for (const option of this.form.querySelectorAll("option[data-of-type]")) {
      const off = option.dataset.ofType !== type;
      option.hidden = off;
      option.disabled = off;
      if (off && option.selected) option.parentElement.value = "";
    }
  }

  /** Only the fields of the chosen section can be stood behind. */
  fields() {
    const section = this.form.querySelector("[data-section]").value;
    const after = this.form.querySelector("[data-after]");
    for (const group of after.querySelectorAll("optgroup")) {
      const off = group.dataset.ofSection !== section;
      group.hidden = off;
      group.disabled = off;
      if (off && group.querySelector("option:checked")) after.value = "";
    }
  }

  later() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.refresh(), WAIT);
  }

  async refresh() {
    this.request?.abort();
    this.request = new AbortController();
    try {
      const answer = await postForm(this.form.dataset.preview, new FormData(this.form), this.request);
      if (answer.ok) this.box.replaceChildren(parseFragment(await answer.text()));
    } catch (error) {
      // The next change tries again; the preview is no reason to disturb anybody.
      if (error.name !== "AbortError") this.box.classList.add("is-stale");
    }
  }
}

/** `Shirt size` → `shirt_size`, as the server makes it. */
function keyFrom(name) {
  const plain = name.normalize("NFKD").replace(/[\u0300-\u036f]/g, "").toLowerCase();
  return plain.replace(/[^a-z0-9]+/g, "_").replace(/^[0-9_]+|_+$/g, "").slice(0, 40).replace(/_+$/, "");
}

const form = document.querySelector("[data-field-form]");
if (form) new FieldForm(form);
