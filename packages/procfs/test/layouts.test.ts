/** What each release prints, against what releases were seen to print. */
import { KERNELS } from "@forkpath/abi";
import { expect, test } from "vitest";
import {
  arranged,
  layoutsOf,
  type PageEntry,
  pagemapFrame,
  pagemapSwapOffset,
  pagemapSwapType,
  pagemapWord,
  parseSmaps,
  parseSmapsRollup,
  parseStat,
  parseStatus,
  printSmaps,
  printStatus,
} from "../src/index.ts";
import { sample } from "./recorded.ts";

const hex = (entry: PageEntry, kernel: Parameters<typeof layoutsOf>[0]): string => {
  const [low, high] = pagemapWord(entry, layoutsOf(kernel).pagemapBits);
  return (BigInt(high) * 2n ** 32n + BigInt(low)).toString(16);
};

test("6.18 prints the fields of its samples, in their order", () => {
  const { statusFields, statNumbers, smapsFields, rollupFields } = layoutsOf("v6.18");
  const status = parseStatus(sample("demo.parent.status"));
  expect(status.order).toEqual(statusFields);
  expect(parseStat(sample("demo.parent.stat")).fields.length).toBe(statNumbers);
  expect(parseSmaps(sample("demo.parent.smaps"))[0].order).toEqual(smapsFields);
  expect(parseSmapsRollup(sample("demo.parent.smaps_rollup")).order).toEqual(rollupFields);
  const thread = parseStatus(sample("kthread.status"));
  expect(arranged(thread, statusFields).order).toEqual(thread.order);
});

test("what older releases leave out of the same figures", () => {
  const status = parseStatus(sample("demo.parent.status"));
  const memory = (kernel: Parameters<typeof layoutsOf>[0]): string =>
    printStatus(arranged(status, layoutsOf(kernel).statusFields))
      .split("\n")
      .map((line) => line.split(":")[0])
      .filter((field) => /^(Vm|Rss|Huge)/.test(field))
      .join(" ");
  const first = "VmPeak VmSize VmLck";
  const rest = "VmData VmStk VmExe VmLib VmPTE VmSwap";
  expect(memory("el6")).toBe(`${first} VmHWM VmRSS ${rest}`);
  expect(memory("v3.10")).toBe(`${first} VmPin VmHWM VmRSS ${rest}`);
  expect(memory("rhel7")).toBe(`${first} VmPin VmHWM VmRSS RssAnon RssFile RssShmem ${rest}`);
  expect(memory("v4.4")).toBe(`${first} VmPin VmHWM VmRSS ${rest} HugetlbPages`);
});

test("an area of el6 ends with its page sizes, and one of 5.4 is out of column", () => {
  const [area] = parseSmaps(sample("demo.parent.smaps"));
  const el6 = printSmaps([arranged(area, layoutsOf("el6").smapsFields)]);
  expect(el6.split("\n").slice(-4)).toEqual([
    "Swap:                  0 kB",
    "KernelPageSize:        4 kB",
    "MMUPageSize:           4 kB",
    "",
  ]);
  const { smapsFields, smapsShort } = layoutsOf("v5.4");
  const old = printSmaps([arranged(area, smapsFields)], smapsShort);
  expect(old).toContain("ShmemPmdMapped:        0 kB\nFilePmdMapped:        0 kB\n");
  expect(parseSmaps(old)[0].rows.FilePmdMapped).toBe(0);
});

test("every release has every field of the one before it, but for those that went", () => {
  const gone = KERNELS.slice(1).map((kernel, index) => {
    const before = layoutsOf(KERNELS[index]).statusFields;
    return before.filter((field) => !layoutsOf(kernel).statusFields.includes(field)).join(" ");
  });
  const rhel7Only = "Umask RssAnon RssFile RssShmem NoNewPrivs Speculation_Store_Bypass";
  expect(gone.filter((fields) => fields !== "")).toEqual([rhel7Only, "VmPMD"]);
});

test("pagemap entries of M28, and of el6", () => {
  const anon = { kind: "present", frame: 0x1234, isFile: false, isExclusive: true } as const;
  const file = { ...anon, isFile: true };
  const swapped = { kind: "swapped", type: 3, offset: 0x1234 } as const;
  expect(hex(anon, "v6.18")).toBe("8100000000001234");
  expect(hex({ ...anon, isExclusive: false }, "v6.18")).toBe("8000000000001234");
  expect(hex(file, "v6.18")).toBe("a100000000001234");
  expect(hex(swapped, "v6.18")).toBe("4000000000024683");
  const slot = (type: number, offset: number): string =>
    hex({ kind: "swapped", type, offset }, "v6.18");
  expect(slot(0, 1)).toBe("4000000000000020");
  expect(slot(1, 1)).toBe("4000000000000021");
  expect(slot(27, 5)).toBe("40000000000000bb");
  // A page that migrates, on a machine whose type for it is 28: its frame is the offset.
  expect(slot(28, 0x1000)).toBe("400000000002001c");
  expect(hex({ ...file, isExclusive: false }, "v6.18")).toBe("a000000000001234");
  const guard = { kind: "swapped", type: 31, offset: 4, isGuard: true } as const;
  expect(hex(guard, "v6.18")).toBe("440000000000009f");
  expect(hex(file, "el6")).toBe("8600000000001234");
  expect(hex({ kind: "hole" }, "el6")).toBe("600000000000000");
  expect(hex({ kind: "none" }, "el6")).toBe("0");
  expect(hex({ kind: "hole" }, "v6.18")).toBe("0");
});

test("frames and slots beyond 32 bits", () => {
  const { pagemapBits } = layoutsOf("v6.18");
  const frame = 2 ** 40 + 7;
  const present = { kind: "present", frame, isFile: true, isExclusive: true } as const;
  const [low, high] = pagemapWord(present, pagemapBits);
  expect(pagemapFrame(low, high)).toBe(frame);
  const offset = 2 ** 35 + 5;
  const [slotLow, slotHigh] = pagemapWord({ kind: "swapped", type: 9, offset }, pagemapBits);
  expect(pagemapSwapType(slotLow)).toBe(9);
  expect(pagemapSwapOffset(slotLow, slotHigh)).toBe(offset);
});
