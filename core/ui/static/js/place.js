/**
 * The list a record was opened from: its address stays in this tab, so that the record's page knows the neighbours
 * by the list's order and leads back to the same filters and page.
 */
import { parseFragment } from "./elements.js";
import { fetchFragment } from "./request.js";

const key = (path) => `dw-list:${path}`;

/** Notes the list's address as a record of it is opened. */
export function rememberList(path) {
  sessionStorage.setItem(key(path), location.search);
}

/** Fills in "3 of 316" with both neighbours, and lets "back", and what deletes the record, lead to that list. */
export async function showPlace() {
  const nav = document.querySelector("[data-neighbours]");
  const backs = document.querySelectorAll("[data-back]");
  if (!nav || !backs.length) return;
  const path = new URL(backs[0].href).pathname;
  const search = sessionStorage.getItem(key(path)) ?? "";
  for (const back of backs) back.href = path + search;
  const deleting = document.querySelector(`form[action="${CSS.escape(`${location.pathname}/delete`)}"] [name=back]`);
  if (deleting) deleting.value = path + search;
  if (!nav.hidden) return; // the page came with them
  const markup = await neighbours(search) ?? await neighbours("");
  if (!markup) return;
  nav.replaceChildren(parseFragment(markup));
  nav.hidden = false;
  const small = document.querySelector("[data-bar-position]");
  if (small) small.textContent = nav.querySelector("[data-position]")?.textContent ?? "";
}

/** The piece of markup; null when the list's conditions no longer exist, or nobody answers. */
async function neighbours(search) {
  try {
    const response = await fetchFragment(`${location.pathname}/neighbours${search}`);
    return response.ok && !response.redirected ? await response.text() : null;
  } catch {
    return null;
  }
}
