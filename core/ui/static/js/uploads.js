/**
 * A field for a file (templates/forms/fields.html): what is chosen is sent at once, and the form carries the ticket.
 *
 * While it is under way the form cannot be saved: it would go without the file.
 */
import { attach } from "./attach.js";
import { message } from "./locale.js";
import { postFile } from "./request.js";

class Upload {
  constructor(box) {
    this.box = box;
    this.chooser = box.querySelector("input[type=file]");
    this.value = box.querySelector("[data-upload-value]");
    this.name = box.querySelector("[data-upload-name]");
    this.state = box.querySelector("[data-upload-state]");
    this.remove = box.querySelector("[data-upload-remove]");
    this.chooser.addEventListener("change", () => this.send(this.chooser.files[0]));
    this.remove.addEventListener("click", () => this.set("", ""));
  }

  async send(file) {
    if (!file) return;
    this.say(this.box.dataset.sending);
    this.hold(true);
    try {
      const [path, query = ""] = this.box.dataset.upload.split("?");
      const address = `${path}?${new URLSearchParams([...new URLSearchParams(query), ["name", file.name]])}`;
      const kept = await postFile(address, file);
      this.set(kept.upload, kept.name);
    } catch (error) {
      this.chooser.value = "";
      this.say(error instanceof TypeError ? message("offline") : error.message);
    } finally {
      this.hold(false);
    }
  }

  set(ticket, name) {
    this.value.value = ticket;
    this.name.querySelector("bdi").textContent = name;
    this.name.hidden = !name;
    this.remove.hidden = !name || this.chooser.required;
    if (!ticket) this.chooser.value = "";
    this.say("");
    this.value.dispatchEvent(new Event("change", { bubbles: true }));
  }

  hold(busy) {
    for (const button of this.box.closest("form")?.querySelectorAll("[type=submit]") ?? []) button.disabled = busy;
  }

  say(text) {
    this.state.textContent = text;
    this.state.hidden = !text;
  }
}

attach("[data-upload]", (box) => new Upload(box));
