/** Print and parse are each other's inverse, on states that no kernel was asked for. */
import fc from "fast-check";
import { expect, test } from "vitest";
import {
  arranged,
  bytesOf,
  createSmapsParser,
  createWordParser,
  layoutsOf,
  type MapsArea,
  parseMaps,
  parseMeminfo,
  parseSmaps,
  parseStat,
  parseStatus,
  printMaps,
  printMeminfo,
  printSmaps,
  printStat,
  printStatus,
  printWords,
  type SmapsArea,
  textOf,
} from "../src/index.ts";

const KERNELS = ["el6", "v3.10", "v4.4", "v4.14", "v5.10", "v6.1", "v6.18"] as const;
const kb = fc.oneof(fc.nat(), fc.integer({ min: -4096, max: Number.MAX_SAFE_INTEGER }));
/** Anything but a newline; bytes that are no UTF-8 too. */
const name = fc
  .uint8Array({ max: 255, maxLength: 40 })
  .map((bytes) => textOf(bytes.map((byte) => (byte === 10 || byte === 32 ? 46 : byte))));
const inode = fc.oneof(fc.nat(), fc.bigInt({ min: 2n ** 53n, max: 2n ** 64n - 1n }));
const page = fc.integer({ min: 0, max: 2 ** 52 - 1 }).map((pages) => pages * 4096);

const areas = fc
  .uniqueArray(page, { minLength: 2, maxLength: 12 })
  .map((edges) => edges.toSorted((left, right) => left - right))
  .chain((edges) =>
    fc.tuple(
      ...edges.slice(1).map((end, index) =>
        fc.record<MapsArea>({
          start: fc.constant(edges[index]),
          end: fc.constant(end),
          perms: fc.constantFrom("r--p", "rw-p", "r-xp", "---p", "rw-s"),
          offset: page,
          major: fc.nat(4095),
          minor: fc.nat(2 ** 20 - 1),
          inode,
          name,
        }),
      ),
    ),
  );

const smaps = fc
  .tuple(areas, fc.constantFrom(...KERNELS), fc.infiniteStream(kb))
  .map(([all, kernel, numbers]): SmapsArea[] => {
    const { smapsFields } = layoutsOf(kernel);
    return all.map((area) => {
      const fields = smapsFields.filter((field) => field !== "VmFlags");
      const rows = Object.fromEntries(fields.map((field) => [field, numbers.next().value]));
      const vmFlags = smapsFields.includes("VmFlags") ? ["rd", "wr", "??"] : [];
      return { ...area, order: smapsFields, rows, texts: {}, vmFlags };
    });
  });

test("maps", () => {
  fc.assert(
    fc.property(areas, (all) => {
      expect(parseMaps(printMaps(all))).toEqual(all);
    }),
  );
});

test("smaps, in whatever pieces it comes", () => {
  fc.assert(
    fc.property(smaps, fc.integer({ min: 1, max: 300 }), (all, size) => {
      const text = bytesOf(printSmaps(all));
      const seen: SmapsArea[] = [];
      const parser = createSmapsParser((area) => seen.push(area));
      for (let at = 0; at < text.length; at += size) parser.write(text.subarray(at, at + size));
      parser.end();
      expect(seen).toEqual(all);
    }),
  );
});

test("smaps with its lines in another order, and lines that nobody knows", () => {
  fc.assert(
    fc.property(smaps, fc.nat(), (all, turn) => {
      const odd = all.map((area, index) => {
        const order = [...area.order.slice((turn + index) % area.order.length)];
        order.push(...area.order.filter((field) => !order.includes(field)), "Novel", "Odd");
        const rows = { ...area.rows, Novel: index };
        return { ...area, order, rows, texts: { Odd: "  of its own" } };
      });
      expect(parseSmaps(printSmaps(odd))).toEqual(odd);
    }),
  );
});

test("status and meminfo", () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...KERNELS),
      fc.infiniteStream(kb),
      name,
      (kernel, numbers, comm) => {
        const { statusFields } = layoutsOf(kernel);
        const isMemory = (field: string): boolean => /^(Vm|Rss|Huge)/.test(field);
        const rows = statusFields.filter(isMemory).map((field) => [field, numbers.next().value]);
        const others = statusFields.filter((field) => !isMemory(field));
        const status = {
          order: statusFields,
          rows: Object.fromEntries(rows),
          texts: Object.fromEntries(others.map((field) => [field, `\t${comm}`])),
        };
        expect(parseStatus(printStatus(status))).toEqual(status);
        const meminfo = arranged(
          { order: [], rows: { MemTotal: 1, HugePages_Free: 2, Hugepagesize: 2048 }, texts: {} },
          ["MemTotal", "HugePages_Free", "Hugepagesize"],
        );
        expect(parseMeminfo(printMeminfo(meminfo))).toEqual(meminfo);
      },
    ),
  );
});

test("stat, whatever the program calls itself", () => {
  const fields = fc.array(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 64n - 1n }), {
    minLength: 41,
    maxLength: 60,
  });
  fc.assert(
    fc.property(fc.nat(), fc.string({ maxLength: 15 }), fields, (pid, comm, numbers) => {
      const stat = { pid, comm, state: "S", fields: numbers };
      expect(parseStat(printStat(stat))).toEqual(stat);
    }),
  );
});

test("words, in whatever pieces they come", () => {
  const halves = fc.uint32Array({ minLength: 2, maxLength: 400 });
  fc.assert(
    fc.property(halves, fc.integer({ min: 1, max: 70 }), fc.nat(3), (all, size, off) => {
      const even = all.subarray(0, all.length - (all.length % 2));
      const bytes = printWords(even);
      const shifted = new Uint8Array(bytes.length + off).subarray(off);
      shifted.set(bytes);
      const seen = new Uint32Array(even.length);
      const parser = createWordParser((index, low, high) => {
        seen[(index - 7) * 2] = low;
        seen[(index - 7) * 2 + 1] = high;
      }, 7);
      for (let at = 0; at < bytes.length; at += size) parser.write(shifted.subarray(at, at + size));
      parser.end();
      expect(seen).toEqual(even);
    }),
  );
});

test("any bytes are a text, and back", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
      expect(bytesOf(textOf(bytes))).toEqual(bytes);
    }),
  );
});
