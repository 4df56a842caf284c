/** What an expectation can ask about a file, by its path. */
import { path } from "../format/leaves.ts";
import { CannotRun } from "../world/cannot-run.ts";
import { defineFact, type Fact, type Facts, factsOf } from "./fact.ts";
import { observe, one } from "./observation.ts";
import { defineSubject, type Subject } from "./subject.ts";

type FileReader = Fact<string>["read"];

/** @throws CannotRun for a file that was never opened */
const sizeOf =
  (name: "pages" | "iMmap"): FileReader =>
  ({ kernel }, path) => {
    const file = kernel.machine.files.get(path);
    if (file === undefined) throw new CannotRun(`no process has opened ${path}`);
    return BigInt(file[name].size);
  };

/** @throws CannotRun for what is no device */
const ofDevice =
  (name: "opens" | "closes"): FileReader =>
  ({ devices }, path) => {
    const calls = devices.get(path);
    if (calls === undefined) throw new CannotRun(`${path} is no device`);
    return BigInt(calls[name]);
  };

const FILE_FACTS: Facts<string> = {
  cachedPages: defineFact("pages", "Pages in the page cache.", sizeOf("pages")),
  mappings: defineFact("count", "Areas that map it.", sizeOf("iMmap")),
  ...factsOf("count", ofDevice, {
    opens: "open calls of a device's areas, one for each fork.",
    closes: "close calls of a device's areas.",
  }),
};

export const file: Subject = defineSubject("file", path, FILE_FACTS, (where, key) => {
  const fact = FILE_FACTS[key];
  return observe(fact.unit, {
    text: `${where} ${key}`,
    look: (world) => one(fact.read(world, where)),
  });
});
