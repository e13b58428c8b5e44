/** Dragging a line to another place among its like, with a mouse, a pen or a finger. */

/**
 * Follows the pointer that took `item` until it is let go. `put(over, isBehind)` moves it before or behind the line
 * `over` of `selector` in `list`; `done()` is called once at the end.
 */
export function drag(item, list, selector, put, done) {
  const follow = (event) => {
    const over = document.elementFromPoint(event.clientX, event.clientY)?.closest(selector);
    if (!over || over === item || !list.contains(over)) return;
    const box = over.getBoundingClientRect();
    put(over, event.clientY > box.top + box.height / 2);
  };
  const drop = () => {
    item.classList.remove("is-dragged");
    for (const name of ["pointerup", "pointercancel"]) document.removeEventListener(name, drop);
    document.removeEventListener("pointermove", follow);
    done();
  };
  item.classList.add("is-dragged");
  document.addEventListener("pointermove", follow);
  for (const name of ["pointerup", "pointercancel"]) document.addEventListener(name, drop);
}
