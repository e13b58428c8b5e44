/** A point on the map as it stands in the inputs of a form: one for both coordinates, or latitude and longitude. */
import { latinDigits, localDigits, locale } from "./locale.js";

function plain(text) {
  return Number.parseFloat(latinDigits(text).replace(/[\p{Cf}\s]/gu, "").replace("\u2212", "-").replace("\u066b", ".")
    .replace(locale.decimal, "."));
}

/** [latitude, longitude] that the inputs say; null for nothing or what is no place. */
export function pointOf(inputs) {
  const texts = inputs.length === 1 ? inputs[0].value.split(/[,\u060c;]\s*/u) : inputs.map((one) => one.value);
  const [latitude, longitude] = texts.map(plain);
  return Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180 ? [latitude, longitude] : null;
}

/** Two inputs are read in the reader's digits, one has both coordinates as machines write them. */
export function writePoint(inputs, point) {
  const texts = point ? point.map((one) => one.toFixed(6)) : inputs.map(() => "");
  if (inputs.length === 1) inputs[0].value = texts.join(", ");
  else inputs.forEach((input, at) => { input.value = localDigits(texts[at].replace(".", locale.decimal)); });
}

/** The inputs with the pin of the main address, of which those in `box` are further ones; none where it has no pin. */
export function mainPlace(box) {
  const names = box.closest("[data-several-place]")?.dataset.severalPlace.split(" ") ?? [];
  return names.map((name) => box.closest("form").elements.namedItem(name)).filter(Boolean);
}
