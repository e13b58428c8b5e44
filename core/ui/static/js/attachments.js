/**
 * The files of a record: dropped anywhere on its page, pasted or chosen, sent with progress, looked at in a dialog.
 *
 * A link with `data-look` opens in the dialog; what has no script gets the same as a page. `dw:attached` (detail: the
 * file) tells of each that has arrived, to the element that it was dropped on, which has `data-sending` until
 * `dw:all-attached`.
 */
import { attach } from "./attach.js";
import { element, icon, parseFragment } from "./elements.js";
import { locale, message } from "./locale.js";
import { failure, fetchFragment, sendFile, sendJson } from "./request.js";

/** The record whose files these are, where it may be changed. */
function place() {
  return document.querySelector("[data-attach]");
}

/** Sends files one after another to where `target` says, with a line each in the tray. */
export async function send(files, target) {
  const { attach: address, attachLargest: largest, attachTooLarge: tooLarge } = target.dataset;
  const kept = [];
  for (const file of files) {
    const line = tray.add(file.name);
    try {
      if (file.size > Number(largest)) throw new Error(tooLarge);
      kept.push(await sendFile(`${address}?${new URLSearchParams({ name: file.name })}`, file, (part) => line.show(part)));
      line.end();
    } catch (error) {
      line.fail(error.message);
    }
  }
  return kept;
}

/** What is under way, one line a file; a line that failed stays until it is closed. */
class Tray {
  add(name) {
    this.box ??= document.body.appendChild(element("div", { class: "dw-sending", role: "status", "aria-label": message("sending_files") }));
    const bar = element("progress", { class: "dw-sending-bar", max: "1", value: "0" });
    const line = element("div", { class: "dw-sending-line" }, element("bdi", { class: "dw-sending-name" }, name), bar);
    this.box.append(line);
    return {
      show: (part) => { bar.value = part; },
      end: () => line.remove(),
      fail: (text) => {
        const close = element("button", { class: "dw-btn dw-btn-icon", type: "button", "aria-label": message("close") }, icon(locale.sprite, "x", "dw-icon-s"));
        close.addEventListener("click", () => line.remove());
        line.classList.add("is-failed");
        bar.replaceWith(element("p", { class: "dw-error-text", role: "alert", dir: "auto" }, text), close);
      },
    };
  }
}

const tray = new Tray();

async function attachAll(files, from) {
  const target = place();
  if (!target || files.length === 0) return;
  const host = from?.closest?.("[data-takes-files]") ?? target.closest("[data-takes-files]");
  if (host) host.dataset.sending = "";
  const kept = await send(files, target);
  for (const one of kept) {
    if (host) host.dispatchEvent(new CustomEvent("dw:attached", { detail: one }));
    else toast({ text: message("file_attached", { name: one.name }) });
  }
  if (kept.length) changed();
  if (!host) return;
  delete host.dataset.sending;
  host.dispatchEvent(new CustomEvent("dw:all-attached"));
}

function changed() {
  document.dispatchEvent(new CustomEvent("dw:changed"));
}

function toast(detail) {
  document.dispatchEvent(new CustomEvent("dw:toast", { detail }));
}

/* ---- dropping and pasting ---- */

const veil = element("div", { class: "dw-drop", "aria-hidden": "true" });
let depth = 0;

function carriesFiles(event) {
  return Array.from(event.dataTransfer?.types ?? []).includes("Files");
}

function lift() {
  depth = 0;
  veil.remove();
}

