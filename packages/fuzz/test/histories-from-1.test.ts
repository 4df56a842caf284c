/** The first half of the random histories: two files, so that two workers share the load. */
import { testHistories } from "./histories.ts";

testHistories([1, 10_001, 20_001, 30_001, 40_001]);
