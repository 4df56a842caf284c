/**
 * Error numbers that the modelled paths return, as on Linux x86-64.
 *
 * Modelled functions return 0 or the negative of one of these; they never throw them.
 */
export const Errno = {
  EPERM: 1,
  ENOENT: 2,
  ESRCH: 3,
  EINTR: 4,
  EIO: 5,
  E2BIG: 7,
  ENOEXEC: 8,
  EBADF: 9,
  ECHILD: 10,
  EAGAIN: 11,
  ENOMEM: 12,
  EACCES: 13,
  EFAULT: 14,
  EBUSY: 16,
  EEXIST: 17,
  ENODEV: 19,
  EINVAL: 22,
  EMFILE: 24,
  ETXTBSY: 26,
  ENOSYS: 38,
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
