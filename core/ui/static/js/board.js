/**
 * The board: a card is carried to another column, moved there with Shift and an arrow key while it has the focus, or by
 * its menu. The arrows alone go from card to card.
 *
 * `<li data-card="/…/7" data-version="3" data-moves>` stands in `<section data-column="won" data-takes>`. A move is saved by
 * `POST /…/7/board?<what the board shows>` with `{to, version}`; the answer tells the new version and the figures of the
 * columns. A card that may not go there comes back, and the reason is told.
 */
import { attach } from "./attach.js";
import { Carrying } from "./carry.js";
import { parseFragment } from "./elements.js";
import { refresh } from "./list.js";
import { message } from "./locale.js";
import { fetchFragment, sendJson } from "./request.js";

const CHANGED = 1500; // milliseconds in which a moved card is tinted

function toast(detail) {
  document.dispatchEvent(new CustomEvent("dw:toast", { detail }));
}

class Board {
  constructor(box) {
    this.box = box;
    new Carrying(box, {
      items: "[data-card][data-moves]",
      placeAt: (x, y) => document.elementFromPoint(x, y)?.closest("[data-takes]"),
      put: (card, column) => this.put(card, column),
    });
    box.addEventListener("keydown", (event) => this.key(event));
    box.addEventListener("click", (event) => this.pressed(event));
    this.list = box.closest("#list");
    this.list.querySelector("#board-move")?.addEventListener("click", (event) => this.chosen(event));
  }

  columns() {
    return Array.from(this.box.querySelectorAll("[data-column]"));
  }

  // ---- moving ----

  /** On the phone the board stays at the column that the card was carried to. */
  put(card, column) {
    column.scrollIntoView({ block: "nearest", inline: "nearest" });
    this.move(card, column);
  }

  async move(card, column, { isUndo = false } = {}) {
    const from = card.closest("[data-column]");
    if (!column || column === from || card.matches(".is-busy")) return;
    const behind = card.nextElementSibling;
    const focused = card.contains(document.activeElement) ? document.activeElement : null;
    column.querySelector("[data-cards]").prepend(card);
    card.classList.add("is-busy");
    focused?.focus({ preventScroll: true });
    try {
      const address = `${card.dataset.card}/board?${this.box.dataset.board}`;
      const answer = await sendJson("POST", address, { to: column.dataset.column, version: Number(card.dataset.version) });
      this.accept(card, answer);
      const undo = () => this.move(card, from, { isUndo: true });
      toast({ text: answer.message, undo: isUndo ? undefined : undo });
    } catch (error) {
      from.querySelector("[data-cards]").insertBefore(card, behind);
      focused?.focus({ preventScroll: true });
      toast({ kind: "error", text: error instanceof TypeError ? message("offline") : error.message });
      if (!(error instanceof TypeError)) refresh();
    }
    card.classList.remove("is-busy");
  }

  accept(card, answer) {
    card.dataset.version = answer.version;
    for (const column of this.columns()) {
      const told = answer.columns[column.dataset.column] ?? answer.none;
      column.querySelector("[data-column-count]").textContent = told.count;
      const sum = column.querySelector("[data-column-sum]");
      if (sum) sum.replaceChildren(parseFragment(told.sum));
      const jump = this.list.querySelector(`[data-count-of="${CSS.escape(column.dataset.column)}"]`);
      if (jump) jump.textContent = told.count;
    }
    card.classList.add("is-changed");
    setTimeout(() => card.classList.remove("is-changed"), CHANGED);
  }

  // ---- by keyboard ----

  key(event) {
    const card = event.target.closest("[data-card]");
    if (!card || event.ctrlKey || event.altKey || event.metaKey || !event.key.startsWith("Arrow")) return;
    event.preventDefault();
    event.stopPropagation();
    const forward = document.documentElement.dir === "rtl" ? "ArrowLeft" : "ArrowRight";
    const sideways = event.key === "ArrowLeft" || event.key === "ArrowRight";
    const by = sideways ? (event.key === forward ? 1 : -1) : (event.key === "ArrowDown" ? 1 : -1);
    if (sideways && event.shiftKey) this.shift(card, by);
    else if (sideways) this.goSideways(card, by);
    else this.focus(this.cardsOf(card.closest("[data-column]"))[this.place(card) + by]);
  }

  shift(card, by) {
    if ("moves" in card.dataset) this.move(card, this.next(card, by, (column) => "takes" in column.dataset));
  }

  goSideways(card, by) {
    const column = this.next(card, by, (one) => this.cardsOf(one).length);
    const cards = column ? this.cardsOf(column) : [];
    this.focus(cards[Math.min(this.place(card), cards.length - 1)]);
  }

  next(card, by, isGood) {
    const all = this.columns();
    let at = all.indexOf(card.closest("[data-column]")) + by;
    while (all[at] && !isGood(all[at])) at += by;
    return all[at];
  }

  cardsOf(column) {
    return Array.from(column.querySelectorAll("[data-card]"));
  }

  place(card) {
    return this.cardsOf(card.closest("[data-column]")).indexOf(card);
  }

  focus(card) {
    card?.querySelector(".dw-board-title").focus({ preventScroll: true });
    card?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  // ---- by menu, and more cards ----

  pressed(event) {
    const opener = event.target.closest("[data-move-card]");
    if (opener) this.asked = opener.closest("[data-card]");
    const more = event.target.closest("[data-more-cards]");
    if (more) this.more(more);
  }

  chosen(event) {
    const item = event.target.closest("[data-move-to]");
    if (!item || !this.asked?.isConnected) return;
    event.currentTarget.hidePopover();
    this.move(this.asked, this.columns().find((one) => one.dataset.column === item.dataset.moveTo));
  }

  async more(button) {
    button.setAttribute("aria-busy", "true");
    try {
      const response = await fetchFragment(button.dataset.moreCards);
      if (!response.ok) throw new Error(message("server_failed"));
      const place = button.closest("li");
      const cards = Array.from(parseFragment(await response.text()).children ?? []);
      // A card that was moved here meanwhile stands there already.
      place.replaceWith(...cards.filter((one) => !one.id || !document.getElementById(one.id)));
      this.focus(cards[0]);
    } catch (error) {
      button.removeAttribute("aria-busy");
      toast({ kind: "error", text: error instanceof TypeError ? message("offline") : error.message });
    }
  }
}

attach("[data-board]", (box) => new Board(box));
attach("[data-board-by]", (select) => select.addEventListener("change", () => select.form.requestSubmit()));
