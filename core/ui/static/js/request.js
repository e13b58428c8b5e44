/** Asking our own server for fragments, and telling it that we did. */
import { message } from "./locale.js";

const PANEL_HEADER = "X-Diwan-Panel";
/** Fragments come in the language of the page they go into, also when its address asked for another than the user's. */
const LANGUAGE = { "X-Diwan-Language": document.documentElement.lang };

/** The token against forged posts: the page's own, since a form may outlive the session that made it. */
function csrfToken() {
  return document.querySelector("meta[name=csrf-token]")?.content ?? "";
}

/** GET of a fragment; the answer as the browser gives it. */
export function fetchFragment(address, { signal } = {}) {
  return fetch(address, { headers: { [PANEL_HEADER]: "1", ...LANGUAGE }, credentials: "same-origin", signal });
}

/** POST of a form's values; `onPage` when the form is a page of its own, so that it comes back as one. */
export function postForm(address, values, { signal, onPage = false } = {}) {
  return fetch(address, {
    method: "POST",
    body: values,
    headers: { [PANEL_HEADER]: onPage ? "page" : "1", ...LANGUAGE, "X-CSRFToken": csrfToken() },
    credentials: "same-origin",
    signal,
  });
}

/** POST of a file's bytes; the answer as an object. Throws an Error with a sentence for the user when it is refused. */
export async function postFile(address, file) {
  const response = await fetch(address, {
    method: "POST",
    body: file,
    headers: { "Content-Type": "application/octet-stream", Accept: "application/json", ...LANGUAGE, "X-CSRFToken": csrfToken() },
    credentials: "same-origin",
  });
  if (response.ok && isJson(response)) return response.json();
  throw new Error(await failure(response));
}

/** The same, telling how far it has come: `progress(0…1)`. */
export function sendFile(address, file, progress) {
  return new Promise((resolve, reject) => {
    const sender = new XMLHttpRequest();
    sender.open("POST", address);
    const headers = { "Content-Type": "application/octet-stream", Accept: "application/json", ...LANGUAGE, "X-CSRFToken": csrfToken() };
    for (const [name, value] of Object.entries(headers)) sender.setRequestHeader(name, value);
    sender.upload.addEventListener("progress", (event) => { if (event.lengthComputable) progress(event.loaded / event.total); });
    sender.addEventListener("error", () => reject(new Error(message("offline"))));
    sender.addEventListener("load", async () => {
      const type = sender.getResponseHeader("Content-Type") ?? "";
      const answer = new Response(sender.responseText, { status: sender.status, headers: { "Content-Type": type } });
      if (answer.ok && isJson(answer)) resolve(await answer.json());
      else reject(new Error(await failure(answer)));
    });
    sender.send(file);
  });
}

/** POST of JSON; the answer as an object. Throws an Error with a sentence for the user when it is refused. */
export function postJson(address, values) {
  return sendJson("POST", address, values);
}

/** The same with any method; null where there is nothing to answer. */
export async function sendJson(method, address, values) {
  const response = await fetch(address, {
    method,
    body: values === undefined ? undefined : JSON.stringify(values),
    headers: { "Content-Type": "application/json", Accept: "application/json", ...LANGUAGE, "X-CSRFToken": csrfToken() },
    credentials: "same-origin",
  });
  if (response.status === 204) return null;
  if (response.ok && isJson(response)) return response.json();
  throw new Error(await failure(response));
}

export function isJson(response) {
  return /\bjson\b/.test(response.headers.get("Content-Type") ?? "");
}

/** True when the session ended: 401, or the log-in page instead of what was asked for. */
export function needsLogin(response) {
  return response.status === 401 || (response.redirected && new URL(response.url).pathname === "/login");
}

/** Why the server did not do it, as a sentence: its own when it gives one (RFC 9457), else ours by status. */
export async function failure(response) {
  if (needsLogin(response)) return message("session_ended");
  if (isJson(response)) {
    const problem = await response.json();
    const texts = Object.values(problem.errors ?? {}).flat();
    if (texts.length || problem.detail || problem.title) return texts.join(" ") || problem.detail || problem.title;
  }
  return message(response.status === 403 ? "access_denied" : "server_failed");
}
