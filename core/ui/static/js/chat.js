/**
 * The chat: a conversation that grows while it is open, the list beside it, writing, and beginning another one.
 *
 * Enter sends, Shift+Enter begins a line. What others write comes with the news that every page hears (news.js): the
 * number of the last message tells whether there is something to fetch.
 */
import "./attachments.js";
import { attach } from "./attach.js";
import { element, icon, parseFragment } from "./elements.js";
import { locale, message } from "./locale.js";
import { Mentions } from "./mentions.js";
import { fetchFragment, postJson, sendJson } from "./request.js";

const NEAR = 120; // pixels from its end within which a reader is taken to follow the conversation

class Thread {
  constructor(place) {
    this.place = place;
    this.href = place.dataset.thread;
    this.known = 0;
    place.addEventListener("click", (event) => this.click(event));
    document.addEventListener("dw:news", (event) => this.hear(event.detail.message));
    document.addEventListener("visibilitychange", () => { if (!document.hidden) this.read(); });
    const asked = document.getElementById(location.hash.slice(1));
    if (asked) asked.scrollIntoView({ block: "center" });
    else this.toEnd();
    asked?.classList.add("is-found");
    this.read();
  }

  get last() {
    const all = this.place.querySelectorAll("[data-message]");
    return all.length ? Number(all[all.length - 1].dataset.message) : 0;
  }

  hear(newest) {
    if (!newest || newest <= this.known) return;
    this.known = newest;
    this.fetchNew();
    renewList();
  }

  async fetchNew() {
    const follows = this.place.scrollHeight - this.place.scrollTop - this.place.clientHeight < NEAR;
    const fresh = await fragment(`${this.href}?after=${this.last}`);
    if (!fresh) return;
    fresh.querySelectorAll("[data-message]").forEach((one) => { if (document.getElementById(one.id)) one.remove(); });
    const days = this.place.querySelectorAll("[data-day]");
    const first = fresh.querySelector("[data-day]");
    if (first && days.length && days[days.length - 1].dataset.day === first.dataset.day) first.remove();
    if (!fresh.querySelector("[data-message]")) return;
    this.place.querySelector("[data-none]")?.remove();
    this.place.append(fresh);
    if (follows) this.toEnd();
    this.read();
  }

  toEnd() {
    this.place.scrollTop = this.place.scrollHeight;
  }

  async read() {
    if (document.hidden) return;
    await sendJson("POST", `${this.href}/read`).catch(() => null);
    renewList();
  }

  click(event) {
    const earlier = event.target.closest("[data-earlier]");
    const gone = event.target.closest("[data-message-delete]");
    if (earlier) this.earlier(earlier);
    if (gone) this.remove(gone);
  }

  async earlier(button) {
    const fresh = await fragment(button.dataset.earlier);
    const first = fresh?.querySelector("[data-message]");
    if (!first) return button.remove();
    const before = this.place.scrollHeight;
    button.parentElement.after(fresh);
    button.dataset.earlier = `${this.href}?before=${first.dataset.message}`;
    this.place.scrollTop += this.place.scrollHeight - before;
    return null;
  }

  async remove(button) {
    try {
      await sendJson("DELETE", button.dataset.messageDelete);
    } catch (error) {
      return toast({ kind: "error", text: error.message || message("offline") });
    }
    const box = button.closest("[data-message]");
    const fresh = await fragment(`${this.href}?after=${Number(box.dataset.message) - 1}`);
    const same = fresh?.getElementById(box.id);
    if (same) box.replaceWith(same);
    return null;
  }
}

class Writer {
  constructor(form) {
    this.form = form;
    this.text = form.querySelector("textarea");
    this.sent = form.querySelector("[data-sent]");
    this.tickets = new Map();
    this.mentions = new Mentions(this.text, this.text.dataset.mentions);
    form.addEventListener("submit", (event) => { event.preventDefault(); this.send(); });
    form.addEventListener("dw:attached", (event) => this.addFile(event.detail));
    form.addEventListener("dw:all-attached", () => { if (this.isWanted) this.send(); });
    this.text.addEventListener("keydown", (event) => this.key(event));
    this.text.addEventListener("input", () => this.grow());
    if (matchMedia("(pointer: fine)").matches) this.text.focus();
  }