document.addEventListener("dragenter", (event) => {
  if (!carriesFiles(event) || !place()) return;
  event.preventDefault();
  depth += 1;
  if (depth > 1) return;
  veil.replaceChildren(element("p", { class: "dw-drop-text" }, icon(locale.sprite, "paperclip"), message("drop_here")));
  document.body.append(veil);
});
document.addEventListener("dragover", (event) => { if (carriesFiles(event) && place()) event.preventDefault(); });
document.addEventListener("dragleave", () => { if (depth > 0 && --depth === 0) lift(); });
document.addEventListener("drop", (event) => {
  if (!carriesFiles(event) || !place()) return;
  event.preventDefault();
  lift();
  attachAll(Array.from(event.dataTransfer.files), event.target);
});
document.addEventListener("paste", (event) => {
  const files = Array.from(event.clipboardData?.files ?? []);
  if (files.length === 0 || !place() || event.target.closest?.("dialog")) return;
  event.preventDefault();
  attachAll(files, event.target);
});
document.addEventListener("change", (event) => {
  const chooser = event.target.closest?.("[data-files-choose]");
  if (!chooser) return;
  attachAll(Array.from(chooser.files), chooser).finally(() => { chooser.value = ""; });
});

/* ---- the list ---- */

attach("[data-files]", (box) => {
  const renew = async () => {
    if (!box.isConnected) return document.removeEventListener("dw:changed", renew);
    const response = await fetchFragment(box.dataset.files);
    if (response.ok && !response.redirected) box.replaceWith(parseFragment(await response.text()));
    return document.removeEventListener("dw:changed", renew);
  };
  document.addEventListener("dw:changed", renew);
});

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-file-delete]");
  if (button) remove(button);
});

async function remove(button) {
  const address = button.dataset.fileDelete;
  const name = (button.closest("[data-file]") ?? button.closest("dialog, .dw-look-page"))?.querySelector("bdi")?.textContent ?? "";
  button.setAttribute("aria-busy", "true");
  try {
    await sendJson("DELETE", address);
  } catch (error) {
    button.removeAttribute("aria-busy");
    return toast({ kind: "error", text: error.message || message("offline") });
  }
  const page = button.closest(".dw-look-page");
  if (page) return location.assign(page.dataset.back);
  look.close();
  changed();
  const undo = async () => { await sendJson("POST", `${address}/restore`); changed(); };
  return toast({ text: message("file_deleted", { name }), undo });
}

/* ---- the dialog ---- */

class Look {
  async open(href, wish) {
    const response = await fetchFragment(href);
    if (!response.ok || response.redirected) return toast({ kind: "error", text: await failure(response) });
    const content = parseFragment(await response.text());
    const name = content.querySelector("[name=name]")?.value ?? content.querySelector("img")?.alt ?? "";
    this.body ??= element("div", { class: "dw-look-grid", "data-look-place": true });
    this.title ??= element("h2", { class: "dw-heading", id: "look-title" });
    this.dialog ??= this.make();
    this.title.replaceChildren(element("bdi", {}, name));
    this.body.replaceChildren(content);
    if (!this.dialog.open) this.dialog.showModal();
    if (wish === "rename") this.body.querySelector("[name=name]")?.select();
    return null;
  }

  make() {
    const close = element("button", { class: "dw-btn dw-btn-icon", type: "button", "aria-label": message("close") }, icon(locale.sprite, "x"));
    const dialog = element("dialog", { class: "dw-look", "aria-labelledby": "look-title" },
      element("header", { class: "dw-look-head" }, this.title, close), this.body);
    close.addEventListener("click", () => this.close());
    dialog.addEventListener("click", (event) => { if (event.target === dialog) this.close(); });
    return document.body.appendChild(dialog);
  }

  close() {
    if (this.dialog?.open) this.dialog.close();
  }
}

const look = new Look();

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[data-look]");
  if (!link || event.defaultPrevented || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey) return;
  if (link.closest(".dw-look-page")) return;
  event.preventDefault();
  look.open(link.href, link.dataset.look);
});

document.addEventListener("submit", async (event) => {
  const form = event.target.closest?.("[data-file-rename]");
  if (!form) return;
  event.preventDefault();
  const wrong = form.querySelector("[data-failed]");
  wrong.hidden = true;
  try {
    await sendJson("PATCH", form.dataset.fileRename, { name: form.elements.name.value });
  } catch (error) {
    wrong.textContent = error.message || message("offline");
    wrong.hidden = false;
    return;
  }
  if (form.closest(".dw-look-page")) return location.reload();
  look.close();
  changed();
  toast({ text: message("file_renamed") });
});
