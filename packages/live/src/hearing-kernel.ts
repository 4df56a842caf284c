/**
 * A kernel between a scenario and the model's machine: it passes every call on, and takes down what
 * has to be done for real.
 *
 * A few calls are changed on the way, so that both sides begin alike: a process gets its page of
 * code, the pages of a file are in the page cache, and reclaim is what a process can do by itself.
 */
import { Madvise, MapFlag, PAGE_SIZE, PMD_SIZE, Prot } from "@forkpath/abi";
import type { ExecOptions, Kernel, MmapOptions, NewProcess } from "@forkpath/kernel";
import type { OpenFile } from "@forkpath/mm";
import { compoundHead, pageMapcount } from "@forkpath/rmap";
import { fillCache } from "./fill-cache.ts";
import { asSubject, execForReal, hasProgram } from "./hear-exec.ts";
import { CODE_PAGE } from "./look.ts";
import type { BackingFile, Birth, Listener } from "./made-call.ts";

/** Calls that go on as they are, with the pid of the caller as their first argument. */
const PLAIN = [
  ...["read", "write", "poke", "munmap", "mprotect", "madvise", "brk"],
  ...["mlock", "mlock2", "munlock", "mlockall", "munlockall", "mremap", "remapFilePages"],
  ...["fork", "vfork", "clone", "exit", "exitGroup", "wait", "setuid", "kill", "setCpu"],
  ...["prctlThp", "prctlMdwe", "resetPeak"],
] as const satisfies readonly (keyof Kernel)[];

/** What is done to a process, while it does nothing itself. */
const FROM_OUTSIDE: ReadonlySet<string> = new Set(["poke", "kill", "setCpu", "resetPeak"]);
/** Advice by which pages of a file may go. */
const TAKES_PAGES: ReadonlySet<unknown> = new Set([Madvise.PAGEOUT, Madvise.REMOVE]);

type AnyCall = (...args: unknown[]) => unknown;

export function hearingKernel(kernel: Kernel, listener: Listener, birth: Birth): Kernel {
  const cached: CachedFiles = new Map();
  const tell = (name: string, args: readonly unknown[], answer: unknown): void =>
    listener.onCall({ name, args, answer });
  const passOn = (name: keyof Kernel): AnyCall => {
    const call = kernel[name] as unknown as AnyCall;
    return (...args) => {
      const [pid] = args as number[];
      if (name === "mlockall" && isProgram(kernel, pid)) {
        listener.onRefusal("the model's vdso has no pages that could be locked");
      }
      if (name === "madvise" && TAKES_PAGES.has(args[3])) {
        refuseReadahead(kernel, pid, Number(args[1]), Number(args[1]) + Number(args[2]), listener);
      }
      const made = (): unknown => call(...args);
      const isOwn = !FROM_OUTSIDE.has(name);
      if (!isOwn) kernel.drainLru(); // as the recorder does before each command
      const answer = isOwn ? asSubject(kernel, pid, listener, made) : made();
      tell(name, args, answer);
      return answer;
    };
  };
  const changed: Partial<Record<keyof Kernel, unknown>> = {
    ...Object.fromEntries(PLAIN.map((name) => [name, passOn(name)])),
    createProcess: (options: NewProcess = {}) => createSubject(kernel, birth(options), listener),
    execve: (pid: number, options: ExecOptions) => execForReal(kernel, pid, options, listener),
    mmap: (pid: number, options: MmapOptions) => mapForReal(kernel, pid, options, listener, cached),
    truncate: (pid: number, path: string, pages: number) => {
      const answer = resize(kernel, path, pages, cached);
      tell("truncate", [pid, path, pages], answer);
      return answer;
    },
    reclaim: (pid: number, range: Partial<Range> = {}) => pageOut(kernel, pid, range, listener),
    collapse: (pid: number, addr: number) => {
      const args = [pid, addr - (addr % PMD_SIZE), PMD_SIZE, Madvise.COLLAPSE] as const;
      const answer = asSubject(kernel, pid, listener, () => kernel.madvise(...args));
      tell("madvise", args, answer);
      return answer;
    },
  };
  return { ...kernel, ...changed } as Kernel;
}

function isProgram({ machine }: Kernel, pid: number): boolean {
  const mm = machine.fork.tasks.get(pid)?.mm ?? null;
  return mm !== null && hasProgram(mm);
}

