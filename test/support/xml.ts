/** Reads XML strictly, as its consumers do: what is not well-formed throws. */
import { SaxesParser } from "saxes";

/** An element. */
export interface XmlElement {
  name: string;
  attributes: Record<string, string>;
  children: XmlElement[];
}

/**
 * Reads a document.
 *
 * @throws {Error} If it is not well-formed.
 */
export function parseXml(text: string): XmlElement {
  const parser = new SaxesParser({});
  const top: XmlElement = { name: "", attributes: {}, children: [] };
  const path = [top];
  parser.on("error", (error) => {
    throw error;
  });
  parser.on("opentag", ({ name, attributes }) => {
    const element = { name, attributes: { ...attributes as Record<string, string> }, children: [] };
    path.at(-1)!.children.push(element);
    path.push(element);
  });
  parser.on("closetag", () => {
    path.pop();
  });
  parser.write(text).close();
  return top.children[0]!;
}

/** All elements of a name, at any depth, in the order of the document. */
export function findAll(element: XmlElement, name: string): XmlElement[] {
  return element.children.flatMap((child) => [
    ...child.name === name ? [child] : [],
    ...findAll(child, name),
  ]);
}

/** The only element of a name. */
export function findOne(element: XmlElement, name: string): XmlElement {
  const found = findAll(element, name);
  if (found.length !== 1) throw new Error(`There are ${found.length} <${name}>, not one`);
  return found[0]!;
}
