/** XML as text: elements, comments, and whatever text in them, harmless in both. */
import { escapeText } from "./escape.ts";

/** Attributes in order; those that are undefined are left out. */
export type Attributes = Readonly<Record<string, string | number | undefined>>;

/** What stands for characters that have a meaning in XML. */
const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&apos;",
};

/** Two code points that XML 1.0 §2.2 forbids although Unicode does not call them controls. */
const FORBIDDEN = /[\ufffe\uffff]/g;

/** An element with nothing in it. */
export function emptyElement(name: string, attributes: Attributes): string {
  return `<${name}${attributeText(attributes)}/>`;
}

/** The opening tag of an element. */
export function openTag(name: string, attributes: Attributes = {}): string {
  return `<${name}${attributeText(attributes)}>`;
}

/** A comment; two hyphens would end it, so that the second of them is written as nmap does. */
export function xmlComment(text: string): string {
  return `<!-- ${escapeXml(text).replaceAll(/(?<=-)-|-$/g, "&#45;")} -->`;
}

/** Text that is one line of character data, and the value of an attribute too. */
export function escapeXml(text: string): string {
  return escapeText(text.toWellFormed())
    .replaceAll(FORBIDDEN, "\ufffd")
    .replaceAll(/[&<>"']/g, (character) => ENTITIES[character]!);
}

function attributeText(attributes: Attributes): string {
  return Object.entries(attributes)
    .map(([name, value]) => value === undefined ? "" : ` ${name}="${escapeXml(String(value))}"`)
    .join("");
}
