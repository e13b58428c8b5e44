/** The line of the present moment in the hours of today, by the reader's clock: it goes along while the page is open. */
import { locale } from "./locale.js";

const MINUTE = 60_000;
const clock = new Intl.DateTimeFormat("en-GB", {
  timeZone: locale.timezone, hourCycle: "h23", year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit",
  minute: "2-digit",
});

/** The hour as slots are named (`2026-11-28T09`), and the minutes of it that are over. */
function present() {
  const part = Object.fromEntries(clock.formatToParts(new Date()).map(({ type, value }) => [type, value]));
  return { hour: `${part.year}-${part.month}-${part.day}T${part.hour}`, minutes: Number(part.minute) };
}

function draw(calendar, line) {
  const { hour, minutes } = present();
  const slot = calendar.querySelector(`.dw-cal-slot[data-on="${hour}"]`);
  if (!slot) {
    line.remove();
    return;
  }
  if (line.parentElement !== slot) slot.append(line);
  line.style.setProperty("--minutes", minutes);
}

/** Decoration: the head of today already says which day it is. */
export function showNow(calendar) {
  if (!calendar.querySelector(".dw-cal-slot")) return;
  const line = document.createElement("span");
  line.className = "dw-cal-now";
  line.ariaHidden = "true";
  draw(calendar, line);
  const timer = setInterval(() => (calendar.isConnected ? draw(calendar, line) : clearInterval(timer)), MINUTE / 4);
}
