/** The bell: its panel is asked for when it opens, and what one has read is told to the server without leaving. */
import { attach } from "./attach.js";
import { parseFragment } from "./elements.js";
import { message } from "./locale.js";
import { fetchFragment, isJson, postForm } from "./request.js";

/** The figure at the bell: text in the reader's digits, empty for none. */
export function showUnread(figure, at = "[data-unread]") {
  for (const place of document.querySelectorAll(at)) {
    place.querySelector("[data-unread-figure]").textContent = figure;
    place.hidden = figure === "";
  }
}

attach("[data-notices]", (panel) => {
  panel.addEventListener("toggle", (event) => {
    if (event.newState === "open") load(panel);
  });
});

async function load(panel) {
  try {
    const response = await fetchFragment(panel.dataset.notices);
    if (!response.ok || response.redirected) throw new Error();
    const fresh = parseFragment(await response.text());
    panel.replaceChildren(fresh);
    (panel.querySelector("[data-notice-link]") ?? panel.querySelector("a, button"))?.focus({ preventScroll: true });
  } catch {
    panel.textContent = message(navigator.onLine ? "server_failed" : "offline");
  }
}

document.addEventListener("submit", async (event) => {
  const form = event.target.closest("[data-notice-read], [data-notices-read]");
  if (!form) return;
  event.preventDefault();
  const response = await postForm(form.action, new FormData(form)).catch(() => null);
  if (!response?.ok || !isJson(response)) {
    form.submit();
    return;
  }
  showUnread((await response.json()).unread);
  const one = form.closest("[data-notice]");
  const read = one ? [one] : [...form.parentElement.parentElement.querySelectorAll("[data-notice]")];
  (one?.querySelector("[data-notice-link]") ?? form.parentElement.parentElement.querySelector("a"))?.focus();
  for (const notice of read) markRead(notice);
  if (!one) form.remove();
});

/** What is done about a notice from the bell leaves the page as it is, and says in its place what came of it. */
document.addEventListener("submit", async (event) => {
  const form = event.target;
  const choice = form.closest("[data-notice-acts]");
  if (!choice) return;
  event.preventDefault();
  const response = await postForm(form.action, new FormData(form)).catch(() => null);
  if (!response?.ok || !isJson(response)) {
    form.submit();
    return;
  }
  const { unread, said } = await response.json();
  showUnread(unread);
  const notice = choice.closest("[data-notice]");
  const done = Object.assign(document.createElement("p"), { className: "dw-meta", textContent: said });
  done.setAttribute("role", "status");
  choice.replaceWith(done);
  markRead(notice);
  notice.querySelector("[data-notice-link]")?.focus();
});

/** Opening what a notice leads to reads it; the browser sends that while the page goes. */
document.addEventListener("click", (event) => {
  const notice = event.target.closest?.("[data-notice-link]")?.closest("[data-notice].is-unread");
  const form = notice?.querySelector("[data-notice-read]");
  if (!form) return;
  fetch(form.action, { method: "POST", body: new FormData(form), credentials: "same-origin", keepalive: true, redirect: "manual" }).catch(() => {});
  if (event.ctrlKey || event.metaKey) markRead(notice);
});

/** Arrow keys go through the list, as in a menu. */
document.addEventListener("keydown", (event) => {
  const link = event.target.closest?.("[data-notice-link]");
  if (!link || !["ArrowDown", "ArrowUp"].includes(event.key)) return;
  const all = [...link.closest("ul").querySelectorAll("[data-notice-link]")];
  event.preventDefault();
  all[(all.indexOf(link) + (event.key === "ArrowDown" ? 1 : -1) + all.length) % all.length].focus();
});

function markRead(notice) {
  notice.classList.remove("is-unread");
  notice.querySelector("[data-notice-read]")?.remove();
  for (const word of notice.querySelectorAll("[data-notice-new]")) word.remove();
}
