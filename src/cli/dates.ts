/** Wall-clock times in the user's time zone, as C programs write them. */

const DAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");

/** µs per ms. */
const MILLISECOND_US = 1_000;

/** A time as ctime(3) writes it: `Fri Jan  2 03:04:05 2026`. */
export function dateText(timeUs: number): string {
  const date = new Date(timeUs / MILLISECOND_US);
  if (Number.isNaN(date.getTime())) return "unknown";
  const day = String(date.getDate()).padStart(2);
  const clock = [date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(":");
  return `${DAYS[date.getDay()]} ${MONTHS[date.getMonth()]} ${day} ${clock} ${date.getFullYear()}`;
}

/**
 * Replaces nmap's conversions in a file name: `%Y %y %m %d %H %M %S` as in strftime(3), `%T` is
 * `%H%M%S`, `%R` is `%H%M`, `%D` is `%m%d%y`; `%` before anything else stands for that alone.
 */
export function datedName(name: string, date: Date): string {
  return name.replaceAll(/%(.?)/gs, (_, letter: string) => conversion(letter, date));
}

function conversion(letter: string, date: Date): string {
  const several = (letters: string) => [...letters].map((each) => conversion(each, date)).join("");
  switch (letter) {
    case "Y":
      return String(date.getFullYear());
    case "y":
      return two(date.getFullYear() % 100);
    case "m":
      return two(date.getMonth() + 1);
    case "d":
      return two(date.getDate());
    case "H":
      return two(date.getHours());
    case "M":
      return two(date.getMinutes());
    case "S":
      return two(date.getSeconds());
    case "T":
      return several("HMS");
    case "R":
      return several("HM");
    case "D":
      return several("mdy");
    default:
      return letter;
  }
}

function two(value: number): string {
  return String(value).padStart(2, "0");
}
