/**
 * Notifications of the browser itself, for whoever has a tab of ours open behind others: by choice, in this browser.
 *
 * The server is asked for the text, in the reader's language and by his rights; in his quiet hours it has none.
 */
import { attach } from "./attach.js";
import { fetchFragment } from "./request.js";

const KEY = "diwan-alerts";
const TOLD = "diwan-alerts-told";

/** Whether this browser was asked to tell, and lets us. */
export function areWanted() {
  try {
    return localStorage.getItem(KEY) === "on" && window.Notification?.permission === "granted";
  } catch {
    return false;
  }
}

/** Tells of what came just now, once for all tabs. */
export async function tellNewest() {
  const response = await fetchFragment("/notices/newest").catch(() => null);
  if (!response?.ok || response.redirected) return;
  const [notice] = await response.json();
  if (!notice || Number(localStorage.getItem(TOLD)) >= notice.id) return;
  localStorage.setItem(TOLD, notice.id);
  try {
    const { lang, dir } = document.documentElement;
    const made = new Notification(notice.text, { tag: `diwan-${notice.id}`, lang, dir });
    made.addEventListener("click", () => {
      made.close();
      window.focus();
      if (notice.href) location.assign(notice.href);
    });
  } catch {
    // A browser that shows them for installed sites only: the bell tells.
  }
}

attach("[data-alerts]", (section) => {
  if (!window.Notification || !navigator.locks) return;
  const box = section.querySelector("[data-alerts-wanted]");
  const refused = section.querySelector("[data-alerts-refused]");
  section.hidden = false;
  box.checked = areWanted();
  box.addEventListener("change", async () => {
    const isAllowed = !box.checked || (await Notification.requestPermission()) === "granted";
    refused.hidden = isAllowed;
    box.checked = box.checked && isAllowed;
    localStorage.setItem(KEY, box.checked ? "on" : "off");
  });
});
