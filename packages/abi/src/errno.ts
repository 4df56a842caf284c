/**
 * Error numbers that the modelled paths return, as on Linux x86-64.
 *
 * Modelled functions return 0 or the negative of one of these; they never throw them.
 * @example
 * ```ts
 * import { Errno } from "@forkpath/abi";
 * console.log(-Errno.ENOMEM); // -12
 * ```
 */
export const Errno = {
  /** The caller lacks the right to do this. */
  EPERM: 1,
  /** Nothing has that name. */
  ENOENT: 2,
  /** No process or thread has that pid. */
  ESRCH: 3,
  /** A signal came before the call was done. */
  EINTR: 4,
  /** A device failed to read or write. */
  EIO: 5,
  /** Arguments and environment of exec are too long. */
  E2BIG: 7,
  /** The file is in no format that exec knows. */
  ENOEXEC: 8,
  /** No open file has that number. */
  EBADF: 9,
  /** The caller has no child to wait for. */
  ECHILD: 10,
  /** A limit is reached, or a resource is busy for now. */
  EAGAIN: 11,
  /** No memory, no room in the address space, or an area is missing. */
  ENOMEM: 12,
  /** The file's mode refuses this access. */
  EACCES: 13,
  /** An address of the caller lies in no area, or in one that refuses the access. */
  EFAULT: 14,
  /** Another use of it forbids the change. */
  EBUSY: 16,
  /** There is one already. */
  EEXIST: 17,
  /** The file or device cannot be mapped. */
  ENODEV: 19,
  /** An argument makes no sense here. */
  EINVAL: 22,
  /** The process has as many open files as it may. */
  EMFILE: 24,
  /** The file is run as a program, or open for writing when it should be run. */
  ETXTBSY: 26,
  /** Internal: a page has to become its process's alone before it is pinned (L15/6). */
  EMLINK: 31,
  /** The kernel has no such call. */
  ENOSYS: 38,
  /** A value is too large for its field. */
  EOVERFLOW: 75,
  /** Internal: the system call restarts once the signal was handled (SPEC §6.3/32). */
  ERESTARTNOINTR: 513,
} as const;
export type Errno = (typeof Errno)[keyof typeof Errno];

const nameOf = new Map<number, string>(Object.entries(Errno).map(([name, code]) => [code, name]));

/**
 * `-12` gives "-ENOMEM"; 0 gives "0"; a number without a name is printed as it is.
 * @modelOnly for people
 */
export function errnoName(status: number): string {
  const name = nameOf.get(-status);
  return name === undefined ? String(status) : `-${name}`;
}
