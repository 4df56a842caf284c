/** Shared memory that has no path of its own (predict.md §3), by what maps calls it. */
const SHMEM_NAMES = ["/dev/zero (deleted)", "/memfd:", "/SYSV", "[anon_shmem"];

export const isShmemName = (name: string): boolean =>
  SHMEM_NAMES.some((beginning) => name.startsWith(beginning));
