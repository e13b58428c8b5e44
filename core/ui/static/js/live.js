/** Lists that follow what happens: asked for anew while somebody looks, and drawn anew when they have changed. */
import { attach } from "./attach.js";
import { parseFragment } from "./elements.js";
import { fetchFragment } from "./request.js";

const EVERY = 2000;

class Live {
  constructor(place) {
    this.place = place;
    this.seen = "";
    this.later();
  }

  later() {
    setTimeout(() => this.look(), EVERY);
  }

  async look() {
    if (!this.place.isConnected) return;
    try {
      if (!document.hidden) await this.draw();
    } catch {
      // The server is away for a while: what is shown stays.
    }
    this.later();
  }

  async draw() {
    const response = await fetchFragment(this.place.dataset.live);
    if (!response.ok || response.redirected) return;
    const markup = await response.text();
    if (markup === this.seen || this.isBusy()) return;
    this.seen = markup;
    const open = [...this.place.querySelectorAll("details[open]")].map((one) => one.dataset.key);
    const fresh = parseFragment(markup);
    for (const one of fresh.querySelectorAll("details")) one.open = open.includes(one.dataset.key);
    this.place.replaceChildren(fresh);
  }

  /** Nothing moves away from under a finger, a keyboard or a question. */
  isBusy() {
    const selection = document.getSelection();
    const isSelecting = selection && !selection.isCollapsed && this.place.contains(selection.anchorNode);
    const focused = document.activeElement;
    return isSelecting || (focused !== this.place && this.place.contains(focused)) || document.querySelector("dialog[open]") !== null;
  }
}

attach("[data-live]", (place) => new Live(place));
