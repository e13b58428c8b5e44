(options) => {
  const problems = [];
  const root = document.documentElement;
  const rtl = options.direction === "rtl";
  const ARABIC = /[\u0600-\u06ff\u0750-\u077f\u08a0-\u08ff\ufb50-\ufdff\ufe70-\ufeff]/;
  const BIDI = /[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]/;
  const LEFT_TO_RIGHT = ["phone", "email", "url", "code", "money", "number", "date", "time", "iban", "percent", "file"];

  const visible = (element) => {
    if (!element.checkVisibility({ opacityProperty: true, visibilityProperty: true })) return false;
    const box = element.getBoundingClientRect();
    return box.width > 1 && box.height > 1;
  };
  const name = (element) => {
    const text = (element.textContent ?? "").trim().replace(/\s+/g, " ").slice(0, 40);
    const classes = typeof element.className === "string" && element.className ? `.${element.className.trim().replace(/\s+/g, ".")}` : "";
    return `<${element.tagName.toLowerCase()}${classes}> “${text}”`;
  };
  const say = (text) => { if (problems.length < 40) problems.push(text); };
  const all = (selector) => Array.from(document.querySelectorAll(selector)).filter(visible);

  // 1 direction and language
  if (document.dir !== options.direction) say(`dir is “${document.dir}”, not ${options.direction}`);
  if (!root.lang.startsWith(options.language)) say(`lang is “${root.lang}”, not ${options.language}`);

  // 2 the page itself never scrolls sideways
  if (root.scrollWidth > root.clientWidth) {
    const wide = all("body *").filter((element) => {
      const box = element.getBoundingClientRect();
      return box.right > root.clientWidth + 1 || box.left < -1;
    });
    say(`the page is ${root.scrollWidth} wide in ${root.clientWidth}: ${wide.slice(0, 3).map(name).join(", ")}`);
  }

  // what lies out of the flow makes no page longer than the window: it would scroll into nothing
  if (document.querySelector(".dw-side") && root.scrollHeight > root.clientHeight + 1) {
    say(`the page is ${root.scrollHeight} high in ${root.clientHeight}`);
  }

  // 3 the main menu stands at inline-start
  const menu = document.querySelector(".dw-side");
  if (menu && visible(menu) && !menu.matches(":popover-open")) {
    const box = menu.getBoundingClientRect();
    const atStart = rtl ? Math.abs(box.right - root.clientWidth) < 2 : Math.abs(box.left) < 2;
    if (!atStart) say("the main menu is not at inline-start");
  }

  // 4 what runs from left to right is an isolate that does; Arabic percentages are the one exception
  for (const element of document.querySelectorAll("[data-kind]")) {
    if (!LEFT_TO_RIGHT.includes(element.dataset.kind)) continue;
    const style = getComputedStyle(element);
    const wanted = element.dataset.kind === "percent" && options.language === "ar" && element.dir === "rtl" ? "rtl" : "ltr";
    if (style.direction !== wanted || !/isolate/.test(style.unicodeBidi)) say(`not isolated: ${name(element)}`);
    if (BIDI.test(element.textContent)) say(`bidi characters inside ${name(element)}`);
  }

  // 5 what somebody typed is isolated
  for (const element of document.querySelectorAll("[data-user]")) {
    if (element.tagName !== "BDI" && element.dir !== "auto") say(`user text without isolate: ${name(element)}`);
  }

  // Arabic-Indic digits turn round hyphens, dashes and spaces even in an isolate
  for (const element of all("bdi[dir=ltr][data-kind]")) {
    if (/[\u0660-\u0669]\s*[-–—]\s*[\u0660-\u0669]|[\u0660-\u0669] [\u0660-\u0669]/.test(element.textContent)) say(`Arabic-Indic digits will turn round: ${name(element)}`);
  }

  // 6 texts do not overlap: boxes of texts that scroll and layer together
  const layerOf = (element) => element.closest("dialog, [popover], .dw-toasts, .dw-results, .dw-fab, .dw-topbar, .dw-bottom") ?? document.body;
  const clipped = (element, box) => {
    let shown = { left: box.left, right: box.right, top: box.top, bottom: box.bottom };
    for (let parent = element; parent && parent !== document.body; parent = parent.parentElement) {
      const style = getComputedStyle(parent);
      if (style.overflowX === "visible" && style.overflowY === "visible") continue;
      const edge = parent.getBoundingClientRect();
      shown = { left: Math.max(shown.left, edge.left), right: Math.min(shown.right, edge.right), top: Math.max(shown.top, edge.top), bottom: Math.min(shown.bottom, edge.bottom) };
    }
    return shown.right - shown.left > 2 && shown.bottom - shown.top > 2 ? shown : null;
  };
  const texts = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node && texts.length < 1500; node = walker.nextNode()) {
    const parent = node.parentElement;
    if (!node.data.trim() || !parent || !visible(parent) || parent.closest("script, template, option, .dw-hidden-text")) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    for (const rect of range.getClientRects()) {
      const shown = rect.width > 1 && clipped(parent, rect);
      const sticky = Boolean(parent.closest("th, .dw-pick, .dw-c1, .dw-tabs"));
      if (shown) texts.push({ node, parent, box: shown, layer: layerOf(parent), sticky });
    }
  }
  texts.sort((one, other) => one.box.top - other.box.top);
  for (let i = 0; i < texts.length; i += 1) {
    for (let j = i + 1; j < texts.length && texts[j].box.top < texts[i].box.bottom; j += 1) {
      const [one, other] = [texts[i], texts[j]];
      if (one.node === other.node || one.layer !== other.layer || one.sticky !== other.sticky) continue;
      const across = Math.min(one.box.right, other.box.right) - Math.max(one.box.left, other.box.left);
      const down = Math.min(one.box.bottom, other.box.bottom) - Math.max(one.box.top, other.box.top);
      const lower = Math.min(one.box.bottom - one.box.top, other.box.bottom - other.box.top);
      if (across > 2 && down > lower * 0.45) say(`texts overlap: ${name(one.parent)} and ${name(other.parent)}`);
    }
  }

  // 7 what lies over the page is inside the window
  for (const element of all(":popover-open, dialog[open], .dw-toast, .dw-date-popup, .ts-dropdown")) {
    const box = element.getBoundingClientRect();
    if (box.left < -1 || box.top < -1 || box.right > innerWidth + 1 || box.bottom > innerHeight + 1) say(`outside the window: ${name(element)}`);
  }

  // 8 arrows and chevrons that lead on are mirrored, all other drawings are not
  for (const icon of all("svg.dw-icon")) {
    const drawing = icon.querySelector("use")?.getAttribute("href")?.split("#")[1] ?? "";
    const { a, b, c, d } = new DOMMatrix(getComputedStyle(icon).transform);
    const mirrored = a * d - b * c < 0;
    const leads = /^(chevron|arrow)(-narrow)?-(left|right)$|^arrow-(back|forward)-up$/.test(drawing);
    if (leads && mirrored !== rtl) say(`icon ${drawing} points the wrong way`);
    if (!leads && mirrored && !/^(logout|external-link|send|mail-forward|list|layout)/.test(drawing)) say(`icon ${drawing} must not be mirrored`);
  }

  // 9 Arabic script is not spaced out, slanted or capitalised
  for (const { node, parent } of texts) {
    if (!ARABIC.test(node.data)) continue;
    const style = getComputedStyle(parent);
    if (style.letterSpacing !== "normal") say(`letter-spacing on ${name(parent)}`);
    if (style.fontStyle !== "normal") say(`slanted: ${name(parent)}`);
    if (style.textTransform !== "none") say(`text-transform on ${name(parent)}`);
    if (!/Vazirmatn/.test(style.fontFamily)) say(`another font on ${name(parent)}`);
  }

  // 12 a text that is cut off shows its start: of each of its words that are seen, those before are seen as well
  const LETTER = /[\p{L}\p{N}]/u;
  for (const element of all(".dw-cut, bdi, span, a, p, h1, h2, h3, strong, small, td, time, div")) {
    const style = getComputedStyle(element);
    const clamped = style.webkitLineClamp !== "none";
    if (!/hidden|clip/.test(style.overflowX) || !(clamped || style.textOverflow === "ellipsis" || element.matches(".dw-cut"))) continue;
    if (element.scrollWidth <= element.clientWidth + 1 && element.scrollHeight <= element.clientHeight + 2) continue;
    if (style.textOverflow !== "ellipsis" && !clamped) say(`cut off without an ellipsis: ${name(element)}`);
    const box = element.getBoundingClientRect();
    const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
    let hidden = 0;
    let letters = 0;
    for (let node = walker.nextNode(); node && letters < 200; node = walker.nextNode()) {
      if (!visible(node.parentElement)) continue;
      for (let at = 0; at < node.length && letters < 200; at += 1) {
        if (!LETTER.test(node.data[at])) continue;
        const range = document.createRange();
        range.setStart(node, at);
        range.setEnd(node, at + 1);
        const letter = range.getBoundingClientRect();
        if (letter.width < 1) continue;
        letters += 1;
        const middle = { x: (letter.left + letter.right) / 2, y: (letter.top + letter.bottom) / 2 };
        const seen = middle.x > box.left - 2 && middle.x < box.right + 2 && middle.y > box.top && middle.y < box.bottom;
        if (!seen) hidden += 1;
        else if (hidden > 1) {
          say(`the start is cut off: ${name(element)}`);
          letters = 200;
        }
      }
    }
  }

  // clipped without an ellipsis
  for (const { parent } of texts) {
    const style = getComputedStyle(parent);
    const hides = style.overflowX === "hidden" && style.textOverflow !== "ellipsis";
    if (hides && parent.scrollWidth > parent.clientWidth + 2 && !parent.closest("select")) say(`clipped: ${name(parent)}`);
  }

  // 13 figures stand at the end of their column, and so does their head
  for (const table of all("table")) {
    const heads = Array.from(table.tHead?.rows[0]?.cells ?? []);
    for (const row of Array.from(table.tBodies[0]?.rows ?? []).slice(0, 3)) {
      if (row.cells.length !== heads.length) continue;
      for (let index = 0; index < heads.length; index += 1) {
        const [head, cell] = [getComputedStyle(heads[index]).textAlign, getComputedStyle(row.cells[index]).textAlign];
        const figure = row.cells[index].querySelector(":scope > :is([data-kind=number], [data-kind=money], .dw-money)");
        if (figure && visible(heads[index]) && !["end", rtl ? "left" : "right"].includes(cell)) say(`figures at the start of column “${heads[index].textContent.trim()}”`);
        if (visible(heads[index]) && head !== cell) say(`column “${heads[index].textContent.trim()}” and its head are not aligned alike`);
      }
    }
  }

  // 14 no text of another run shows through
  if (options.untranslated) {
    for (const { node, parent } of texts) {
      const foreign = parent.closest("bdi, [data-user], [data-kind], body [lang], kbd, code");
      if (/[A-Za-z]{3}/.test(node.data) && !/[⟦⟧]/.test(node.data) && !foreign) say(`not translatable: ${name(parent)}`);
    }
  }

  // each drawing that is named is in the sprite: otherwise nothing at all is drawn
  for (const use of document.querySelectorAll("use")) {
    const drawing = use.getAttribute("href").split("#")[1];
    if (!options.icons.includes(drawing)) say(`no drawing “${drawing}” in ${name(use.closest("svg").parentElement)}`);
  }

  // nothing is styled or scripted in the markup itself
  for (const element of document.querySelectorAll("[onclick], [onchange], [onsubmit], [onload]")) say(`handler in the markup: ${name(element)}`);

  // 44 for a finger, 24 for a mouse
  const touch = root.clientWidth < 768;
  for (const element of all("button, a[href], input:not([type=hidden]), select")) {
    if (!touch || element.closest("p, dd, bdi, td, .dw-crumbs, .dw-record-subtitle")) continue;
    const box = (element.closest("label") ?? element).getBoundingClientRect();
    if (box.width < 24 || box.height < 24) say(`too small for a finger: ${name(element)} ${Math.round(box.width)}×${Math.round(box.height)}`);
  }
  return problems;
}
