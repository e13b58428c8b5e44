/** Gives elements their behaviour as they enter the page, however they got there: first load, htmx, panel. */

const behaviours = [];
const done = new WeakMap();

/** Calls `setUp(element)` once for each element that matches `selector`, now and later. */
export function attach(selector, setUp) {
  const behaviour = { selector, setUp };
  behaviours.push(behaviour);
  run(behaviour, document);
}

function run(behaviour, root) {
  if (root instanceof Element && root.matches(behaviour.selector)) start(behaviour, root);
  for (const element of root.querySelectorAll(behaviour.selector)) start(behaviour, element);
}

function start(behaviour, element) {
  const before = done.get(element) ?? new Set();
  if (before.has(behaviour)) return;
  done.set(element, before.add(behaviour));
  behaviour.setUp(element);
}

new MutationObserver((changes) => {
  for (const change of changes) {
    for (const node of change.addedNodes) {
      if (node.nodeType === Node.ELEMENT_NODE && node.isConnected) {
        for (const behaviour of behaviours) run(behaviour, node);
      }
    }
  }
}).observe(document.documentElement, { childList: true, subtree: true });
