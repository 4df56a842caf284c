/**
 * Examples of the language: a whole scenario in a file each. Comments at its head are what the page
 * says of a verb or a subject; they are not shown again in the example.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

export interface Example {
  readonly prose: string;
  readonly text: string;
}

/** By folder and name: `verbs/fork`. */
export type Examples = ReadonlyMap<string, Example>;

export const LANGUAGE: string = join(import.meta.dirname, "../language");

export function readExamples(): Examples {
  const files = readdirSync(LANGUAGE, { recursive: true, encoding: "utf8" });
  return new Map(
    files
      .map((file) => file.replaceAll("\\", "/"))
      .filter((file) => file.endsWith(".yaml"))
      .sort()
      .map((file) => [file.slice(0, -".yaml".length), exampleIn(join(LANGUAGE, file))]),
  );
}

function exampleIn(path: string): Example {
  const text = readFileSync(path, "utf8");
  const [head = ""] = /^(?:#.*\n)*/.exec(text) ?? [];
  return { prose: head.replace(/^# ?/gm, "").trim(), text: text.slice(head.length) };
}
