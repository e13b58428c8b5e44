/**
 * What others do while a page is open: the figure at the bell, and the list or record that changed meanwhile.
 *
 * A page that somebody looks at has a stream, which tells it (core/ops/streams). Where there is none, it asks: every
 * two seconds, more rarely once nobody has moved for a while. Behind another tab it does neither, but for one tab where
 * the browser is to tell of what comes. A list or a record
 * that nobody is busy with is drawn anew at once; else a line says what is new, and shows it when asked to.
 */
import { areWanted, tellNewest } from "./alerts.js";
import { element, icon } from "./elements.js";
import { locale, message } from "./locale.js";
import { showUnread } from "./notices.js";
import { fetchFragment } from "./request.js";

const EVERY = 2000;
const RESTING = 6000;
const SOON = 60_000;
const REFUSED = "diwan-stream-refused";
const REFUSED_FOR = 300_000;

const place = document.querySelector("[data-live-since]");
let since = place?.dataset.liveSince ?? "";
let touched = Date.now();
let timer = 0;
let told = "";
let latest = since;
let stream = null;
let unread = null;
let watching = null;

// ---- hearing ----

function follow() {
  leave();
  if (document.hidden) return watch();
  if (place.dataset.liveStream && window.EventSource && !wasRefused()) listen();
  later();
}

/** One tab of all that are behind others goes on hearing. */
function watch() {
  if (!areWanted() || !navigator.locks || !place.dataset.liveStream || wasRefused()) return;
  watching = new AbortController();
  const { signal } = watching;
  navigator.locks.request("diwan-alerts", { signal }, () => {
    listen();
    return new Promise((resolve) => signal.addEventListener("abort", resolve));
  }).catch(() => {});
}

function leave() {
  watching?.abort();
  watching = null;
  clearTimeout(timer);
  stream?.close();
  stream = null;
}

/** Until it has begun, and whenever it breaks off, the page asks. */
function listen() {
  const asked = new URLSearchParams({ since, at: location.pathname, lang: document.documentElement.lang });
  let hasBegun = false;
  stream = new EventSource(`${place.dataset.liveStream}?${asked}`, { withCredentials: true });
  stream.addEventListener("open", () => {
    hasBegun = true;
    clearTimeout(timer);
  });
  stream.addEventListener("message", (event) => show(JSON.parse(event.data)));
  stream.addEventListener("error", ({ target }) => {
    if (target !== stream) return;
    if (target.readyState === EventSource.CLOSED && !hasBegun) refuse();
    later();
  });
}

/** A server without streams, or one that has enough of them, is not asked again with every page. */
function refuse() {
  try {
    sessionStorage.setItem(REFUSED, String(Date.now()));
  } catch {
    // Nothing is kept here: the next page tries again.
  }
}

function wasRefused() {
  try {
    return Date.now() - Number(sessionStorage.getItem(REFUSED)) < REFUSED_FOR;
  } catch {
    return false;
  }
}

// ---- asking ----

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
    if (response.redirected || response.status === 401) return leave();
    wait = response.ok ? undefined : 1000 * Number(response.headers.get("Retry-After") || 30);
    if (response.ok) show(await response.json());
  } catch {
    wait = 5 * EVERY;
  }
  if (stream?.readyState !== EventSource.OPEN) later(wait);
}

// ---- showing ----

function show(news) {
  showUnread(news.unread);
  showUnread(news.chat ?? "", "[data-chat-unread]");
  document.dispatchEvent(new CustomEvent("dw:news", { detail: news }));
  if (unread !== null && news.unread && news.unread !== unread && areWanted() && !document.hasFocus()) tellNewest();
  unread = news.unread;
  // What changed meanwhile is told anew when somebody looks again.
  if (document.hidden) return;
  latest = news.seq;
  if (!news.text) {
    since = latest;
    return;
  }
  if (shown() && !isBusy(shown())) {
    drawAnew(news.text);
  } else if (news.text !== told) {
    tell(news.text);
  }
}

function shown() {
  return document.querySelector("#list, [data-record]");
}

/** Nothing moves away from under a hand, a keyboard or a question. */
function isBusy(area) {
  const pointed = matchMedia("(hover: hover)").matches && area.querySelector("[data-rows]:hover");
  const picked = area.querySelector("input[name=id]:checked");
  const open = document.querySelector("dialog[open], [popover]:popover-open");
  const edited = area.querySelector("[data-inline] form, .is-carrying, .leaflet-popup");
  // On a record's page a button keeps the focus when it is drawn anew; in a list the row may go elsewhere.
  const focused = area.querySelector(area.id === "list" ? ":focus" : ":is(input, textarea, select):focus");
  return Boolean(pointed || picked || open || edited || focused || !document.getSelection().isCollapsed);
}

/**
 * What is drawn is new up to the last change that was told; later ones are told anew. With the `text` of what is new,
 * whoever has begun something while it was fetched keeps it, and is told.
 */
function drawAnew(text) {
  document.querySelector("[data-news]")?.remove();
  told = "";
  since = latest;
  const area = shown();
  if (!area) location.reload();
  else if (area.id === "list") document.dispatchEvent(new CustomEvent("dw:saved", { cancelable: true, detail: { id: "" } }));
  else document.dispatchEvent(new CustomEvent("dw:outdated", { detail: { isHeld: () => text && isBusy(area) && tell(text) } }));
  if (stream) follow();
}

function tell(text) {
  told = text;
  say(text);
  return true;
}

function say(text) {
  document.querySelector("[data-news]")?.remove();
  const button = element("button", { class: "dw-btn", type: "button" }, message("show_news"));
  button.addEventListener("click", () => drawAnew(""));
  document.getElementById("content")?.prepend(element("div", { class: "dw-news", role: "status", "data-news": true },
    icon(locale.sprite, "refresh"), element("p", { dir: "auto" }, text), button));
}

if (place) {
  for (const name of ["pointermove", "keydown", "scroll"]) addEventListener(name, () => { touched = Date.now(); }, { passive: true, capture: true });
  document.addEventListener("visibilitychange", follow);
  addEventListener("pagehide", leave);
  addEventListener("pageshow", (event) => { if (event.persisted) follow(); });
  follow();
}
