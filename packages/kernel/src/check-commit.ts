/** What the machine has promised, against those whom it was promised to (SPEC I12). */
import { accountedPages, type MappedFile, type MmEnv, type MmStruct } from "@forkpath/mm";

/** A file that is charged as it fills has promised what it holds, in memory and in swap. */
const shmemPromises = ({ isChargedByPage, pages, swapped, chargedPages }: MappedFile): number =>
  isChargedByPage ? pages.size + swapped.size : chargedPages;

/** @modelOnly a recount */
export function checkCommit(env: MmEnv, mms: Iterable<MmStruct>): readonly string[] {
  let charged = accountedPages(mms);
  for (const file of env.files.values()) charged += shmemPromises(file);
  const { committed } = env.commit;
  if (committed === charged) return [];
  return [`vm_committed_as is ${committed}, but ${charged} pages are charged`];
}
