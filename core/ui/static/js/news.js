/**
 * What others do while a page is open: the figure at the bell, and the list or record that changed meanwhile.
 *
 * The server is asked while somebody looks at the page: every two seconds, more rarely once nobody has moved for a
 * while, and not at all behind another tab. A list that nobody is busy with is drawn anew at once; else a line says
 * what is new, and shows it when asked to.
 */
import { element, icon } from "./elements.js";
import { locale, message } from "./locale.js";
import { showUnread } from "./notices.js";
import { fetchFragment } from "./request.js";

const EVERY = 2000;
const RESTING = 6000;
const SOON = 60_000;

const place = document.querySelector("[data-live-since]");
let since = place?.dataset.liveSince ?? "";
let touched = Date.now();
let timer = 0;
let told = "";
let latest = since;

function later(wait = Date.now() - touched > SOON ? RESTING : EVERY) {
  clearTimeout(timer);
  timer = setTimeout(look, wait);
}

async function look() {
  if (document.hidden) return;
  let wait;
  try {
    const asked = new URLSearchParams({ since, at: location.pathname });
    const response = await fetchFragment(`/live?${asked}`);
    if (response.redirected || response.status === 401) return;
    wait = response.ok ? undefined : 1000 * Number(response.headers.get("Retry-After") || 30);
    if (response.ok) show(await response.json());
  } catch {
    wait = 5 * EVERY;
  }
  later(wait);
}

function show(news) {
  latest = news.seq;
  showUnread(news.unread);
  if (!news.text) {
    since = latest;
    return;
  }
  if (document.getElementById("list") && !isBusy()) {
    drawAnew();
  } else if (news.text !== told) {
    told = news.text;
    say(news.text);
  }
}

/** Nothing moves away from under a hand, a keyboard or a question. */
function isBusy() {
  const list = document.getElementById("list");
  const pointed = matchMedia("(hover: hover)").matches && list.querySelector("[data-rows]:hover");
  const picked = list.querySelector("input[name=id]:checked");
  const open = document.querySelector("dialog[open], [popover]:popover-open");
  return Boolean(pointed || picked || open || list.contains(document.activeElement) || !document.getSelection().isCollapsed);
}

function drawAnew() {
  document.querySelector("[data-news]")?.remove();
  told = "";
  since = latest;
  if (document.getElementById("list")) document.dispatchEvent(new CustomEvent("dw:saved", { cancelable: true, detail: { id: "" } }));
  else location.reload();
}

function say(text) {
  document.querySelector("[data-news]")?.remove();
  const button = element("button", { class: "dw-btn", type: "button" }, message("show_news"));
  button.addEventListener("click", drawAnew);
  document.getElementById("content")?.prepend(element("div", { class: "dw-news", role: "status", "data-news": true },
    icon(locale.sprite, "refresh"), element("p", { dir: "auto" }, text), button));
}

if (place) {
  for (const name of ["pointermove", "keydown", "scroll"]) addEventListener(name, () => { touched = Date.now(); }, { passive: true, capture: true });
  document.addEventListener("visibilitychange", () => { if (!document.hidden) later(0); });
  later();
}
