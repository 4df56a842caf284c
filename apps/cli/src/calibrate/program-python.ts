/**
 * The same for a machine without a compiler: Python is larger, but the differences are as large.
 */
export const PROGRAM_PYTHON = `
import ctypes, mmap, os, re, signal, time
PAGE, HUGE, RUNS = 4096, 2 << 20, 10
PAGES, TABLES, AREAS, HUGES = 16384, 512, 4000, 128
libc = ctypes.CDLL(None, use_errno=True)
libc.mmap.restype = ctypes.c_void_p
libc.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int, ctypes.c_int, ctypes.c_int, ctypes.c_long]
for name in ("mprotect", "madvise"):
    getattr(libc, name).argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]
libc.munmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t]

def map(size):
    at = libc.mmap(None, size, 3, 0x4022, -1, 0)
    if at in (None, 2**64 - 1): raise SystemExit("mmap failed")
    return at

def write(at, value=1):
    ctypes.c_char.from_address(at).value = value

def times(shape):
    taken = []
    for _ in range(RUNS):
        begin = time.perf_counter_ns()
        child = libc.fork()
        if child == 0: libc._exit(0)
        taken.append(time.perf_counter_ns() - begin)
        os.waitpid(child, 0)
    print(shape, *taken)

def huge_kb():
    text = open("/proc/self/smaps_rollup").read()
    return int(re.search(r"AnonHugePages: *([0-9]+)", text).group(1))

times("empty")
at = map(PAGES * PAGE)
libc.madvise(at, PAGES * PAGE, 15)
ctypes.memset(at, 1, PAGES * PAGE)
times("pages")
child = os.fork()
if child == 0:
    signal.pause()
    os._exit(0)
begin = time.perf_counter_ns()
ctypes.memset(at, 2, PAGES * PAGE)
print("copy", (time.perf_counter_ns() - begin) // PAGES)
os.kill(child, signal.SIGKILL)
os.waitpid(child, 0)
libc.munmap(at, PAGES * PAGE)
at = map(TABLES * HUGE)
libc.madvise(at, TABLES * HUGE, 15)
for i in range(TABLES): write(at + i * HUGE)
times("tables")
libc.munmap(at, TABLES * HUGE)
at = map(AREAS * PAGE)
libc.madvise(at, AREAS * PAGE, 15)
for i in range(0, AREAS, 2): libc.mprotect(at + i * PAGE, PAGE, 1)
times("areas")
for i in range(1, AREAS, 2): write(at + i * PAGE)
times("written")
libc.munmap(at, AREAS * PAGE)
at = map((HUGES + 1) * HUGE)
at += HUGE - at % HUGE
libc.madvise(at, HUGES * HUGE, 14)
before = huge_kb()
for i in range(HUGES): write(at + i * HUGE)
if huge_kb() - before == HUGES * HUGE // 1024: times("huge")
`;
