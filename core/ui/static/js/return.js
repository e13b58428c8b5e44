/**
 * Whoever changes the language comes back to where he was: to the same address, also that of a form in the panel,
 * with what he had typed in its place (see drafts.js) and the parts of the page scrolled as they were.
 */
const KEY = "dw-return";
const parts = () => [...document.querySelectorAll(".dw-scroll, .dw-form-body, .dw-table-box, .dw-record-body, .dw-record")];

document.addEventListener("submit", (event) => {
  const form = event.target.closest?.("[data-return]");
  if (!form) return;
  const here = location.pathname + location.search;
  form.elements.next.value = here;
  sessionStorage.setItem(KEY, JSON.stringify({ here, tops: parts().map((part) => part.scrollTop) }));
});

const kept = JSON.parse(sessionStorage.getItem(KEY));
sessionStorage.removeItem(KEY);

/** Whether this page is the one that was left a moment ago, in another language. */
export const isReturn = kept?.here === location.pathname + location.search;

if (isReturn) {
  addEventListener("load", () => parts().forEach((part, place) => { part.scrollTop = kept.tops[place] ?? 0; }),
    { once: true });
}
