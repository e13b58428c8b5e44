/**
 * The question before an act that cannot simply be undone: `<form data-confirm="Delete invoice?" data-confirm-text="…"
 * data-confirm-label="Delete" data-confirm-danger>`. The safe button has the focus.
 */

/** Resolves to true when the user says yes. */
export function ask({ title, text = "", label, danger = false }) {
  const dialog = document.getElementById("confirm");
  const yes = dialog.querySelector("[data-yes]");
  dialog.querySelector("#confirm-title").textContent = title;
  dialog.querySelector("#confirm-text").textContent = text;
  dialog.querySelector("#confirm-text").hidden = !text;
  yes.textContent = label;
  yes.classList.toggle("dw-btn-fill", !danger);
  yes.classList.toggle("dw-btn-danger", danger);
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true });
  });
}

document.addEventListener("submit", async (event) => {
  const form = event.target.closest("form[data-confirm]");
  if (!form || form.dataset.confirmed === "yes") return;
  event.preventDefault();
  const { confirm: title, confirmText: text, confirmLabel: label } = form.dataset;
  if (!(await ask({ title, text, label, danger: form.hasAttribute("data-confirm-danger") }))) return;
  form.dataset.confirmed = "yes";
  form.requestSubmit(event.submitter);
}, true);
