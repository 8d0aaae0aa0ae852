/* Fails, or kills the process at, the Nth call on chosen paths. Loaded with LD_PRELOAD; see fsync_fault.py. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

static int64_t *count;            /* shared with the test: calls so far, faults so far */
static char *paths, *calls;
static long first, last;
static int fault;                 /* an errno, or 0 to kill */

/* At the load of the library, and again where a forked process has got another environment. */
void fault_begin(void);
__attribute__((constructor)) void fault_begin(void) {
    count = NULL;
    const char *file = getenv("FAULT_COUNT"), *what = getenv("FAULT_DO");
    paths = getenv("FAULT_PATHS");
    calls = getenv("FAULT_CALLS");
    first = atol(getenv("FAULT_FIRST") ? getenv("FAULT_FIRST") : "0");
    last = atol(getenv("FAULT_LAST") ? getenv("FAULT_LAST") : "0");
    if (!file || !*file || !what || !paths || !calls) return;
    fault = !strcmp(what, "EIO") ? EIO : !strcmp(what, "ENOSPC") ? ENOSPC : 0;
    int descriptor = open(file, O_RDWR | O_CLOEXEC);
    if (descriptor < 0) abort();
    void *shared = mmap(NULL, 16, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
    if (shared == MAP_FAILED) abort();
    close(descriptor);
    count = shared;
}

static int chosen(const char *path) {
    for (const char *each = paths; *each;) {
        const char *end = strchrnul(each, ':');
        char one[PATH_MAX];
        size_t length = (size_t)(end - each);
        if (length && length < sizeof one) {
            memcpy(one, each, length);
            one[length] = 0;
            if (strstr(path, one)) return 1;
        }
        each = *end ? end + 1 : end;
    }
    return 0;
}

static int listed(const char *call) {
    char padded[256], wanted[64];
    snprintf(padded, sizeof padded, ",%s,", calls);
    snprintf(wanted, sizeof wanted, ",%s,", call);
    return strstr(padded, wanted) != NULL;
}

/* Whether this call fails; does not come back where it kills. */
static int strikes(const char *call, const char *path) {
    if (!count || !listed(call) || !chosen(path)) return 0;
    int64_t now = __atomic_add_fetch(&count[0], 1, __ATOMIC_SEQ_CST);
    if (now < first || now > last) return 0;
    __atomic_add_fetch(&count[1], 1, __ATOMIC_SEQ_CST);
    if (!fault) {
        kill(getpid(), SIGKILL);
        for (;;) pause();
    }
    errno = fault;
    return 1;
}

static int strikes_at(const char *call, int descriptor) {
    char link[64], path[PATH_MAX];
    if (!count) return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0) return 0;
    path[length] = 0;
    return strikes(call, path);
}

static int strikes_in(const char *call, int folder, const char *name) {
    char link[64], path[PATH_MAX * 2];
    if (!count) return 0;
    if (name[0] == '/') return strikes(call, name);
    ssize_t length = -1;
    if (folder == AT_FDCWD) {
        if (getcwd(path, PATH_MAX)) length = (ssize_t)strlen(path);
    } else {
        snprintf(link, sizeof link, "/proc/self/fd/%d", folder);
        length = readlink(link, path, PATH_MAX - 1);
    }
    if (length < 0) return 0;
    snprintf(path + length, sizeof path - (size_t)length, "/%s", name);
    return strikes(call, path);
}

#define REAL(type, name, ...) \
    static type (*real)(__VA_ARGS__); \
    if (!real) real = (type (*)(__VA_ARGS__))dlsym(RTLD_NEXT, name)

int fsync(int descriptor) {
    REAL(int, "fsync", int);
    return strikes_at("sync", descriptor) ? -1 : real(descriptor);
}
int fdatasync(int descriptor) {
    REAL(int, "fdatasync", int);
    return strikes_at("sync", descriptor) ? -1 : real(descriptor);
}
ssize_t write(int descriptor, const void *bytes, size_t size) {
    REAL(ssize_t, "write", int, const void *, size_t);
    return strikes_at("write", descriptor) ? -1 : real(descriptor, bytes, size);
}
ssize_t pwrite(int descriptor, const void *bytes, size_t size, off_t place) {
    REAL(ssize_t, "pwrite", int, const void *, size_t, off_t);
    return strikes_at("write", descriptor) ? -1 : real(descriptor, bytes, size, place);
}
ssize_t pwrite64(int descriptor, const void *bytes, size_t size, off64_t place) {
    REAL(ssize_t, "pwrite64", int, const void *, size_t, off64_t);
    return strikes_at("write", descriptor) ? -1 : real(descriptor, bytes, size, place);
}
int rename(const char *from, const char *to) {
    REAL(int, "rename", const char *, const char *);
    return strikes_in("rename", AT_FDCWD, to) ? -1 : real(from, to);
}
int renameat(int old, const char *from, int new, const char *to) {
    REAL(int, "renameat", int, const char *, int, const char *);
    return strikes_in("rename", new, to) ? -1 : real(old, from, new, to);
}
int renameat2(int old, const char *from, int new, const char *to, unsigned int flags) {
    if (strikes_in("rename", new, to)) return -1;
    return (int)syscall(SYS_renameat2, old, from, new, to, flags);
}
int unlink(const char *name) {
    REAL(int, "unlink", const char *);
    return strikes_in("unlink", AT_FDCWD, name) ? -1 : real(name);
}
int unlinkat(int folder, const char *name, int flags) {
    REAL(int, "unlinkat", int, const char *, int);
    return strikes_in("unlink", folder, name) ? -1 : real(folder, name, flags);
}
