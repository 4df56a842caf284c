/** `docs/api`: one report for each library. */
import { type Published, publishedLibraries } from "@forkpath/config/published";
import { reportApi } from "./report.ts";

/** The files of the folder and what each has to say. */
export function apiFiles(): ReadonlyMap<string, string> {
  const nameOf = ({ dir }: Published): string => `${dir.replace("packages/", "")}.api.md`;
  return new Map(publishedLibraries().map((one) => [nameOf(one), reportApi(one)]));
}
