/** What the machine has promised, against those whom it was promised to (SPEC I12). */
import { accountedPages, type MmEnv, type MmStruct } from "@forkpath/mm";

/** @modelOnly a recount */
export function checkCommit(env: MmEnv, mms: Iterable<MmStruct>): readonly string[] {
  let charged = accountedPages(mms);
  for (const { chargedPages } of env.files.values()) charged += chargedPages;
  const { committed } = env.commit;
  if (committed === charged) return [];
  return [`vm_committed_as is ${committed}, but ${charged} pages are charged`];
}
