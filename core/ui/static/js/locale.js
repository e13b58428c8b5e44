/**
 * How this reader wants things shown: the block `#dw-locale` that the server writes into every page.
 * Its shape is documented in core/ui/client_locale.py.
 */
export const locale = JSON.parse(document.getElementById("dw-locale").textContent);

const LATIN = "0123456789";

/** Latin digits as the reader's. */
export function localDigits(text) {
  return locale.digits === LATIN ? String(text) : String(text).replace(/[0-9]/g, (digit) => locale.digits[digit]);
}

/** Any decimal digit of any script as a Latin one. */
export function latinDigits(text) {
  return text.replace(/\p{Nd}/gu, (digit) => {
    let zero = digit.codePointAt(0);
    while (/\p{Nd}/u.test(String.fromCodePoint(zero - 1)) && digit.codePointAt(0) - zero < 9) zero -= 1;
    return String(digit.codePointAt(0) - zero);
  });
}

/** A pattern such as `{day} {month}` with its placeholders filled; numbers take the reader's digits. */
export function fill(pattern, values) {
  return pattern.replace(/\{(\w+)\}/g, (whole, key) =>
    key in values ? (typeof values[key] === "number" ? localDigits(values[key]) : values[key]) : whole,
  );
}

/** A message of the block, filled. */
export function message(name, values = {}) {
  return fill(locale.messages[name], values);
}

/** True when the inline axis of an element runs to the left. */
export function isRtl(element) {
  return getComputedStyle(element).direction === "rtl";
}
