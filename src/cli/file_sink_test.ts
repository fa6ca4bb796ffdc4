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
