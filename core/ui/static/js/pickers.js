/**
 * Lists with a search box for choices, references, users and tags: every <select data-picker>, drawn by Tom Select.
 *
 * With `data-options-href` the values are looked up there while typing (`?q=&limit=`); with `data-create` too, the last
 * line offers to make a new one (POST `{"title"}`). The select itself stays the form's field, so a form posts the same
 * with and without this script. Another script sets it by the event `dw:set` with a list of `{value, text}`.
 */
import "../vendor/tom-select/tom-select.complete.min.js"; // sets window.TomSelect
import { attach } from "./attach.js";
import { element, icon } from "./elements.js";
import { foldedWords } from "./fold.js";
import { locale, message } from "./locale.js";
import { postJson } from "./request.js";

const LIMIT = 20;

class Picker {
  constructor(select) {
    this.select = select;
    this.href = select.dataset.optionsHref;
    this.isMultiple = select.multiple;
    this.hasNone = Boolean(select.querySelector('option[value=""]')?.textContent.trim()); // "nothing" is a line of the list
    this.spoken = element("span", { class: "dw-hidden-text", "aria-live": "polite" });
    this.widget = new window.TomSelect(select, this.settings());
    this.widget.wrapper.append(this.spoken);
    this.describe();
    this.listen();
  }

  settings() {
    return {
      maxOptions: null,
      allowEmptyOption: this.hasNone,
      maxItems: this.isMultiple ? null : 1,
      placeholder: this.select.dataset.placeholder,
      hidePlaceholder: this.isMultiple,
      highlight: false,
      selectOnTab: false,
      closeAfterSelect: !this.isMultiple,
      clearAfterSelect: true, // the next one is searched with new words
      loadThrottle: 200,
      refreshThrottle: 0, // Enter right after typing must find what was typed
      preload: this.href ? "focus" : false,
      shouldLoad: () => true,
      load: this.href ? (query, done) => this.load(query, done) : null,
      create: this.href && "create" in this.select.dataset ? (title, done) => this.create(title, done) : false,
      createFilter: (title) => this.isAnswered(title) && !this.exists(title),
      score: (query) => (this.href ? ({ value }) => Number(this.isAnswered(query) && this.found.has(value)) : score(query)),
      sortField: [{ field: "$score", direction: "desc" }, { field: "$order" }],
      render: {
        option: (data) => this.drawOption(data),
        item: (data) => this.drawItem(data),
        option_create: (data) => element("div", { class: "create" }, icon(locale.sprite, "plus", "dw-icon-s"),
          element("span", {}, message("picker_create", { title: `\u2068${data.input}\u2069` }))),
        no_results: () => element("div", { class: "no-results" }, message("picker_nothing")),
        loading: () => element("div", { class: "no-results" }, message("picker_loading")),
      },
    };
  }

  /** What the label and the notes under the field say must be said of the input that is typed into. */
  describe() {
    const input = this.widget.control_input;
    this.select.setAttribute("aria-hidden", "true"); // the label is now the input's, and the select has no name left
    for (const name of ["aria-describedby", "aria-invalid", "aria-required"]) {
      if (this.select.hasAttribute(name)) input.setAttribute(name, this.select.getAttribute(name));
    }
  }

  listen() {
    const title = (value) => this.widget.options[value]?.text ?? "";
    this.widget.on("item_add", (value) => { this.say("picker_added", title(value)); this.showCurrent(); });
    if (this.isMultiple) this.widget.on("item_add", () => queueMicrotask(() => this.startAnew()));
    this.widget.on("item_remove", (value) => { this.say("picker_removed", title(value)); this.showCurrent(); });
    this.widget.hook("after", "refreshOptions", () => this.putCreateLast());
    this.stayClosed();
    this.select.addEventListener("dw:set", (event) => this.set(event.detail));
    this.select.addEventListener("dw:offer", (event) => this.offer(event.detail));
    if (this.select.everyOption) this.offer(this.select.everyOption); // following.js came before
    this.showCurrent();
  }

  /** An answer that comes after Esc must not open the list again. */
  stayClosed() {
    let isDismissed = false;
    this.widget.wrapper.addEventListener("keydown", (event) => { isDismissed = event.key === "Escape"; }, true);
    this.widget.wrapper.addEventListener("pointerdown", () => { isDismissed = false; }, true);
    this.widget.hook("after", "loadCallback", () => { if (isDismissed) this.widget.close(false); });
  }

  /** The next of several is looked for from the beginning, and not by what found the one before. */
  startAnew() {
    this.widget.setTextboxValue("");
    if (this.href) this.widget.load("");
    else this.widget.refreshOptions(this.widget.isOpen);
  }

  say(name, title) {
    if (title) this.spoken.textContent = message(name, { title });
  }

  /** While a single choice is searched its present value is only a hint, as in the browser's own menus. */
  showCurrent() {
    if (this.isMultiple) return;
    const current = this.widget.options[this.widget.items[0]];
    this.widget.settings.placeholder = current?.text || this.select.dataset.placeholder;
    this.widget.inputState();
  }

