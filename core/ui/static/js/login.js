/** Shows and hides the password. */
import "./toast.js";

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-show-password]");
  if (!button) return;
  const input = document.getElementById(button.getAttribute("aria-controls"));
  const shown = input.type === "password";
  input.type = shown ? "text" : "password";
  button.setAttribute("aria-pressed", String(shown));
  const use = button.querySelector("use");
  use.setAttribute("href", use.getAttribute("href").replace(/#.*/, shown ? "#eye-off" : "#eye"));
  input.focus();
});
