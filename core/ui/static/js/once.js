/** What is shown once: copied, or printed. A list is copied line by line. */
document.addEventListener("click", async (event) => {
  const button = event.target.closest?.("[data-copy], [data-print]");
  if (!button) return;
  if (button.matches("[data-print]")) {
    window.print();
    return;
  }
  const source = document.getElementById(button.dataset.copy);
  const lines = [...source.querySelectorAll("li")].map((line) => line.textContent.trim());
  const copied = await write(source, lines.length ? lines.join("\n") : source.textContent.trim());
  if (copied) button.querySelector("span").textContent = button.dataset.copied;
});

/** Browsers allow it only over https and on this very machine; elsewhere the text is selected, to be copied by hand. */
async function write(source, text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    getSelection().selectAllChildren(source);
    return false;
  }
}
