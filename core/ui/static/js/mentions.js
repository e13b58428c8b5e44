/**
 * Mentioning colleagues and teams: “@” and some letters open a list below the text; arrows and Enter choose.
 *
 * In the text stands the name between invisible marks that keep its direction. `tokens(text)` gives what is stored: the
 * number of who is meant, so that a new name is shown later. `readable(text)` is the way back. A file that was sent to
 * the record stands there in the same way, behind a “#”.
 */
import { element, icon } from "./elements.js";
import { locale, message } from "./locale.js";
import { fetchFragment } from "./request.js";

const TOKEN = /([@#])\[([^[\]\n]{1,200})\]\((user|team|file):([1-9]\d{0,17})\)/g;
const TYPED = /(^|[\s(،,.؛:«"])@([^\s@\u2068\u2069]{0,40}(?: [^\s@\u2068\u2069]{1,40})?)$/u; // names are of two words
const [OPEN, CLOSE] = ["\u2068", "\u2069"];
const PATIENCE = 120;
const ICONS = { team: "users", record: "link" };
let made = 0;

export class Mentions {
  constructor(text, address) {
    this.text = text;
    this.address = address;
    this.known = new Map();
    this.list = element("ul", { class: "dw-mentions", role: "listbox", id: `mentions-${made += 1}`, hidden: true, "aria-label": text.dataset.mentionsLabel });
    text.after(this.list);
    text.setAttribute("aria-autocomplete", "list");
    text.setAttribute("aria-controls", this.list.id);
    text.addEventListener("input", () => this.later());
    text.addEventListener("keydown", (event) => this.key(event), { capture: true });
    text.addEventListener("blur", () => setTimeout(() => this.close(), 150));
    this.list.addEventListener("pointerdown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => this.choose(event.target.closest("[role=option]")));
  }

  tokens(text) {
    return text.replace(/\u2068([@#][^\u2069]*)\u2069/g, (whole, shown) => this.known.get(shown) ?? shown);
  }

  readable(text) {
    return text.replace(TOKEN, (token, mark, name) => {
      this.known.set(`${mark}${name}`, token);
      return `${OPEN}${mark}${name}${CLOSE}`;
    });
  }

  /** Puts a file of the record where the cursor is. */
  addFile({ id, name }) {
    const plain = name.replaceAll("[", "(").replaceAll("]", ")");
    const { value, selectionStart: at, selectionEnd: end } = this.text;
    const space = at > 0 && !/\s$/u.test(value.slice(0, at)) ? " " : "";
    this.text.setRangeText(`${space}${this.readable(`#[${plain}](file:${id})`)} `, at, end, "end");
    this.text.focus();
  }

  later() {
    clearTimeout(this.waiting);
    const typed = TYPED.exec(this.text.value.slice(0, this.text.selectionStart));
    if (!typed) return this.close();
    this.waiting = setTimeout(() => this.ask(typed[2]), PATIENCE);
  }

  async ask(typed) {
    const question = (this.question = Symbol(typed));
    const response = await fetchFragment(`${this.address}&q=${encodeURIComponent(typed)}`).catch(() => null);
    if (question !== this.question) return; // an answer that comes late is to fewer letters
    if (!response?.ok || response.redirected) return this.close();
    const { data } = await response.json();
    if (question !== this.question || !TYPED.test(this.text.value.slice(0, this.text.selectionStart))) return;
    if (!data.length && typed.includes(" ")) return this.close(); // the sentence goes on
    this.show(data);
  }

  show(found) {
    this.list.replaceChildren(...found.map((one, index) => element("li",
      { role: "option", id: `${this.list.id}-${index}`, class: "dw-mention-option", "aria-selected": String(index === 0), "data-token": one.token, "data-name": one.name },
      icon(locale.sprite, ICONS[one.kind] ?? "user", "dw-icon-s"), element("bdi", {}, one.name),
      ...(one.note ? [element("span", { class: "dw-mention-note" }, one.note)] : []))));
    if (!found.length) this.list.append(element("li", { class: "dw-mention-none" }, message("picker_nothing")));
    this.list.hidden = false;
    // On a phone it would open below the window.
    this.list.scrollIntoView({ block: "nearest" });
    this.mark();
  }

  close() {
    clearTimeout(this.waiting);
    this.list.hidden = true;
    this.text.removeAttribute("aria-activedescendant");
  }

  get options() {
    return Array.from(this.list.querySelectorAll("[role=option]"));
  }

  mark() {
    const chosen = this.options.find((one) => one.getAttribute("aria-selected") === "true");
    if (chosen) this.text.setAttribute("aria-activedescendant", chosen.id);
    else this.text.removeAttribute("aria-activedescendant");
    chosen?.scrollIntoView({ block: "nearest" });
  }

  key(event) {
    if (this.list.hidden || event.ctrlKey || event.metaKey || event.isComposing) return;
    const options = this.options;
    const at = options.findIndex((one) => one.getAttribute("aria-selected") === "true");
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && options.length) {
      options[at].setAttribute("aria-selected", "false");
      options[(at + step + options.length) % options.length].setAttribute("aria-selected", "true");
      this.mark();
    } else if ((event.key === "Enter" || event.key === "Tab") && at >= 0) {
      this.choose(options[at]);
    } else if (event.key === "Escape") {
      this.close();
    } else {
      return;
    }
    event.preventDefault();
    event.stopImmediatePropagation();
  }

  choose(option) {
    if (!option) return;
    const end = this.text.selectionStart;
    const typed = TYPED.exec(this.text.value.slice(0, end));
    if (!typed) return;
    this.known.set(`@${option.dataset.name}`, option.dataset.token);
    this.text.setRangeText(`${OPEN}@${option.dataset.name}${CLOSE} `, end - typed[2].length - 1, end, "end");
    this.text.focus();
    this.close();
  }
}
