/** Making elements without markup in strings: nothing a user typed can become a tag. */

const SVG = "http://www.w3.org/2000/svg";

/** `element("p", {class: "x", hidden: true}, "text", child)`; a false or absent attribute is left out. */
export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === true) made.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) made.setAttribute(name, value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

/** An icon of the sprite, whose address the server writes into the locale block. */
export function icon(sprite, name, classes = "") {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", `dw-icon ${classes}`.trim());
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `${sprite}#${name}`);
  svg.append(use);
  return svg;
}

/** The first element of a piece of markup that our own server rendered. */
export function parseFragment(markup) {
  const template = document.createElement("template");
  template.innerHTML = markup;
  return template.content;
}
