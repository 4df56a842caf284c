/** A build that is missing, fresh or stale, by what it was built from. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { staleBuild, stampBuild } from "../publish/fresh-build.ts";

let dir: string;
const write = (path: string, text: string): void => writeFileSync(join(dir, path), text);

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "fresh-build-"));
  for (const folder of ["dist", "src", "src/room", "test", "extra"]) mkdirSync(join(dir, folder));
  write("package.json", '{ "version": "1.0.0" }');
  write("src/index.ts", 'export * from "./room/a.ts";');
  write("src/room/a.ts", "export const a = 1;");
  write("extra/list.yaml", "[]");
});
afterEach(() => rmSync(dir, { recursive: true }));

test("without a stamp there is no build", () => {
  expect(staleBuild(dir)).toBe("it is not built");
});

test("a stamped build is fresh, whatever a test changes", () => {
  stampBuild(dir);
  write("test/a.test.ts", "changed");
  write("extra/list.yaml", "changed");
  expect(staleBuild(dir)).toBe("");
});

test.each([
  ["a source", () => write("src/room/a.ts", "export const a = 2;")],
  ["a new source", () => write("src/room/b.ts", "")],
  ["a source that went", () => rmSync(join(dir, "src/index.ts"))],
  ["the version", () => write("package.json", '{ "version": "1.0.1" }')],
  ["the build's settings", () => write("tsup.config.ts", "")],
  ["what the build copies", () => write("extra/list.yaml", "changed")],
])("%s makes it stale", (_what, change) => {
  stampBuild(dir, ["extra"]);
  expect(staleBuild(dir)).toBe("");
  change();
  expect(staleBuild(dir)).toBe("its sources are newer than its build");
});
