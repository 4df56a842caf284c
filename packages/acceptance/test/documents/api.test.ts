/** docs/api says what each library exports today, so that a change for users is seen as one. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { REPO } from "@forkpath/config/published";
import { expect, test } from "vitest";
import { apiFiles } from "../../documents/api/folder.ts";

const folder = join(REPO, "docs/api");
const files = apiFiles();

test("there is a report for each library, and no other", () => {
  expect(readdirSync(folder).sort()).toEqual([...files.keys()].sort());
});

test.each([...files])("%s is current: `pnpm document` writes it", (file, text) => {
  expect(readFileSync(`${folder}/${file}`, "utf8")).toBe(text);
});

test("a report has types, values and what comes from another package, without comments", () => {
  const report = files.get("swap.api.md")!;
  expect(report).toMatch(/^export interface \w+ \{\n {2}readonly /m);
  expect(report).toMatch(/^export (?:const|function) \w+/m);
  expect(report).not.toContain("/**");
  expect([...files.values()].join()).toMatch(/^export \{ \w+ \} from "@forkpath\/\w+";$/m);
});
