/**
 * Day arithmetic of the three calendars.
 *
 * A day is one integer: the days since 1970-01-01, so that two calendars meet in it and weeks are a remainder.
 * A date is `{year, month, day}`, month and day counted from 1. The server decides what is stored; this file only
 * lets the picker draw months and say which day a typed date is.
 */
import { FIRST_DAY, FIRST_YEAR, MONTH_LENGTHS } from "./hijri-months.js";

const MILLISECONDS = 86_400_000;
const NOWRUZ_1 = -492_268; // 1 Farvardin of the Jalali year 1

/** Start of every Hijri month of the table, and the day after the last one. */
const HIJRI_STARTS = hijriStarts();

const LAST_HIJRI_YEAR = FIRST_YEAR + MONTH_LENGTHS.length - 1;

function lengthIn(bits, month) {
  return 28 + ((bits >> (2 * (month - 1))) & 3);
}

function hijriStarts() {
  const starts = [FIRST_DAY];
  for (const year of MONTH_LENGTHS) {
    for (let month = 1; month <= 12; month += 1) starts.push(starts.at(-1) + lengthIn(year, month));
  }
  return starts;
}

/** `years` can be computed; `menu` are those worth offering in a list. */
const gregorian = {
  years: [1000, 9998],
  menu: [1900, 2100],
  monthLength: (year, month) => new Date(Date.UTC(year, month, 0)).getUTCDate(),
  isLeap: (year) => new Date(Date.UTC(year, 2, 0)).getUTCDate() === 29,
  toDay: ({ year, month, day }) => Date.UTC(year, month - 1, day) / MILLISECONDS,
  fromDay(number) {
    const date = new Date(number * MILLISECONDS);
    return { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() };
  },
};

/**
 * Iran's calendar by its 33-year cycle, which gives every day of the observed calendar between 1206 and 1500.
 * The popular 2820-year rule is wrong already for 1404 and 1437.
 */
const jalali = {
  years: [1206, 1500],
  menu: [1280, 1480],
  isLeap: (year) => (25 * year + 11) % 33 < 8,
  monthLength(year, month) {
    if (month <= 6) return 31;
    return month < 12 || jalali.isLeap(year) ? 30 : 29;
  },
  toDay: ({ year, month, day }) =>
    NOWRUZ_1 + 365 * (year - 1) + Math.floor((8 * year + 21) / 33) + 30 * (month - 1) + Math.min(month - 1, 6) + day - 1,
  fromDay(number) {
    let year = Math.floor((number - NOWRUZ_1) / 365.2425) + 1;
    while (jalali.toDay({ year, month: 1, day: 1 }) > number) year -= 1;
    while (jalali.toDay({ year: year + 1, month: 1, day: 1 }) <= number) year += 1;
    const ofYear = number - jalali.toDay({ year, month: 1, day: 1 });
    const month = ofYear < 186 ? Math.floor(ofYear / 31) + 1 : Math.floor((ofYear - 186) / 30) + 7;
    return { year, month, day: number - jalali.toDay({ year, month, day: 1 }) + 1 };
  },
};

/** Umm al-Qura, from the table: what browsers call islamic-umalqura differs from it outside 1420 to 1450. */
const hijri = {
  years: [FIRST_YEAR, LAST_HIJRI_YEAR],
  menu: [FIRST_YEAR, LAST_HIJRI_YEAR],
  isLeap: () => false,
  monthLength: (year, month) => lengthIn(MONTH_LENGTHS[year - FIRST_YEAR], month),
  toDay: ({ year, month, day }) => HIJRI_STARTS[(year - FIRST_YEAR) * 12 + month - 1] + day - 1,
  fromDay(number) {
    let low = 0;
    let high = HIJRI_STARTS.length - 1;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (HIJRI_STARTS[middle] <= number) low = middle;
      else high = middle;
    }
    return { year: FIRST_YEAR + Math.floor(low / 12), month: (low % 12) + 1, day: number - HIJRI_STARTS[low] + 1 };
  },
};

export const CALENDARS = { gregorian, jalali, hijri };

/** First and last day that a calendar can show. */
export function dayRange(name) {
  const calendar = CALENDARS[name];
  const [first, last] = calendar.years;
  const end = { year: last, month: 12, day: calendar.monthLength(last, 12) };
  return [calendar.toDay({ year: first, month: 1, day: 1 }), calendar.toDay(end)];
}

/** ISO weekday, 1 Monday to 7 Sunday. */
export function weekday(day) {
  return ((((day + 3) % 7) + 7) % 7) + 1;
}

/** The date `months` later; the day is cut to the length of that month, the year to the calendar's range. */
export function addMonths(name, date, months) {
  const calendar = CALENDARS[name];
  const [first, last] = calendar.years;
  const count = Math.min(Math.max(date.year * 12 + date.month - 1 + months, first * 12), last * 12 + 11);
  const year = Math.floor(count / 12);
  const month = (count % 12) + 1;
  return { year, month, day: Math.min(date.day, calendar.monthLength(year, month)) };
}

/** The day of an ISO date such as `2026-11-24`. */
export function dayOfIso(text) {
  const [year, month, day] = text.split("-").map(Number);
  return gregorian.toDay({ year, month, day });
}

/** The ISO date of a day, which is how dates travel between programs. */
export function isoOfDay(day) {
  return new Date(day * MILLISECONDS).toISOString().slice(0, 10);
}

/** Today in the user's time zone, which need not be the one of this machine. */
export function today(timezone) {
  return dayOfIso(new Intl.DateTimeFormat("en-CA", { timeZone: timezone }).format(new Date()));
}
