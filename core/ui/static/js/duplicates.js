/** Looks for records that may be the one being entered, while it is typed, and shows them before saving. */
import { parseFragment } from "./elements.js";
import { fetchFragment } from "./request.js";

const PAUSE = 400;

export class DuplicateSearch {
  constructor(form) {
    this.form = form;
    form.addEventListener("input", (event) => {
      if (!event.target.matches("[data-identifies]")) return;
      clearTimeout(this.waiting);
      this.waiting = setTimeout(() => this.ask(), PAUSE);
    });
    // A new record may come with values: from an address, or back from the server with something to mend.
    if (!form.dataset.record && this.filled().length) this.ask();
  }

  filled() {
    return [...this.form.querySelectorAll("[data-identifies]:enabled")].filter((input) => input.value.trim() !== "");
  }

  async ask() {
    const address = new URL(this.form.dataset.duplicates, location.href);
    for (const input of this.filled()) address.searchParams.set(input.name, input.value);
    if (address.search === this.asked) return;
    this.asked = address.search;
    if (this.form.dataset.record) address.searchParams.set("exclude", this.form.dataset.record);
    this.abort?.abort();
    this.abort = new AbortController();
    await this.show(address, this.abort.signal);
  }

  /** A warning that cannot be loaded prevents nothing: the server checks again when the form is saved. */
  async show(address, signal) {
    const slot = this.form.querySelector("[data-duplicates-slot]");
    try {
      const response = await fetchFragment(address, { signal });
      if (response.ok) slot.replaceChildren(parseFragment(await response.text()));
    } catch (error) {
      if (error.name !== "AbortError") slot.replaceChildren();
    }
  }
}
