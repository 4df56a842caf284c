/**
 * The fifteen histories of L28, on el6 and on 6.18: the same calls, and what each kernel makes of
 * them. Each file is two documents: the scenario, and by kernel what to expect after which step.
 */
import { describe, expect, test } from "vitest";
import { parseAllDocuments } from "yaml";
import { parseScenario, runScenario } from "../src/index.ts";
import { scenarioFiles, unmet } from "./files.ts";

type Fields = Record<string, unknown>;
type ByStep = Readonly<Record<string, readonly Fields[]>>;

/** What a step comes to where the two kernels do not agree on that. */
const FAILS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "h13.yaml": { el6: "EINVAL" },
  "h14.yaml": { "v6.18": "EFAULT" },
  "h15.yaml": { el6: "ERESTARTNOINTR", "v6.18": "ERESTARTNOINTR" },
};

describe.each(scenarioFiles("l28").map((file) => [file.name, file.text] as const))(
  "%s",
  (name, text) => {
    const [scenario, wanted] = parseAllDocuments(text).map((one) => one.toJS() as Fields);

    test.each(["el6", "v6.18"])("%s", (kernel) => {
      const expectations = wanted[kernel] as ByStep;
      const fails = FAILS[name]?.[kernel];
      const steps = (scenario.steps as Fields[]).map(({ FAILS: mayFail, ...step }, index) => ({
        ...step,
        ...(mayFail === true && fails !== undefined && { fails }),
        ...(expectations[index + 1] !== undefined && { expect: expectations[index + 1] }),
      }));
      const machine = { ...(scenario.machine as Fields | undefined), kernel };
      const result = runScenario(
        parseScenario(JSON.stringify({ ...scenario, machine, steps }, null, 1), name),
      );
      expect(unmet(result)).toEqual([]);
    });
  },
);
