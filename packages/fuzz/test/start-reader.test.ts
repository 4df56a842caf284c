/** Starts that dice have made are read without their schema, and mean what they would in a file. */
import { KERNELS } from "@forkpath/abi";
import { createStartReader, scenarioOf } from "@forkpath/scenario/internal";
import { expect, test } from "vitest";
import { createRandom } from "../src/random.ts";
import { randomStart } from "../src/random-machine.ts";

test.each(KERNELS)("300 starts of %s come out as they do with the schema", (kernel) => {
  const read = createStartReader();
  for (let seed = 0; seed < 300; seed++) {
    const { machine, processes } = randomStart(createRandom(seed), kernel);
    expect(read({ machine, processes })).toEqual(scenarioOf({ machine, processes }));
  }
});
