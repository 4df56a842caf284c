/**
 * A release, rehearsed: everything is published to a registry on loopback, and used from there by
 * people who have nothing else. `pnpm rehearse` does the same on all releases of Node.js and
 * compilers that the packages are for; here are one Node.js and one compiler of each kind.
 */
import { afterAll, beforeAll, describe } from "vitest";
import { type Rehearsal, rehearse } from "../../publish/rehearsal.ts";
import { testBrowsers } from "./browsers.ts";
import { testCommand } from "./command.ts";
import { testExamples } from "./examples.ts";
import { testMatrix } from "./matrix.ts";
import { testTarballs } from "./tarballs.ts";
import { testVersions } from "./versions.ts";

let rehearsal: Rehearsal;
beforeAll(async () => {
  rehearsal = await rehearse();
}, 600_000);
afterAll(async () => {
  await rehearsal?.end();
});
const published = (): Rehearsal => rehearsal;

describe("the tarballs", () => testTarballs(published));
describe("the command", () => testCommand(published));
describe("the examples", () => testExamples(published));
describe("the matrix", () => testMatrix(published));
describe("in browsers", () => testBrowsers(published));
// Last, since it publishes more.
describe("a change of one package", () => testVersions(published));
