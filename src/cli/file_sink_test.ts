import { assertEquals, assertThrows } from "@std/assert";
import { FileSink, openFileSink } from "./file_sink.ts";
import { OutputError } from "./runtime.ts";

Deno.test("openFileSink() keeps what the file held until the first line comes", () => {
  const path = Deno.makeTempFileSync();
  try {
    Deno.writeTextFileSync(path, "old results, longer than the new ones\n");
    const unused = openFileSink(path);
    unused.close();
    assertEquals(Deno.readTextFileSync(path).length, 38);
    const used = openFileSink(path);
    used.write("one\n");
    assertEquals(Deno.readTextFileSync(path), "one\n");
    used.write("two\n");
    used.close();
    used.close();
    assertEquals(Deno.readTextFileSync(path), "one\ntwo\n");
  } finally {
    Deno.removeSync(path);
  }
});

Deno.test("openFileSink() says why a file cannot be written", () => {
  assertThrows(() => openFileSink("/nowhere/x"), OutputError, 'Cannot write "/nowhere/x": No such');
  assertThrows(() => openFileSink("/"), OutputError, 'Cannot write "/": Is a directory');
});

Deno.test("FileSink.write() writes all of a text, however little is taken at a time", () => {
  let text = "";
  const decoder = new TextDecoder();
  const slow = {
    writeSync(bytes: Uint8Array) {
      text += decoder.decode(bytes.subarray(0, 3));
      return Math.min(bytes.length, 3);
    },
    close() {},
  };
  new FileSink(slow, { name: "x" }).write("a long line\n");
  assertEquals(text, "a long line\n");
});

Deno.test("FileSink.write() leaves no half line when the disk is full", () => {
  const written: number[] = [];
  let size = 0;
  const full = {
    writeSync(bytes: Uint8Array) {
      if (size >= 10) throw new Error("No space left on device (os error 28)");
      const count = Math.min(bytes.length, 10 - size);
      size += count;
      return count;
    },
    truncateSync(length = 0) {
      size = length;
      written.push(length);
    },
    close() {},
  };
  const sink = new FileSink(full, { name: '"out"', isRegular: true });
  sink.write("12345\n");
  const error = assertThrows(() => sink.write("67890\n"), OutputError);
  assertEquals(error.message, 'Cannot write "out": No space left on device');
  assertEquals([error.isClosed, written.at(-1)], [false, 6]);
});

Deno.test("FileSink.write() tells a reader who has gone from other trouble", () => {
  const gone = {
    writeSync(): number {
      throw new Deno.errors.BrokenPipe("Broken pipe (os error 32)");
    },
    close() {},
  };
  const error = assertThrows(() => new FileSink(gone, { name: "x" }).write("y\n"), OutputError);
  assertEquals(error.isClosed, true);
});

/** Runs an action on the path of a file that holds this text, and returns what it holds then. */
function withFile(text: string, action: (path: string) => void): string {
  const path = Deno.makeTempFileSync();
  try {
    Deno.writeTextFileSync(path, text);
    action(path);
    return Deno.readTextFileSync(path);
  } finally {
    Deno.removeSync(path);
  }
}

Deno.test("FileSink.write() lets the tail give way to what comes next", () => {
  const seen: string[] = [];
  const text = withFile("an old document, much longer than the new one", (path) => {
    const sink = openFileSink(path);
    const look = () => seen.push(Deno.readTextFileSync(path));
    sink.write("<a>", "</a>");
    look();
    sink.write("<b/>", "</a>");
    look();
    sink.write("", "<c/><c/></a>");
    look();
    sink.write("µ", "</a>");
    look();
    sink.write("</a>");
    sink.close();
  });
  assertEquals(seen, ["<a></a>", "<a><b/></a>", "<a><b/><c/><c/></a>", "<a><b/>µ</a>"]);
  assertEquals(text, "<a><b/>µ</a>");
});

Deno.test("FileSink.close() gives a pipe its tail, once", () => {
  let text = "";
  const pipe = {
    writeSync(bytes: Uint8Array) {
      text += new TextDecoder().decode(bytes);
      return bytes.length;
    },
    close() {},
  };
  const sink = new FileSink(pipe, { name: "x" });
  sink.write("<a>", "</a>");
  sink.write("<b/>", "</a>");
  assertEquals(text, "<a><b/>");
  sink.close();
  sink.close();
  assertEquals(text, "<a><b/></a>");
});

Deno.test("FileSink.write() leaves the last whole document when the disk is full", () => {
  const full = {
    bytes: new Uint8Array(),
    at: 0,
    writeSync(bytes: Uint8Array) {
      const count = Math.min(bytes.length, 20 - this.at);
      if (count <= 0) throw new Error("No space left on device (os error 28)");
      const next = new Uint8Array(Math.max(this.bytes.length, this.at + count));
      next.set(this.bytes);
      next.set(bytes.subarray(0, count), this.at);
      Object.assign(this, { bytes: next, at: this.at + count });
      return count;
    },
    seekSync(offset: number) {
      return this.at = offset;
    },
    truncateSync(length = 0) {
      this.bytes = this.bytes.slice(0, length);
    },
    close() {},
  };
  const sink = new FileSink(full, { name: "x", isRegular: true });
  sink.write("<a>", "</a>");
  sink.write("<b/>", "</a>");
  assertThrows(() => sink.write("<a-long-element/>", "</a>"), OutputError, "No space");
  assertEquals(new TextDecoder().decode(full.bytes), "<a><b/></a>");
});

Deno.test("openFileSink() adds to a file, and lets its end give way", () => {
  const added = withFile("one\n", (path) => {
    const sink = openFileSink(path, () => 0);
    sink.write("two\n");
    sink.close();
  });
  assertEquals(added, "one\ntwo\n");
  const replaced = withFile(`${"x".repeat(5_000)}<a>END`, (path) => {
    const sink = openFileSink(path, (ending) => {
      assertEquals([ending.length, ending.endsWith("<a>END")], [4_096, true]);
      return 3;
    });
    sink.write("b", "c");
    sink.close();
  });
  assertEquals(replaced, `${"x".repeat(5_000)}<a>bc`);
});

Deno.test("openFileSink() leaves a file alone that cannot be added to", () => {
  const text = withFile("a,b\n", (path) => {
    const refuse = () => {
      throw new RangeError("it is no XML");
    };
    const message = `Cannot append to "${path}": it is no XML`;
    assertThrows(() => openFileSink(path, refuse), OutputError, message);
  });
  assertEquals(text, "a,b\n");
});
