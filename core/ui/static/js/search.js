/** The search in the top bar: what is found hangs under it while typing; arrows choose, Enter opens. */
import { parseFragment } from "./elements.js";

const DELAY = 180;
const form = document.querySelector("[data-global-search]");
const input = form?.querySelector("input[name=q]");
const results = form?.querySelector(".dw-results");
let timer = 0;
let running = null;

function hits() {
  return Array.from(results.querySelectorAll("[role=option]"));
}

function choose(hit) {
  for (const other of hits()) other.setAttribute("aria-selected", String(other === hit));
  if (hit) input.setAttribute("aria-activedescendant", hit.id);
  else input.removeAttribute("aria-activedescendant");
  hit?.scrollIntoView({ block: "nearest" });
}

function close() {
  clearTimeout(timer);
  running?.abort();
  results.replaceChildren();
  input.setAttribute("aria-expanded", "false");
  choose(null);
}

async function find() {
  running?.abort();
  const words = input.value.trim();
  if (!words) return close();
  running = new AbortController();
  const { signal } = running;
  try {
    const address = `${form.action}?${new URLSearchParams({ q: words })}`;
    const response = await fetch(address, { headers: { "HX-Request": "true" }, credentials: "same-origin", signal });
    if (!response.ok || response.redirected) return location.assign(address);
    results.replaceChildren(parseFragment(await response.text()));
    hits().forEach((hit, index) => { hit.id = `hit-${index}`; });
    input.setAttribute("aria-expanded", "true");
    choose(hits()[0] ?? null);
  } catch (error) {
    if (error.name !== "AbortError") close();
  }
  return undefined;
}

function key(event) {
  const all = hits();
  const at = all.findIndex((hit) => hit.getAttribute("aria-selected") === "true");
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    const step = event.key === "ArrowDown" ? 1 : -1;
    choose(all[(at + step + all.length) % all.length] ?? null);
  } else if (event.key === "Enter" && all[at]) {
    event.preventDefault();
    all[at].click();
  } else if (event.key === "Escape") {
    close();
    form.classList.remove("dw-open");
    input.blur();
  }
}

if (form) {
  input.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(find, DELAY); });
  input.addEventListener("focus", () => { if (input.value.trim() && !hits().length) find(); });
  input.addEventListener("keydown", key);
  document.addEventListener("pointerdown", (event) => {
    if (form.contains(event.target)) return;
    close();
    form.classList.remove("dw-open");
  });
}
