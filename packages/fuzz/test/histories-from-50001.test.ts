/** The second half of the random histories: two files, so that two workers share the load. */
import { testHistories } from "./histories.ts";

testHistories([50_001, 60_001, 70_001, 80_001, 90_001]);
