/** Reading what somebody types as a date, and writing dates, by the rules D8 and D5 that the server follows too. */
import { CALENDARS, dayOfIso, dayRange, today, weekday } from "./calendars.js";
import { foldedWords } from "./fold.js";
import { fill, latinDigits, locale, localDigits, message } from "./locale.js";

const FIRST_GREGORIAN_YEAR = 1900; // from here on a year is Gregorian in every form
const LAST_YEAR_OF_OTHERS = 1500; // up to here a year in a Gregorian form is refused, never guessed

const EXAMPLE = dayOfIso("2025-03-20"); // the one in the server's messages

const SEPARATOR = "\\s*[/.\\-\\s\u060D\u2010\u2011\u2013]\\s*";
const YEAR_FIRST = new RegExp(`(?<year>\\d{4})${SEPARATOR}(?<month>\\d{1,2})${SEPARATOR}(?<day>\\d{1,2})`);
const DAY_FIRST = new RegExp(`(?<day>\\d{1,2})${SEPARATOR}(?<month>\\d{1,2})${SEPARATOR}(?<year>\\d{4})`);
const SHORT_YEAR = new RegExp(`^\\d{1,2}${SEPARATOR}\\d{1,2}${SEPARATOR}\\d{1,2}$`);

// Longest first: «یکشنبه» before «شنبه».
const weekdayNames = Object.entries(locale.weekday_words).map(([name, number]) => ({ name: fold(name), number }));
weekdayNames.sort((one, other) => other.name.length - one.name.length);

/** Only the letters, in one spelling and without spaces: month names of two words are one. */
function fold(text) {
  return foldedWords(text).join("").replace(/\p{Nd}/gu, "");
}

/**
 * What is typed into a field: as `parseDate`, and a day that is named from today, such as “tomorrow”, with `isNamed`. The
 * field writes that out, as the server reads dates only.
 */
export function readDate(text, calendar) {
  const plain = inLatin(text);
  const later = /\d/.test(plain) ? undefined : locale.day_words[fold(plain)];
  return later === undefined ? parseDate(text, calendar) : fromToday(later, calendar);
}

function inLatin(text) {
  return latinDigits(text.normalize("NFKC").replace(/\p{Cf}/gu, "")).trim();
}

/**
 * `{day, calendar, date}` for a readable date, `{error}` with a sentence for a wrong one, null for an empty text, as the
 * server reads it. A year from 1900 on is Gregorian whatever the calendar of the form.
 */
export function parseDate(text, calendar) {
  const plain = inLatin(text);
  if (plain === "") return null;
  const read = fromNumbers(plain, calendar) ?? fromWords(plain, calendar);
  if (read) return check(read, calendarOf(read.year, calendar));
  if (SHORT_YEAR.test(plain)) return { error: message("date_year_digits", { example: example(calendar) }) };
  return { error: message("date_unreadable", { value: `\u2068${text.trim()}\u2069`, example: example(calendar) }) };
}

function fromToday(later, calendar) {
  const day = today(locale.timezone) + later;
  return { day, calendar, date: CALENDARS[calendar].fromDay(day), isNamed: true };
}

function calendarOf(year, calendar) {
  return year >= FIRST_GREGORIAN_YEAR ? "gregorian" : calendar;
}

/** Three numbers; a weekday before them and an era after them may be there. */
function fromNumbers(plain, calendar) {
  const match = YEAR_FIRST.exec(plain) ?? DAY_FIRST.exec(plain);
  const around = match && plain.replace(match[0], " ");
  if (!match || /\d/.test(around)) return null;
  const { year, month, day } = Object.fromEntries(Object.entries(match.groups).map(([name, value]) => [name, Number(value)]));
  const eras = ["", ...locale.eras[calendarOf(year, calendar)].map(fold)];
  const rest = withoutWeekday(fold(around)).find(({ words }) => eras.includes(words));
  return rest ? { year, month, day, weekday: rest.weekday } : null;
}

