/**
 * Keys by their place on the keyboard (`event.code`), so that they are the same on an Arabic or Persian layout.
 *
 * Single letters rest while somebody types, while a dialog or menu is open, and for users who switched them off
 * (WCAG 2.1.4). A shortcut is "KeyC", or two keys one after the other: "KeyG KeyC".
 */
const PAUSE = 1200; // milliseconds in which the second key must follow
const known = new Map();
let first = "";
let firstAt = 0;

export function shortcut(keys, act, { control = false, shift = false } = {}) {
  known.set(`${control ? "Control " : ""}${shift ? "Shift " : ""}${keys}`, act);
}

/** Presses the first visible element that matches; false when there is none. */
export function press(selector) {
  const found = Array.from(document.querySelectorAll(selector)).find((element) => element.checkVisibility());
  found?.click();
  return Boolean(found);
}

/** Follows the menu's entry of that name. */
export function followAddress(key) {
  const link = document.querySelector(`.dw-side [data-key="${key}"]`);
  if (link) location.assign(link.href);
  return Boolean(link);
}

function isTyping(target) {
  return target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName) && target.type !== "checkbox";
}

function isCovered() {
  return Boolean(document.querySelector("dialog[open], [popover]:popover-open"));
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.isComposing || event.altKey) return;
  const control = event.ctrlKey || event.metaKey;
  if (!control && (isTyping(event.target) || isCovered() || document.documentElement.dataset.shortcuts === "off")) return;
  const modifiers = `${control ? "Control " : ""}${event.shiftKey ? "Shift " : ""}`;
  const pair = event.timeStamp - firstAt < PAUSE ? `${first} ${event.code}` : "";
  const act = known.get(pair) ?? known.get(modifiers + event.code);
  first = control ? "" : event.code;
  firstAt = event.timeStamp;
  if (act && act(event) !== false) event.preventDefault();
});