  /** Tom Select puts the line "create" first; arrow keys follow the order of the elements. */
  putCreateLast() {
    const list = this.widget.dropdown_content;
    const create = list.querySelector(".create");
    if (create && create !== list.lastElementChild) list.append(create);
  }

  set(options) {
    for (const option of options) this.widget.addOption(option);
    this.widget.setValue(this.isMultiple ? options.map((option) => option.value) : options[0]?.value ?? "");
  }

  /** Only those of the options that are not disabled can be chosen from now on. */
  offer(options) {
    this.known ??= { ...this.widget.options };
    for (const { value, disabled } of options) {
      if (disabled) this.widget.removeOption(value, true);
      else if (this.known[value] && !this.widget.options[value]) this.widget.addOption({ ...this.known[value], disabled: false });
    }
    this.widget.refreshOptions(false);
    this.showCurrent();
  }

  /** Until the answer to this very query is there, the values at hand belong to another one. */
  isAnswered(query) {
    return !this.href || query.trim() === this.answered;
  }

  exists(title) {
    const wanted = foldedWords(title).join("");
    return Object.values(this.widget.options).some((option) => foldedWords(option.text).join("") === wanted);
  }

  async load(asked, done) {
    // Opening asks for everything. On a busy page that comes after the first letters, in the place of their question.
    const query = asked || this.widget.inputValue();
    this.asking?.abort();
    this.asking = new AbortController();
    const address = new URL(this.href, location.href);
    address.searchParams.set("q", query);
    address.searchParams.set("limit", LIMIT);
    try {
      const response = await fetch(address, { headers: { Accept: "application/json" }, signal: this.asking.signal });
      if (!response.ok) throw new Error(String(response.status));
      const { data } = await response.json();
      this.widget.clearOptions();
      const options = data.map(toOption);
      this.answered = query.trim();
      this.found = new Set(options.map((option) => option.value));
      done(options);
    } catch {
      done(); // nothing found, or a newer search is on its way; either way this one is over
    }
  }

  async create(title, done) {
    try {
      done(toOption(await postJson(this.href, { title })));
    } catch (error) {
      this.spoken.textContent = error.message;
      document.dispatchEvent(new CustomEvent("dw:toast", { detail: { kind: "error", text: error.message } }));
      done();
    }
  }

  drawOption(data) {
    const line = element("div", {}, this.drawTitle(data));
    if (data.subtitle) line.append(element("bdi", { class: "dw-picker-subtitle" }, data.subtitle));
    line.append(icon(locale.sprite, "check", "dw-icon-s dw-picker-check"));
    return line;
  }

  /** A person with a disc, a tag as a small badge, a coloured value as a badge, anything else as text. */
  drawTitle(data) {
    const title = element("bdi", { class: "dw-cut" }, data.text);
    if (this.select.dataset.picker === "user" && data.value) {
      const disc = element("span", { class: `dw-avatar dw-avatar-s dw-hue-${data.hue || "grey"}`, "aria-hidden": "true" },
        Array.from(data.text.trim())[0]);
      return element("span", { class: "dw-user" }, disc, title);
    }
    if (this.isMultiple) return element("span", { class: `dw-tag dw-hue-${data.hue || "grey"}` }, title);
    if (data.hue) return element("span", { class: `dw-badge dw-dot dw-hue-${data.hue}` }, title);
    return data.icon ? element("span", { class: "dw-choice" }, icon(locale.sprite, data.icon, "dw-icon-s"), title) : title;
  }

  drawItem(data) {
    const canRemove = !this.select.disabled && (this.isMultiple || !(this.hasNone || this.select.required));
    const item = element("div", { class: "item" }, this.drawTitle(data));
    if (canRemove) item.append(this.removeButton(data));
    return item;
  }

  removeButton(data) {
    const button = element("button", { type: "button", class: "dw-picker-x", tabindex: "-1",
      "aria-label": message("picker_remove", { title: data.text }) }, icon(locale.sprite, "x"));
    // A press must not reach the control, which would open the list.
    button.addEventListener("mousedown", (event) => { event.preventDefault(); event.stopPropagation(); });
    button.addEventListener("click", (event) => {
      event.stopPropagation();
      this.widget.removeItem(data.value);
      this.widget.refreshItems();
    });
    return button;
  }
}

function toOption({ id, title, subtitle, hue }) {
  return { value: String(id), text: title, subtitle, hue };
}

/** Every word must begin or occur somewhere, in any spelling; the server does the same for what it looks up. */
function score(query) {
  const words = foldedWords(query);
  return (option) => {
    const text = foldedWords(`${option.text} ${option.subtitle ?? ""}`).join(" ");
    if (!words.every((word) => text.includes(word))) return 0;
    return words.length > 0 && text.startsWith(words[0]) ? 2 : 1;
  };
}

attach("select[data-picker]", (select) => new Picker(select));
