/** The month to pick a day from: calendar switch, month and year menus, and a grid by the ARIA grid pattern. */
import { addMonths, CALENDARS, dayRange, today, weekday } from "./calendars.js";
import { limitText, monthName, writeDate } from "./dates.js";
import { element, icon } from "./elements.js";
import { isRtl, locale, localDigits, message } from "./locale.js";

const WEEK = 7;

export class MonthGrid {
  /** `actions`: `pick(day)`, `leave()` for Esc, `change(calendar)`. Days are counted from 1970-01-01. */
  constructor(limits, actions) {
    this.limits = limits;
    this.actions = actions;
    this.root = element("div", { class: "dw-month" });
    this.build();
  }

  /** Today, or the nearest day that may be chosen. */
  nearest() {
    const { min, max } = this.limits;
    return Math.max(min ?? -Infinity, Math.min(max ?? Infinity, today(locale.timezone)));
  }

  /** Draws the month of `day`, which becomes the one that arrow keys start from. */
  show(day, calendar, { selected = this.selected } = {}) {
    const [first, last] = dayRange(calendar);
    this.day = Math.min(Math.max(day, first), last);
    this.calendar = calendar;
    this.selected = selected;
    this.date = CALENDARS[calendar].fromDay(this.day);
    this.drawHead();
    this.drawDays();
  }

  focus() {
    this.body.querySelector("[tabindex='0']").focus();
  }

  build() {
    const names = locale.calendars.map((name) => element("button", {
      type: "button", class: "dw-segment-item", "data-calendar": name,
    }, message(`calendar_${name}`)));
    this.switch = element("div", { class: "dw-segment dw-month-switch", role: "group",
      "aria-label": message("date_calendar") }, ...names);
    this.month = element("select", { class: "dw-month-menu", "aria-label": message("date_month_menu") });
    this.year = element("select", { class: "dw-month-menu", "aria-label": message("date_year_menu") });
    this.head = element("div", { class: "dw-month-head" }, this.step(-1, "chevron-left", "date_previous_month"),
      element("div", { class: "dw-month-menus" }, this.month, this.year),
      this.step(1, "chevron-right", "date_next_month"));
    this.body = element("tbody");
    this.table = element("table", { class: "dw-month-grid", role: "grid" }, weekdayRow(), this.body);
    this.today = element("button", { type: "button", class: "dw-link" }, message("date_today"));
    this.spoken = element("div", { class: "dw-hidden-text", "aria-live": "polite" });
    const foot = element("div", { class: "dw-month-foot" }, this.today,
      element("span", { class: "dw-month-keys" }, message("date_keys")));
    this.root.append(this.switch, this.head, this.table, foot, this.spoken);
    this.listen();
  }

  step(months, name, label) {
    const button = element("button", { type: "button", class: "dw-month-step", "aria-label": message(label) },
      icon(locale.sprite, name, "dw-flip"));
    button.addEventListener("click", () => this.move(months));
    return button;
  }

  listen() {
    this.switch.addEventListener("click", (event) => {
      const chosen = event.target.closest("[data-calendar]");
      if (!chosen) return;
      this.actions.change(chosen.dataset.calendar);
      this.show(this.day, chosen.dataset.calendar);
    });
    this.month.addEventListener("change", () => this.goTo({ ...this.date, month: Number(this.month.value) }));
    this.year.addEventListener("change", () => this.goTo({ ...this.date, year: Number(this.year.value) }));
    this.body.addEventListener("click", (event) => {
      const cell = event.target.closest("[data-day]");
      if (cell) this.choose(Number(cell.dataset.day));
    });
    this.today.addEventListener("click", () => this.choose(today(locale.timezone)));
    this.root.addEventListener("keydown", (event) => this.key(event));
  }

  choose(day) {
    if (limitText(day, this.limits, this.calendar) === null) this.actions.pick(day);
  }

  goTo(date) {
    const length = CALENDARS[this.calendar].monthLength(date.year, date.month);
    this.show(CALENDARS[this.calendar].toDay({ ...date, day: Math.min(date.day, length) }), this.calendar);
    this.spoken.textContent = `${monthName(this.calendar, this.date.month)} ${localDigits(this.date.year)}`;
  }

