/** The quick loop of fork against the slow, obvious one: SPEC §6.10 entry by entry. */
import { VmFlag } from "@forkpath/abi";
import { PRIVATE, runOn, SHARED } from "@forkpath/test-world";
import { draw, refs, show, type World } from "@forkpath/test-world/tables";
import fc from "fast-check";
import { expect, test } from "vitest";
import { copyPageRange } from "../../src/index.ts";

const LETTERS = ["W", "r", "f", "F", "z", "p", "s", "h", "M", "m", "n", "-"] as const;
const FLAGS = [PRIVATE, SHARED, SHARED | VmFlag.NONLINEAR, PRIVATE | VmFlag.PFNMAP];

const fork = (world: World): number =>
  runOn(world.env, copyPageRange(world.env, world.dst, world.src, world.vma));

/** What SPEC §6.10 says of one letter, written without any of the model's code. */
function expected(letter: string, flags: number): { parent: string; child: string } {
  const isCow = (flags & (VmFlag.SHARED | VmFlag.MAYWRITE)) === VmFlag.MAYWRITE;
  const clean = flags & VmFlag.SHARED ? "c" : "";
  if ("s h m n -".includes(letter)) return { parent: letter, child: letter };
  if (letter === "M") return isCow ? { parent: "m", child: "m" } : { parent: "M", child: "M" };
  const readOnly: Record<string, string> = { W: "r", F: "f" };
  const parent = isCow ? (readOnly[letter] ?? letter) : letter;
  return { parent, child: `${parent}${clean}'` };
}

/** Whether a letter has a page that is counted, and as what. */
function counted(letters: readonly string[], wanted: string): number {
  return letters.filter((letter) => wanted.includes(letter)).length;
}

test("random tables, copied as SPEC §6.10 says", () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom(...LETTERS), { minLength: 1, maxLength: 80 }),
      fc.constantFrom(...FLAGS),
      fc.boolean(),
      fc.boolean(),
      (letters, flags, isPolled, isInterleaved) => {
        const world = draw(letters.join(" "), { flags });
        if (isPolled) world.env.sync.needResched = () => true;
        world.env.sync.interleaved = isInterleaved;
        expect(fork(world)).toBe(0);
        const after = letters.map((letter) => expected(letter, flags));
        expect(show(world)).toEqual({
          parent: after.map(({ parent }) => parent).join(" "),
          child: after.map(({ child }) => child).join(" "),
          rss: `(${counted(letters, "fF")},${counted(letters, "Wr")},${counted(letters, "sh")})`,
        });
        const pages = letters.filter((letter) => "WrfF".includes(letter));
        const picture = pages.map((letter) => ("Wr".includes(letter) ? "2/2" : "3/2"));
        expect(refs(world)).toBe(picture.join(" "));
      },
    ),
    { numRuns: 300, seed: 20_240_611 },
  );
});
