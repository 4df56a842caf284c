/**
 * Every verb but race, which is made of these. Their order is that of the dice: another one makes
 * other random histories from the same seed.
 */
import { growStack, pin, poke, read, unpin, write } from "./access.ts";
import { exec } from "./exec.ts";
import { exit, exitThread, wait } from "./exit.ts";
import { drainLru, dropCaches, remapFilePages, truncate } from "./file.ts";
import { clone, fork, vfork } from "./fork.ts";
import { limit, overcommit } from "./limit.ts";
import { mlock, mlockall, munlock, munlockall } from "./lock.ts";
import { brk, mmap, mremap, munmap } from "./map.ts";
import { migrateBegin, migrateEnd, poison } from "./migrate.ts";
import { mlock2 } from "./mlock2.ts";
import { movePages } from "./move-pages.ts";
import { prctl } from "./prctl.ts";
import { madvise, mprotect } from "./protect.ts";
import { look, resume } from "./race.ts";
import { collapse, reclaim } from "./reclaim.ts";
import { resetPeak } from "./reset-peak.ts";
import { coreDump, script } from "./script.ts";
import { setuid } from "./setuid.ts";
import { kill, onCpu, signal } from "./signal.ts";
import { corrupt, swapoff, swapon } from "./swap.ts";
import type { Verb } from "./verb.ts";

/**
 * By the order of the dice.
 * @modelOnly the language of scenarios
 */
export const VERBS: readonly Verb[] = [
  ...[fork, vfork, clone, exec, exit, exitThread, kill, wait, signal, limit],
  ...[write, read, poke, growStack, pin, unpin, mmap, munmap, mremap, remapFilePages],
  ...[mprotect, madvise, mlock, munlock, mlockall, brk, truncate, dropCaches],
  ...[reclaim, collapse, migrateBegin, migrateEnd, poison, swapon, swapoff],
  ...[
    script,
    corrupt,
    coreDump,
    resume,
    look,
    onCpu,
    munlockall,
    overcommit,
    mlock2,
    setuid,
    drainLru,
    resetPeak,
    movePages,
    prctl,
  ],
];
