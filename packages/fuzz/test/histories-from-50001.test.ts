/** The second half of the random histories. */
import { testHistories } from "./histories.ts";

testHistories([50_001, 60_001, 70_001, 80_001, 90_001]);
