/** Keys inside menus, and a place for popovers in browsers that cannot anchor them. */
const canAnchor = CSS.supports("position-area", "block-end");
let opener = null;

document.addEventListener("click", (event) => {
  opener = event.target.closest?.("[popovertarget]") ?? opener;
}, true);

document.addEventListener("toggle", (event) => {
  const menu = event.target;
  if (!menu.matches?.(".dw-menu, .dw-popover")) return;
  const buttons = document.querySelectorAll(`[popovertarget="${CSS.escape(menu.id)}"]`);
  for (const button of buttons) button.setAttribute("aria-expanded", String(event.newState === "open"));
  if (event.newState !== "open") return;
  if (!canAnchor) place(menu);
  focusInside(menu);
}, true);

function focusInside(menu) {
  if (menu.contains(document.activeElement)) return;
  const target = menu.querySelector("[autofocus], [aria-current=true], [aria-checked=true]") ?? items(menu)[0] ??
    menu.querySelector("select:not(.tomselected), input:not([type=hidden]), button, a[href]");
  target?.focus({ preventScroll: true });
}

/** Under its button, on the side where there is room. */
function place(menu) {
  const button = opener?.getBoundingClientRect() ?? { left: 8, right: 8, bottom: 8 };
  const { offsetWidth: width, offsetHeight: height } = menu;
  const isRtl = getComputedStyle(menu).direction === "rtl";
  const wanted = isRtl ? button.right - width : button.left;
  const across = Math.max(8, Math.min(wanted, innerWidth - width - 8));
  const down = Math.max(8, Math.min(button.bottom + 4, innerHeight - height - 8));
  menu.style.setProperty("inset", `${down}px auto auto ${across}px`);
}

function items(menu) {
  return Array.from(menu.querySelectorAll(".dw-menu-item")).filter((item) => item.checkVisibility());
}

document.addEventListener("keydown", (event) => {
  const menu = event.target.closest?.(".dw-menu");
  if (!menu || !event.target.matches(".dw-menu-item")) return;
  const all = items(menu);
  const at = all.indexOf(event.target);
  const next = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 }[event.key];
  if (next === undefined) return;
  event.preventDefault();
  all[(next + all.length) % all.length].focus();
});
