/** The frame of every page: menus, theme, connection, tokens for htmx, and the modules that any page may need. */
import "./confirm.js";
import "./help.js";
import "./menus.js";
import "./news.js";
import "./notices.js";
import "./once.js";
import "./panel.js";
import "./return.js";
import "./search.js";
import "./toast.js";
import { message } from "./locale.js";
import { followAddress, press, shortcut } from "./shortcuts.js";

const root = document.documentElement;

document.addEventListener("click", (event) => {
  const pressed = event.target.closest?.("[data-open-search], [data-open-keys]");
  if (!pressed) return;
  if (pressed.matches("[data-open-search]")) openSearch();
  else document.getElementById("keys").showModal();
});

function openSearch() {
  const form = document.querySelector("[data-global-search]");
  form?.classList.add("dw-open");
  form?.querySelector("input").select();
}

document.addEventListener("click", (event) => {
  const item = event.target.closest?.("[data-print]");
  if (!item) return;
  item.closest("[popover]")?.hidePopover();
  print();
});

/** Paper is white, whatever the theme. */
let theme = "";
window.addEventListener("beforeprint", () => {
  theme = root.dataset.bsTheme;
  root.dataset.bsTheme = "light";
});
window.addEventListener("afterprint", () => { root.dataset.bsTheme = theme; });

/** The theme changes at once; the server only has to remember it. */
document.addEventListener("submit", (event) => {
  const form = event.target.closest("[data-theme-switch]");
  if (!form) return;
  event.preventDefault();
  const button = form.querySelector("button");
  const theme = button.value;
  const body = new FormData(form, button);
  root.setAttribute("data-bs-theme", theme);
  button.value = theme === "dark" ? "light" : "dark";
  button.setAttribute("aria-pressed", String(theme === "dark"));
  const use = button.querySelector("use");
  use.setAttribute("href", use.getAttribute("href").replace(/#.*/, theme === "dark" ? "#sun" : "#moon"));
  fetch(form.action, { method: "POST", body, credentials: "same-origin", redirect: "manual" }).catch(() => {});
});

/** A form that is good for one time is sent once, however fast the button is clicked. The mark is of its own: a form
 * that keeps itself from being sent twice, such as that of an import, has set another one by now. */
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || !form.elements.form_id) return;
  if (form.dataset.onItsWay) event.preventDefault();
  form.dataset.onItsWay = "yes";
  setTimeout(() => { delete form.dataset.onItsWay; }, 3000);
});

/** Whatever a narrow column cuts off is read whole by whoever points at it. */
document.addEventListener("pointerover", (event) => {
  const cut = event.target.closest?.(".dw-cut");
  const loses = cut && (cut.scrollWidth > cut.clientWidth || cut.scrollHeight > cut.clientHeight + 2);
  if (loses && !cut.title) cut.title = cut.textContent;
});

/** The menu of settings is longer than a phone is wide, and than a low window is high. */
document.querySelector(".dw-second [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });

function showConnection() {
  const bar = document.querySelector("[data-offline]");
  if (bar) bar.hidden = navigator.onLine;
}

addEventListener("online", showConnection);
addEventListener("offline", showConnection);
showConnection();

/** The browser's own bubble about an empty field speaks its own language, which need not be that of the page. */
document.addEventListener("invalid", ({ target }) => {
  if (!target.validity.valueMissing) return;
  const field = target.labels?.[0]?.textContent.trim() || target.getAttribute("aria-label") || "";
  target.setCustomValidity(field ? message("field_required", { field: field.replace(/\s*\*$/, "") }) : "");
}, true);

for (const kind of ["input", "change"]) {
  document.addEventListener(kind, ({ target }) => { if (target.validity?.customError) target.setCustomValidity(""); }, true);
}

document.addEventListener("htmx:config:request", (event) => {
  event.detail.ctx.request.headers["X-CSRFToken"] = document.querySelector("meta[name=csrf-token]").content;
});

document.addEventListener("htmx:before:request", (event) => mark(event, true));
document.addEventListener("htmx:finally:request", (event) => mark(event, false));

/** The region that is being replaced says so, and dims if it takes long. */
function mark(event, busy) {
  const region = document.getElementById(event.detail.ctx.target?.id ?? "");
  region?.classList.toggle("htmx-request", busy);
  region?.setAttribute("aria-busy", String(busy));
}

/** An answer that is no page of ours (no session, no right, no connection) is shown by going there. */
document.addEventListener("htmx:before:swap", (event) => {
  const { ctx } = event.detail;
  if (ctx.response.status < 400 && !ctx.response.raw.redirected) return;
  if (ctx.request.method !== "GET") return;
  event.preventDefault();
  location.assign(ctx.request.action);
});

shortcut("KeyK", openSearch, { control: true });
shortcut("Slash", () => document.getElementById("keys").showModal(), { shift: true });
// A settings page with a search of its own, such as that of the modules; a list has its own way (list.js).
const find = document.querySelector(".dw-settings-head [role=search] input");
if (find) shortcut("Slash", () => find.select());
shortcut("KeyC", () => press("[data-create]"));
shortcut("KeyE", () => press("[data-edit]"));
shortcut("KeyG KeyD", () => followAddress("dashboard"));
shortcut("KeyG KeyC", () => followAddress("contacts.contact"));
shortcut("KeyG KeyO", () => followAddress("sales.opportunity"));
shortcut("KeyG KeyI", () => followAddress("inbox"));
shortcut("KeyG KeyT", () => followAddress("activities.activity"));