/** Day and year in either order, and the name of a month. */
function fromWords(plain, calendar) {
  const numbers = plain.match(/\d+/g) ?? [];
  if (numbers.length !== 2) return null;
  const [year, day] = numbers[0].length === 4 ? numbers.map(Number) : numbers.map(Number).reverse();
  if (Math.max(...numbers.map((number) => number.length)) !== 4) return null;
  const own = calendarOf(year, calendar);
  for (const { words, weekday } of withoutWeekday(fold(plain.replace(/(\d)(st|nd|rd|th)\b/gi, "$1")))) {
    const month = monthNamed(words, own);
    if (month > 0) return { year, month, day, weekday };
  }
  return null;
}

/** What is left without a weekday at the start; a text may be read in two ways. */
function withoutWeekday(words) {
  const found = weekdayNames.filter(({ name }) => words.startsWith(name));
  return [...found.map(({ name, number }) => ({ words: words.slice(name.length), weekday: number })), { words }];
}

function monthNamed(words, calendar) {
  const eras = locale.eras[calendar].map(fold).filter((era) => words.endsWith(era));
  const spellings = [words, ...eras.map((era) => words.slice(0, -era.length))];
  return locale.months[calendar].findIndex((names) => names.some((name) => spellings.includes(fold(name)))) + 1;
}

function check(read, calendar) {
  const { year, month, day } = read;
  const [first, last] = CALENDARS[calendar].years;
  if (calendar === "gregorian" && year <= LAST_YEAR_OF_OTHERS) return { error: message("date_other_calendar", { year }) };
  if (year < first || year > last) return { error: message("date_year_range", { year, first, last }) };
  if (month < 1 || month > 12) return { error: message("date_month", { month }) };
  const days = CALENDARS[calendar].monthLength(year, month);
  if (day < 1 || day > days) return { error: tooLong(calendar, read, days) };
  const number = CALENDARS[calendar].toDay({ year, month, day });
  if (read.weekday && read.weekday !== weekday(number)) {
    return { error: message("date_weekday", { date: writeDate(number, calendar, "long"), weekday: weekdayOf(number) }) };
  }
  return { day: number, calendar, date: { year, month, day } };
}

/** Why a month has not that many days: a leap day in a common year is the usual mistake. */
function tooLong(calendar, read, days) {
  const values = { year: read.year, month: monthName(calendar, read.month), days };
  const leapMonth = { gregorian: 2, jalali: 12 }[calendar];
  const isLeapDay = read.month === leapMonth && read.day === days + 1 && !CALENDARS[calendar].isLeap(read.year);
  return message(isLeapDay ? "date_not_leap" : "date_day", values);
}

/** `2026/11/24` in the reader's digits: what stands in the field. */
export function writeInput(day, calendar) {
  const date = CALENDARS[calendar].fromDay(day);
  const two = (number) => String(number).padStart(2, "0");
  return localDigits(fill(locale.patterns[calendar].input, {
    year: date.year, month: two(date.month), day: two(date.day),
  }));
}

/** A date in words: `long`, `full` with the weekday, `plain` without the era. */
export function writeDate(day, calendar, style) {
  const date = CALENDARS[calendar].fromDay(day);
  return fill(locale.patterns[calendar][style], {
    year: localDigits(date.year),
    month: monthName(calendar, date.month),
    day: localDigits(date.day),
    weekday: weekdayOf(day),
  });
}

export function monthName(calendar, month) {
  return locale.months[calendar][month - 1][0];
}

function weekdayOf(day) {
  return locale.weekdays[weekday(day) - 1];
}

function example(calendar) {
  return writeInput(EXAMPLE, calendar);
}

/** The same day in the calendar that the reader may also know, for the hint under the field; "" without one. */
export function sameDay(day, calendar) {
  const other = calendar === "gregorian" ? locale.second_calendar : "gregorian";
  if (!other || other === calendar) return "";
  const [first, last] = dayRange(other);
  return day < first || day > last ? "" : message(`same_day_${other}`, { date: writeDate(day, other, "plain") });
}

/** Why a day may not be chosen, or null. */
export function limitText(day, { min, max }, calendar) {
  if (min !== null && day < min) return message("date_before_min", { date: writeDate(min, calendar, "long") });
  if (max !== null && day > max) return message("date_after_max", { date: writeDate(max, calendar, "long") });
  return null;
}
