/**
 * The packages as npm would deliver them: installed, imported, and run by the machine's Node.js.
 */
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { installOutside, type Outside } from "./outside.ts";

let outside: Outside;
const forkpath = (...args: string[]) => outside.run("npx", "--no-install", "forkpath", ...args);

beforeAll(async () => {
  outside = await installOutside();
});
afterAll(async () => {
  await outside?.remove();
});

describe("the command", () => {
  test("shows the demo", async () => {
    const { code, stdout } = await forkpath("demo");
    expect(code).toBe(0);
    expect(stdout).toContain("copy_pte_range");
    expect(Math.max(...stdout.split("\n").map((line) => line.length))).toBeLessThanOrEqual(100);
  });

  test("runs the recorded vectors that come with it", async () => {
    const { code, stdout } = await forkpath("conform");
    expect(code).toBe(0);
    expect(stdout.trimEnd().split("\n").at(-1)).toBe("458 passed, 0 failed");
  });

  test("shows a defect, whose scenario comes in another package", async () => {
    const { code, stdout } = await forkpath("defects", "D1");
    expect(code).toBe(0);
    expect(stdout).toMatch(/^D1\. /);
  });

  test("answers a usage error with one line and exit code 2", async () => {
    const { code, stderr } = await forkpath("conform", "--no-such-option");
    expect(code).toBe(2);
    expect(stderr).not.toContain("    at ");
  });
});

describe("the packages", () => {
  test("ship no sources and no workspace protocol", async () => {
    const scope = join(outside.folder, "node_modules/@forkpath");
    for (const name of await readdir(scope)) {
      const manifest = await readFile(join(scope, name, "package.json"), "utf8");
      expect(manifest).not.toContain("workspace:");
      expect(JSON.stringify(JSON.parse(manifest).exports)).not.toContain("@forkpath/source");
      expect(await readdir(join(scope, name))).not.toContain("src");
    }
  });

  test("one of them is of use alone: a swap entry taken apart", async () => {
    const program = `
      import { swpOffset, swpType } from "@forkpath/swap";
      console.log(swpType(0x246806), swpOffset(0x246806, 0));
    `;
    await writeFile(join(outside.folder, "entry.js"), program);
    expect((await outside.run("node", "entry.js")).stdout).toBe(`3 ${0x1234}\n`);
  });

  test("a machine forks in ten lines", async () => {
    const program = `
      import { createKernel } from "@forkpath/kernel";
      const kernel = createKernel({ memoryPages: 1024 });
      const parent = kernel.createProcess();
      const heap = kernel.mmap(parent, { len: 3 * 4096 });
      kernel.write(parent, heap, 3 * 4096);
      const child = kernel.fork(parent);
      console.log(kernel.letters(parent, heap, 3), kernel.letters(child, heap, 3), kernel.check());
    `;
    await writeFile(join(outside.folder, "fork.js"), program);
    expect((await outside.run("node", "fork.js")).stdout).toBe("r r r r r r []\n");
  });
});
