#!/usr/bin/env node
/**
 * `fresh-build stamp [PATH...]`, after a package's build: maps its declarations to its sources, and
 * notes what it was built from. PATHs are what it reads beside its sources.
 * `fresh-build check`, before it is packed: exits 1 unless the build is of what stands there.
 */
import { writeDeclarationMaps } from "./declaration-maps.ts";
import { staleBuild, stampBuild } from "./fresh-build.ts";

const [command, ...paths] = process.argv.slice(2);
if (command === "stamp") {
  writeDeclarationMaps(".");
  stampBuild(".", paths);
} else {
  const reason = staleBuild(".");
  if (reason !== "") {
    console.error(`${process.cwd()} cannot be packed: ${reason}. Run pnpm build first.`);
    process.exitCode = 1;
  }
}