/** With its page of code, as every subject has one. */
function createSubject(kernel: Kernel, options: NewProcess, listener: Listener): number {
  const pid = kernel.createProcess(options);
  const task = kernel.machine.fork.tasks.get(pid);
  const born = { ...options, rlimits: { ...task?.signal.rlimits } };
  listener.onCall({ name: "createProcess", args: [born], answer: pid });
  if (task === undefined) return pid;
  const flags = MapFlag.PRIVATE | MapFlag.ANONYMOUS | MapFlag.FIXED;
  kernel.mmap(pid, { addr: CODE_PAGE, len: PAGE_SIZE, prot: Prot.READ | Prot.WRITE, flags });
  kernel.write(pid, CODE_PAGE);
  kernel.mprotect(pid, CODE_PAGE, PAGE_SIZE, Prot.READ | Prot.EXEC);
  task.minFlt = 0;
  task.majFlt = 0;
  if (task.mm !== null) listener.onBirth?.(kernel, task.mm);
  return pid;
}

/** How many pages of each file are on both sides, by its path. */
type CachedFiles = Map<string, number>;

/** A file of a disk that becomes longer is written to there: holes would be read ahead. */
function resize(kernel: Kernel, path: string, pages: number, cached: CachedFiles): number {
  const answer = kernel.truncate(1, path, pages);
  const file = kernel.machine.files.get(path);
  const before = cached.get(path) ?? 0;
  cached.set(path, pages);
  if (file !== undefined && !file.isShmem) fillCache(kernel, { file }, before);
  return answer;
}

function mapForReal(
  kernel: Kernel,
  pid: number,
  options: MmapOptions,
  listener: Listener,
  cached: CachedFiles,
): number {
  const { open } = options;
  if (open !== undefined && open.file.mmap !== null) {
    listener.onRefusal("there is no such device");
  }
  if (open !== undefined) {
    const { path, sizePages } = open.file;
    fillCache(kernel, open, cached.get(path) ?? 0);
    cached.set(path, Math.max(sizePages, cached.get(path) ?? 0));
  }
  const answer = asSubject(kernel, pid, listener, () => kernel.mmap(pid, options));
  const file = open === undefined ? {} : { file: backingOf(open) };
  listener.onCall({ name: "mmap", args: [pid, options], answer, ...file });
  return answer;
}

const backingOf = ({ file }: OpenFile): BackingFile => ({
  path: file.path,
  sizePages: file.sizePages,
  isShmem: file.isShmem,
});

interface Range {
  readonly start: number;
  readonly end: number;
}

/**
 * MADV_PAGEOUT, by the process itself: it takes the same pages, but for those that others map too.
 */
function pageOut(
  kernel: Kernel,
  pid: number,
  { start = 0, end = CODE_PAGE }: Partial<Range>,
  listener: Listener,
): { readonly freed: number } {
  const mm = kernel.machine.fork.tasks.get(pid)?.mm;
  if ((kernel.machine.config.swap ?? []).length === 0) {
    listener.onRefusal("this machine has no swap");
  }
  let freed = 0;
  for (const vma of [...(mm?.vmas ?? [])]) {
    const [from, to] = [Math.max(start, vma.start), Math.min(end, vma.end)];
    if (from >= to || vma.start === CODE_PAGE) continue;
    const before = inMemory(kernel, pid, from, to);
    if (before.isShared) listener.onRefusal("no process can page out what others map too");
    refuseReadahead(kernel, pid, from, to, listener);
    const args = [pid, from, to - from, Madvise.PAGEOUT] as const;
    const answer = asSubject(kernel, pid, listener, () => kernel.madvise(...args));
    listener.onCall({ name: "madvise", args, answer });
    freed += before.count - inMemory(kernel, pid, from, to).count;
  }
  return { freed };
}

/** What a disk is asked for again comes with its neighbours, which no model foretells. */
function refuseReadahead(
  kernel: Kernel,
  pid: number,
  start: number,
  end: number,
  { onRefusal }: Listener,
): void {
  const areas = kernel.machine.fork.tasks.get(pid)?.mm?.vmas ?? [];
  const hasDisk = areas.some(
    (area) => area.start < end && area.end > start && area.file?.isShmem === false,
  );
  if (hasDisk) onRefusal("pages of a file that go are read ahead when they come back");
}

function inMemory(
  kernel: Kernel,
  pid: number,
  start: number,
  end: number,
): { readonly count: number; readonly isShared: boolean } {
  const { map } = kernel.machine.mm;
  let count = 0;
  let isShared = false;
  for (let addr = start; addr < end; addr += PAGE_SIZE) {
    const pfn = kernel.frame(pid, addr);
    if (pfn === undefined) continue;
    count++;
    if (pageMapcount(map, compoundHead(map, pfn)) > 1) isShared = true;
  }
  return { count, isShared };
}
