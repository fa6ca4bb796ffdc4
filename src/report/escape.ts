/**
 * Makes text from outside (names, messages of the system, the command line) harmless for a
 * terminal: control characters and those that turn the writing direction become visible.
 */

/** Controls (C0, C1, DEL), invisible marks such as those of direction, and line separators. */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** Text that is one line and cannot steer a terminal: `\x1b`, `\u202e`. */
export function escapeText(text: string): string {
  return text.replaceAll(UNSAFE, visible);
}

/** JSON of a value on one line, pure of control characters; NaN and Infinity become null. */
export function safeJson(value: unknown): string {
  return JSON.stringify(value).replaceAll(UNSAFE, jsonEscape);
}

function visible(character: string): string {
  const code = character.charCodeAt(0);
  return code < 0x100 ? `\\x${hex(code, 2)}` : jsonEscape(character);
}

/** Escapes each UTF-16 unit, as JSON wants it for characters beyond 16 bits. */
function jsonEscape(character: string): string {
  return character.split("").map((unit) => `\\u${hex(unit.charCodeAt(0), 4)}`).join("");
}

function hex(code: number, digits: number): string {
  return code.toString(16).padStart(digits, "0");
}