  key(event) {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.defaultPrevented) return;
    event.preventDefault();
    this.send();
  }

  grow() {
    const lines = this.text.value.split("\n").length;
    this.text.rows = Math.min(6, Math.max(lines, Math.ceil(this.text.value.length / 60), 1));
  }

  addFile({ upload, name }) {
    const out = element("button", { class: "dw-btn dw-btn-icon", type: "button", "aria-label": message("leave_out", { name }) }, icon(locale.sprite, "x", "dw-icon-s"));
    const line = element("li", {}, icon(locale.sprite, "paperclip", "dw-icon-s"), element("bdi", {}, name), out);
    out.addEventListener("click", () => { this.tickets.delete(line); line.remove(); this.sent.hidden = this.tickets.size === 0; this.text.focus(); });
    this.tickets.set(line, upload);
    this.sent.append(line);
    this.sent.hidden = false;
    this.text.focus();
  }

  /** A message waits for the files that are on their way. */
  async send() {
    this.isWanted = "sending" in this.form.dataset;
    if (this.isWanted) return null;
    const body = this.mentions.tokens(this.text.value.trim());
    const button = this.form.querySelector("[type=submit]");
    if ((!body && this.tickets.size === 0) || button.getAttribute("aria-busy") === "true") return this.text.focus();
    button.setAttribute("aria-busy", "true");
    fail(this.form, "");
    try {
      await postJson(`${this.form.dataset.chatWrite}/messages`, { body, files: [...this.tickets.values()] });
      this.text.value = "";
      this.tickets.clear();
      this.sent.replaceChildren();
      this.sent.hidden = true;
      this.grow();
      await thread?.fetchNew();
      thread?.toEnd();
      renewList();
    } catch (error) {
      fail(this.form, error.message || message("not_saved_offline"));
    }
    button.removeAttribute("aria-busy");
    return this.text.focus();
  }
}

/** Choosing colleagues by name: with one the conversation there is, with several a group. */
class Chooser {
  constructor(form) {
    this.form = form;
    this.input = form.querySelector("[data-chat-people]");
    this.list = form.querySelector("[data-people]");
    this.chosen = new Set();
    this.input.addEventListener("input", () => { clearTimeout(this.waiting); this.waiting = setTimeout(() => this.look(), 150); });
    this.list.addEventListener("change", (event) => this.choose(event.target));
    form.addEventListener("submit", (event) => { event.preventDefault(); this.begin(); });
    form.closest("[popover]").addEventListener("toggle", (event) => { if (event.newState === "open") { this.look(); this.input.focus(); } });
  }

  async look() {
    const response = await fetchFragment(`${this.input.dataset.chatPeople}q=${encodeURIComponent(this.input.value)}`).catch(() => null);
    if (!response?.ok || response.redirected) return;
    const { data } = await response.json();
    const kept = [...this.list.children].filter((line) => this.chosen.has(Number(line.querySelector("input").value)));
    const lines = data.filter((one) => !this.chosen.has(one.id)).map((one) => element("li", {},
      element("label", {}, element("input", { type: "checkbox", value: one.id }), element("bdi", {}, one.title))));
    this.list.replaceChildren(...kept, ...lines);
    if (!this.list.children.length) this.list.append(element("li", { class: "dw-muted" }, message("picker_nothing")));
  }

  choose(box) {
    if (box.checked) this.chosen.add(Number(box.value));
    else this.chosen.delete(Number(box.value));
    const group = this.form.querySelector("[data-group]");
    if (group) group.hidden = this.chosen.size < 2;
  }

  async begin() {
    const values = { user_ids: [...this.chosen] };
    if (this.form.elements.name && this.chosen.size > 1) values.name = this.form.elements.name.value;
    try {
      const made = await sendJson("POST", this.form.dataset.chatNew, values);
      if (made) location.assign(made.href);
      else location.reload();
    } catch (error) {
      fail(this.form, error.message || message("offline"));
    }
    return null;
  }
}

async function fragment(address) {
  const response = await fetchFragment(address).catch(() => null);
  return response?.ok && !response.redirected ? parseFragment(await response.text()) : null;
}

let renewing = false;

async function renewList() {
  const place = document.querySelector("[data-chat-list]");
  if (!place || renewing) return;
  renewing = true;
  const fresh = await fragment(`/chat/list?chosen=${document.querySelector("[data-chat]").dataset.chat}`);
  renewing = false;
  if (!fresh || place.contains(document.activeElement)) return;
  place.replaceChildren(fresh);
}

function fail(form, text) {
  const place = form.querySelector("[data-failed]");
  place.textContent = text;
  place.hidden = text === "";
}

function toast(detail) {
  document.dispatchEvent(new CustomEvent("dw:toast", { detail }));
}

let thread = null;
attach("[data-thread]", (place) => { thread = new Thread(place); });
attach("form[data-chat-write]", (form) => new Writer(form));
attach("form[data-chat-new]", (form) => new Chooser(form));
attach("form[data-chat-name]", (form) => form.addEventListener("submit", async (event) => {
  event.preventDefault();
  await sendJson("POST", form.dataset.chatName, { name: form.elements.name.value }).catch((error) => toast({ kind: "error", text: error.message }));
  location.reload();
}));
if (!document.querySelector("[data-thread]")) document.addEventListener("dw:news", renewList);
/** Arrow keys go through the conversations. */
document.addEventListener("keydown", (event) => {
  const line = event.target.closest?.("[data-chat-line]");
  if (!line || !["ArrowDown", "ArrowUp"].includes(event.key)) return;
  const all = [...document.querySelectorAll("[data-chat-line]")];
  event.preventDefault();
  all[(all.indexOf(line) + (event.key === "ArrowDown" ? 1 : -1) + all.length) % all.length].focus();
});
