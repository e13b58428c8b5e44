/**
 * One spelling for words that are written in several ways, so that a list on the page is searched as the server would.
 * Only what a list of labels needs: the server's rules (core.language.text) are the complete ones.
 */

const LETTERS = {
  "ى": "ي", "ی": "ي", "ې": "ي", "ئ": "ي", "ک": "ك", "ڪ": "ك", "ة": "ه", "ۀ": "ه", "ە": "ه",
  "أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ؤ": "و",
};
const SPELT_DIFFERENTLY = new RegExp(`[${Object.keys(LETTERS).join("")}]`, "g");

/** The words of a text, folded: marks, joiners and punctuation gone, letters in one spelling. */
export function foldedWords(text) {
  return text
    .normalize("NFKC")
    .toLowerCase()
    .replace(SPELT_DIFFERENTLY, (letter) => LETTERS[letter])
    .normalize("NFKD")
    .replace(/[\p{M}\p{Cf}\u0640]/gu, "")
    .replace(/[\p{P}\p{S}]/gu, " ")
    .split(/\s+/)
    .filter(Boolean);
}
