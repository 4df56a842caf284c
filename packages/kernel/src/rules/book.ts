/** What /proc tells, where releases differ: one line a rule, in the order of ProcRules. */
import type { RuleBook } from "@forkpath/abi";
import { guardPage } from "./guard-page.ts";
import { peakReset } from "./peak-reset.ts";
import { smapsMigration } from "./smaps-migration.ts";
import { smapsShmem } from "./smaps-shmem.ts";
import { statmData } from "./statm-data.ts";
import { statusData } from "./status-data.ts";
import { statusTables } from "./status-tables.ts";
import { statusText } from "./status-text.ts";
import type { ProcRules } from "./types.ts";
import { vmFlagCodes } from "./vm-flags.ts";

export const procRules: RuleBook<ProcRules> = {
  statusData,
  statmData,
  smapsMigration,
  smapsShmem,
  guardPage,
  peakReset,
  statusText,
  statusTables,
  vmFlagCodes,
};
