/**
 * Help beside the page: what `a[data-help]` leads to opens in a side panel, and F1 asks for it anywhere.
 *
 * The panel is a modal <dialog> over whatever is open, a form included, and leaves the address bar alone. On the phone
 * the links lead to pages, as they do without scripts.
 */
import { element, parseFragment } from "./elements.js";
import { message } from "./locale.js";
import { failure, fetchFragment, isJson, needsLogin, postForm } from "./request.js";

const phone = matchMedia("(max-width: 767px)");
const host = element("div", { class: "dw-panel-host" });
const dialog = element("dialog", { class: "dw-panel dw-help-dialog", "aria-labelledby": "help-title" }, host);
let asked = "";

async function open(href) {
  asked = href;
  try {
    const response = await fetchFragment(href);
    if (!response.ok || needsLogin(response)) throw new Error();
    const fresh = parseFragment(await response.text());
    if (asked !== href) return;
    host.replaceChildren(fresh);
    if (!dialog.isConnected) document.body.append(dialog);
    if (!dialog.open) dialog.showModal();
    (host.querySelector("textarea") ?? host.querySelector("#help-title"))?.focus();
  } catch {
    location.assign(href);
  }
}

document.addEventListener("click", (event) => {
  if (event.target === dialog || event.target.closest?.(".dw-help-dialog [data-close]")) {
    event.preventDefault();
    dialog.close();
    return;
  }
  const link = event.target.closest?.("a[data-help]");
  if (!link || phone.matches || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey) return;
  if (!dialog.contains(link) && /^\/(help|feedback)\b/.test(location.pathname)) return;
  event.preventDefault();
  link.closest("[popover]")?.hidePopover();
  open(link.href);
});

document.addEventListener("keydown", (event) => {
  if (event.code !== "F1" || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  const href = `/help?from=${encodeURIComponent(location.pathname)}`;
  if (phone.matches) location.assign(href);
  else if (!dialog.open) open(href);
});

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!dialog.contains(form)) return;
  if (form.matches("[data-help-search]")) {
    event.preventDefault();
    open(`${form.action}?${new URLSearchParams(new FormData(form))}`);
  } else if (form.matches("[data-feedback]")) {
    event.preventDefault();
    await send(form);
  }
});

async function send(form) {
  let text = message("server_failed");
  try {
    const response = await postForm(form.action, new FormData(form));
    if (response.ok && isJson(response)) {
      dialog.close();
      say("success", (await response.json()).message);
      return;
    }
    text = await failure(response);
    if (response.status === 422) return tellWrong(form, text);
  } catch {
    text = message("not_saved_offline");
  }
  say("error", text);
}

/** What is wrong with the text stands below it. */
function tellWrong(form, text) {
  const place = form.querySelector("#feedback-error");
  const input = form.elements.text;
  place.querySelector("[data-text]").textContent = text;
  place.hidden = false;
  input.setAttribute("aria-invalid", "true");
  input.focus();
}

function say(kind, text) {
  document.dispatchEvent(new CustomEvent("dw:toast", { detail: { kind, text } }));
}

/** What cannot be known on the server. */
document.addEventListener("submit", (event) => {
  const field = event.target.querySelector?.("[data-window]");
  if (field) field.value = `${innerWidth}×${innerHeight}`;
}, true);
