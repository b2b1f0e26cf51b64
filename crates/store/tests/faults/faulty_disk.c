/* A disk that fails on purpose. Loaded before the C library, it counts the writing calls on ordinary files and lets
 * the one numbered FAULT_AT go wrong in the way FAULT_KIND says; FAULT_FOR calls in all.
 *   eio    the call fails            enospc  the disk is full: writes fail, syncs have nothing new to place
 *   fsync  only syncs fail           torn    half of the bytes arrive, then the power goes
 *   erofs  no file can be opened for writing
 *   slow   the call takes its time and succeeds */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static long calls, fault_at, fault_for;
static const char *kind = "";

__attribute__((constructor)) static void settings(void) {
    const char *at = getenv("FAULT_AT"), *how_long = getenv("FAULT_FOR"), *what = getenv("FAULT_KIND");
    fault_at = at ? atol(at) : 0;
    fault_for = how_long ? atol(how_long) : 1;
    if (what) kind = what;
}

static int is(const char *name) { return strcmp(kind, name) == 0; }

static int strikes(int fd, int is_sync) {
    struct stat file;
    if (fault_at == 0 || fd < 3 || fstat(fd, &file) != 0 || !S_ISREG(file.st_mode)) return 0;
    if (is("fsync") && !is_sync) return 0;
    if (is("enospc") && is_sync) return 0;
    long call = __atomic_add_fetch(&calls, 1, __ATOMIC_SEQ_CST);
    if (call < fault_at || call >= fault_at + fault_for) return 0;
    if (is("slow")) {
        usleep(3000);
        return 0;
    }
    errno = is("enospc") ? ENOSPC : EIO;
    return 1;
}

static ssize_t write_at(int fd, const void *bytes, size_t count, off64_t at) {
    static ssize_t (*real)(int, const void *, size_t, off64_t);
    if (!real) real = (ssize_t(*)(int, const void *, size_t, off64_t))dlsym(RTLD_NEXT, "pwrite64");
    if (strikes(fd, 0)) {
        if (is("torn")) {
            real(fd, bytes, count / 2, at);
            _exit(9);
        }
        return -1;
    }
    return real(fd, bytes, count, at);
}

ssize_t pwrite64(int fd, const void *bytes, size_t count, off64_t at) { return write_at(fd, bytes, count, at); }
ssize_t pwrite(int fd, const void *bytes, size_t count, off_t at) { return write_at(fd, bytes, count, at); }

ssize_t write(int fd, const void *bytes, size_t count) {
    static ssize_t (*real)(int, const void *, size_t);
    if (!real) real = (ssize_t(*)(int, const void *, size_t))dlsym(RTLD_NEXT, "write");
    if (strikes(fd, 0)) {
        if (is("torn")) {
            real(fd, bytes, count / 2);
            _exit(9);
        }
        return -1;
    }
    return real(fd, bytes, count);
}

static int sync_it(int fd, const char *name) {
    int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, name);
    if (strikes(fd, 1)) {
        if (is("torn")) _exit(9);
        return -1;
    }
    return real(fd);
}

int fsync(int fd) { return sync_it(fd, "fsync"); }
int fdatasync(int fd) { return sync_it(fd, "fdatasync"); }

static int open_it(const char *name, const char *path, int flags, mode_t mode) {
    int (*real)(const char *, int, ...) = (int (*)(const char *, int, ...))dlsym(RTLD_NEXT, name);
    if (is("erofs") && (flags & (O_WRONLY | O_RDWR | O_CREAT)) && strstr(path, "office")) {
        errno = EROFS;
        return -1;
    }
    return real(path, flags, mode);
}

int open(const char *path, int flags, ...) {
    va_list rest;
    va_start(rest, flags);
    mode_t mode = (flags & O_CREAT) ? va_arg(rest, mode_t) : 0;
    va_end(rest);
    return open_it("open", path, flags, mode);
}

int open64(const char *path, int flags, ...) {
    va_list rest;
    va_start(rest, flags);
    mode_t mode = (flags & O_CREAT) ? va_arg(rest, mode_t) : 0;
    va_end(rest);
    return open_it("open64", path, flags, mode);
}
