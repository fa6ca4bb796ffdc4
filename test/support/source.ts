/**
 * What a TypeScript file is made of, for the checks of the house: read from the syntax tree, so
 * that comments and strings are never mistaken for code. The tree is the one that lint plugins get;
 * Deno hands it out in `deno test` only. Judging the facts is left to the checks.
 */

/** A name that is used as a value or a type: not a property, not a key. */
export interface NameUse {
  name: string;
  line: number;
}

/** A function with a body: declaration, method, expression or arrow. */
export interface FunctionSpan {
  /** Its own name or that of what it is assigned to; "(anonymous)" without one. */
  name: string;
  /** Where it begins. */
  line: number;
  /** Lines from the first to the last, both counted. */
  lines: number;
}

/** A comment, without its marks. */
export interface Comment {
  kind: "line" | "block" | "doc";
  text: string;
  line: number;
  lastLine: number;
}

/** Something at a line that a check may dislike. */
export interface Spot {
  text: string;
  line: number;
}

/** The facts of one file. */
export interface SourceFacts {
  text: string;
  names: NameUse[];
  functions: FunctionSpan[];
  comments: Comment[];
  /** Member accesses as written: `Math.random`, `Deno.test.only`. */
  members: Spot[];
  /** `debugger` statements. */
  debuggers: Spot[];
  /** Names of arrow functions that are declared at the top level. */
  topLevelArrows: Spot[];
  /** Types of the statements at the top level. */
  statements: string[];
  /** Lines with code on them: neither blank nor comment. */
  codeLines: number;
}

/** Node of the syntax tree, seen loosely: the checks need few of its fields. */
interface Node {
  type: string;
  range: [number, number];
  parent?: Node;
  name?: string;
  computed?: boolean;
  shorthand?: boolean;
  key?: Node;
  property?: Node;
  id?: Node | null;
  left?: Node;
  body?: Node | Node[] | null;
  init?: Node | null;
}

/** Nodes whose `key` names a member and is no use of a name. */
const KEYED = new Set([
  "Property",
  "MethodDefinition",
  "PropertyDefinition",
  "TSPropertySignature",
  "TSMethodSignature",
  "TSAbstractMethodDefinition",
  "TSAbstractPropertyDefinition",
]);

/** Nodes whose identifiers only pass a name on. */
const PASSING = new Set(["ImportSpecifier", "ExportSpecifier", "MetaProperty"]);

/**
 * Reads the facts of one source text.
 *
 * @throws {SyntaxError} If it cannot be parsed.
 */
export function readSource(text: string): SourceFacts {
  const facts: SourceFacts = {
    text,
    names: [],
    functions: [],
    comments: [],
    members: [],
    debuggers: [],
    topLevelArrows: [],
    statements: [],
    codeLines: 0,
  };
  const lineOf = lineFinder(text);
  const plugin: Deno.lint.Plugin = {
    name: "facts",
    rules: { read: { create: (context) => visitor(facts, context, lineOf) } },
  };
  Deno.lint.runPlugin(plugin, "source.ts", text);
  facts.codeLines = countCodeLines(text, facts.comments);
  return facts;
}

/** The visitor that collects; nodes come as `unknown` shapes, see {@linkcode Node}. */
function visitor(
  facts: SourceFacts,
  context: Deno.lint.RuleContext,
  lineOf: (offset: number) => number,
): Deno.lint.LintVisitor {
  const slice = (node: Node) => facts.text.slice(...node.range);
  const spot = (node: Node) => ({ text: slice(node), line: lineOf(node.range[0]) });
  let lastName = -1;
  const onFunction = (node: Node) => {
    if (!node.body) return;
    const line = lineOf(node.range[0]);
    const lines = lineOf(node.range[1]) - line + 1;
    facts.functions.push({ name: functionName(node), line, lines });
  };
  const handlers: Record<string, (node: Node) => void> = {
    "Program:exit": (node) => {
      facts.comments.push(...readComments(context.sourceCode.getAllComments(), lineOf));
      facts.statements.push(...(node.body as Node[]).map((statement) => statement.type));
    },
    Identifier: (node) => {
      // A shorthand `{ name }` shows up twice, as key and as value.
      const again = node.range[0] === lastName;
      lastName = node.range[0];
      if (!again && isUse(node)) {
        facts.names.push({ name: node.name!, line: lineOf(node.range[0]) });
      }
    },
    MemberExpression: (node) => facts.members.push(spot(node)),
    DebuggerStatement: (node) => facts.debuggers.push(spot(node)),
    FunctionDeclaration: onFunction,
    FunctionExpression: onFunction,
    ArrowFunctionExpression: (node) => {
      onFunction(node);
      if (isTopLevel(node)) facts.topLevelArrows.push({ ...spot(node), text: functionName(node) });
    },
  };
  return handlers as unknown as Deno.lint.LintVisitor;
}

/** False for properties, keys and names that are only passed on. */
function isUse(node: Node): boolean {
  const parent = node.parent!;
  if (PASSING.has(parent.type)) return false;
  if (parent.type === "MemberExpression" && !parent.computed) {
    return parent.property?.range[0] !== node.range[0];
  }
  if (parent.type === "TSQualifiedName") return parent.left?.range[0] === node.range[0];
  if (KEYED.has(parent.type) && !parent.computed && !parent.shorthand) {
    return parent.key?.range[0] !== node.range[0];
  }
  return true;
}

/** The name of a function, or of the variable, field or key that holds it. */
function functionName(node: Node): string {
  const parent = node.parent;
  const name = node.id?.name ?? parent?.id?.name ?? parent?.key?.name;
  return name ?? "(anonymous)";
}

/** True for `const name = () => …` at the top level, exported or not. */
function isTopLevel(node: Node): boolean {
  if (node.parent?.type !== "VariableDeclarator") return false;
  const holder = node.parent.parent?.parent?.type;
  return holder === "Program" || holder === "ExportNamedDeclaration";
}

/** A function that turns offsets into line numbers, from 1. */
function lineFinder(text: string): (offset: number) => number {
  const starts = [0];
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  return (offset) => {
    let low = 0;
    let high = starts.length;
    while (high - low > 1) {
      const middle = (low + high) >>> 1;
      if (starts[middle]! <= offset) low = middle;
      else high = middle;
    }
    return low + 1;
  };
}

/** Comments with their kind and lines. */
function readComments(
  comments: (Deno.lint.LineComment | Deno.lint.BlockComment)[],
  lineOf: (offset: number) => number,
): Comment[] {
  return comments.map((comment) => {
    const doc = comment.type === "Block" && comment.value.startsWith("*");
    return {
      kind: doc ? "doc" : comment.type === "Block" ? "block" : "line",
      text: comment.value,
      line: lineOf(comment.range[0]),
      lastLine: lineOf(comment.range[1] - 1),
    };
  });
}

/** Lines that hold something beside blanks and comments. */
function countCodeLines(text: string, comments: Comment[]): number {
  const lines = text.split("\n");
  const commented = new Set<number>();
  for (const { line, lastLine } of comments) {
    for (let at = line; at <= lastLine; at++) commented.add(at);
  }
  return lines.filter((line, index) => {
    if (line.trim() === "") return false;
    if (!commented.has(index + 1)) return true;
    // A comment behind code shares its line; one that begins the line, or fills it, does not.
    return !/^\s*(\/\/|\/\*|\*|\{\/\*)/.test(line) && /\S\s*(\/\/|\/\*)/.test(line);
  }).length;
}