  move(months) {
    this.goTo(addMonths(this.calendar, this.date, months));
  }

  drawHead() {
    for (const button of this.switch.children) {
      button.setAttribute("aria-pressed", String(button.dataset.calendar === this.calendar));
    }
    if (this.drawn !== this.calendar) this.fillMenus();
    if (!this.year.querySelector(`option[value="${this.date.year}"]`)) this.year.append(yearOption(this.date.year));
    this.month.value = this.date.month;
    this.year.value = this.date.year;
    this.table.setAttribute("aria-label", `${monthName(this.calendar, this.date.month)} ${localDigits(this.date.year)}`);
  }

  fillMenus() {
    const [first, last] = CALENDARS[this.calendar].menu;
    const years = Array.from({ length: last - first + 1 }, (none, index) => first + index);
    this.month.replaceChildren(...locale.months[this.calendar].map((names, index) => option(index + 1, names[0])));
    this.year.replaceChildren(...years.map(yearOption));
    this.drawn = this.calendar;
  }

  drawDays() {
    const { year, month } = this.date;
    const calendar = CALENDARS[this.calendar];
    const start = calendar.toDay({ year, month, day: 1 });
    const end = start + calendar.monthLength(year, month);
    const rows = [];
    for (let week = start - ((weekday(start) - locale.week_start + WEEK) % WEEK); week < end; week += WEEK) {
      rows.push(element("tr", {}, ...Array.from({ length: WEEK }, (none, index) => this.cell(week + index, start, end))));
    }
    this.body.replaceChildren(...rows);
  }

  cell(day, start, end) {
    const [first, last] = dayRange(this.calendar);
    if (day < first || day > last) return element("td");
    const why = limitText(day, this.limits, this.calendar);
    const classes = [
      day < start || day >= end ? "is-outside" : "",
      locale.weekend.includes(weekday(day)) ? "is-weekend" : "",
    ];
    const name = writeDate(day, this.calendar, "full");
    return element("td", {
      role: "gridcell", class: classes.join(" ").trim() || null, tabindex: day === this.day ? "0" : "-1",
      "data-day": day, "aria-selected": String(day === this.selected), "aria-label": why ? `${name}. ${why}` : name,
      "aria-disabled": why ? "true" : null, "aria-current": day === today(locale.timezone) ? "date" : null, title: why,
    }, localDigits(CALENDARS[this.calendar].fromDay(day).day));
  }

  key(event) {
    if (event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
      this.actions.leave();
      return;
    }
    if (!event.target.closest("[data-day]")) return;
    const act = this.keys(event)[event.key];
    if (!act) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  }

  /** Left and right follow what the eye sees: in a page from right to left the next day stands to the left. */
  keys(event) {
    const forward = isRtl(this.table) ? -1 : 1;
    const ofWeek = (weekday(this.day) - locale.week_start + WEEK) % WEEK;
    const go = (days) => () => this.focusDay(this.day + days);
    const months = (count) => () => this.focusMonth(event.shiftKey ? count * 12 : count);
    return {
      ArrowRight: go(forward), ArrowLeft: go(-forward), ArrowDown: go(WEEK), ArrowUp: go(-WEEK),
      Home: go(-ofWeek), End: go(WEEK - 1 - ofWeek), PageUp: months(-1), PageDown: months(1),
      Enter: () => this.choose(this.day), " ": () => this.choose(this.day),
    };
  }

  focusDay(day) {
    this.show(day, this.calendar);
    this.focus();
  }

  focusMonth(months) {
    this.move(months);
    this.focus();
  }
}

function option(value, text) {
  return element("option", { value }, text);
}

function yearOption(year) {
  return option(year, localDigits(year));
}

function weekdayRow() {
  const cells = Array.from({ length: WEEK }, (none, index) => {
    const number = (locale.week_start - 1 + index) % WEEK;
    return element("th", { scope: "col", "aria-label": locale.weekdays[number],
      class: locale.weekend.includes(number + 1) ? "is-weekend" : null }, locale.weekdays_short[number]);
  });
  return element("thead", {}, element("tr", {}, ...cells));
}
