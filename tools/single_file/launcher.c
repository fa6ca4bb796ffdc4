/*
 * The launcher of the single file. Two blobs are linked to it, the Deno runtime and PortBunny's
 * bundle. It puts each into a sealed memory file and becomes the runtime that runs the bundle:
 * nothing is written to disk. Of the caller's environment and rights the runtime gets what is
 * named here and no more. What the runtime does is left to the bundle, how this file is built to
 * launcher_kind.ts.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Since Linux 6.3; the headers of Debian 12 are older. */
#ifndef MFD_NOEXEC_SEAL
#define MFD_NOEXEC_SEAL 8U
#define MFD_EXEC 16U
#endif

/* The linker puts these around the sections of payload.S. */
extern const char __start_portbunny_runtime[], __stop_portbunny_runtime[];
extern const char __start_portbunny_bundle[], __stop_portbunny_bundle[];

/*
 * Rights that a scan has a use for: raw packets, large socket buffers, and root's files under
 * other people's directories (-oJ). Whatever else the caller has ends here.
 */
static const __u32 KEPT_RIGHTS =
    1U << CAP_NET_RAW | 1U << CAP_NET_ADMIN | 1U << CAP_DAC_OVERRIDE;

/*
 * Terminal, language, time zone; what programs take that are started at an open port; parts of
 * array jobs (--shard). LD_*, DENO_* or NODE_* could make the runtime run other code.
 */
static const char *const KEPT_VARIABLES[] = {
    "TERM=", "COLORTERM=", "NO_COLOR=", "COLUMNS=", "LINES=", "LANG=", "LANGUAGE=", "LC_ALL=",
    "LC_MESSAGES=", "TZ=", "PATH=", "HOME=", "JOB_COMPLETION_INDEX=", "SLURM_ARRAY_TASK_ID=",
    "SLURM_ARRAY_TASK_MIN=",
};
enum { KEPT_COUNT = sizeof KEPT_VARIABLES / sizeof *KEPT_VARIABLES };

/*
 * Before the bundle's path and the user's arguments. Native calls could do all that Deno's
 * permissions forbid, and reading /proc takes all of them: what protects are the rights above.
 */
static const char *const RUNTIME_ARGUMENTS[] = {
    "portbunny", "run", "--allow-all", "--quiet", "--no-config", "--no-lock", "--no-remote",
    "--no-npm", "--cached-only", "--no-code-cache", "--no-prompt", "--ext=js",
};
enum { RUNTIME_COUNT = sizeof RUNTIME_ARGUMENTS / sizeof *RUNTIME_ARGUMENTS };

/* Says why it cannot start, and ends as the program does in such a case. */
static _Noreturn void refuse(const char *format, ...) {
  va_list values;
  va_start(values, format);
  fputs("portbunny: Cannot start: ", stderr);
  vfprintf(stderr, format, values);
  fputc('\n', stderr);
  exit(1);
}

/* A memory file of its kind. Kernels before 6.3 know only the first two flags. */
static int open_memory(const char *name, unsigned kind) {
  int file = memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING | kind);
  if (file < 0 && errno == EINVAL) file = memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING);
  if (file < 0 && errno == EACCES) {
    refuse("vm.memfd_noexec=2 on this machine forbids programs in memory files, which this kind "
           "of single file is. Allow them: sysctl vm.memfd_noexec=1");
  }
  if (file < 0) refuse("no memory file: %s", strerror(errno));
  return file;
}

/* A sealed memory file with these contents. */
static int load(const char *name, unsigned kind, const char *from, const char *end) {
  int file = open_memory(name, kind);
  while (from < end) {
    ssize_t written = write(file, from, (size_t)(end - from));
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) refuse("%s into memory: %s", name, strerror(errno));
    from += written;
  }
  int seals = F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL;
  if (fcntl(file, F_ADD_SEALS, seals) < 0) refuse("%s unsealed: %s", name, strerror(errno));
  return file;
}

/*
 * Hands the rights on that the file has been given (setcap) or that the caller has: as ambient
 * ones, for a memory file has none of its own. Nothing after this can gain others.
 */
static void hand_on_rights(void) {
  struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
  struct __user_cap_data_struct rights[2] = {0};
  if (syscall(SYS_capget, &header, rights) < 0) refuse("capget: %s", strerror(errno));
  __u32 kept = rights[0].permitted & KEPT_RIGHTS;
  rights[0] = (struct __user_cap_data_struct){kept, kept, kept};
  rights[1] = (struct __user_cap_data_struct){0, 0, 0};
  if (syscall(SYS_capset, &header, rights) < 0) refuse("capset: %s", strerror(errno));
  /* A system that forbids ambient rights leaves the scan to say that it has none. */
  prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
  for (unsigned long right = 0; right < 32; right++) {
    if (kept >> right & 1) prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, right, 0, 0);
  }
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0) refuse("no_new_privs: %s", strerror(errno));
}

/* The environment of the runtime; `own` has this file's path, for messages about setcap. */
static char **make_environment(char **given, char *own) {
  /* No directory can be made at this place, so the runtime keeps no cache and reads none. */
  static char no_cache[] = "DENO_DIR=/proc/self/no-cache", no_calls[] = "DENO_NO_UPDATE_CHECK=1";
  static char *environment[KEPT_COUNT + 4];
  size_t count = 0;
  for (size_t i = 0; i < KEPT_COUNT; i++) {
    size_t length = strlen(KEPT_VARIABLES[i]);
    for (char **at = given; *at != NULL; at++) {
      if (strncmp(*at, KEPT_VARIABLES[i], length) != 0) continue;
      environment[count++] = *at;
      break;
    }
  }
  environment[count++] = no_cache;
  environment[count++] = no_calls;
  environment[count++] = own;
  return environment;
}

/* The runtime's arguments, the bundle, the user's arguments. */
static char **make_arguments(int count, char **given, char *bundle) {
  char **arguments = calloc(RUNTIME_COUNT + 1 + (size_t)count + 1, sizeof *arguments);
  if (arguments == NULL) refuse("no memory");
  memcpy(arguments, RUNTIME_ARGUMENTS, sizeof RUNTIME_ARGUMENTS);
  arguments[RUNTIME_COUNT] = bundle;
  for (int i = 1; i < count; i++) arguments[RUNTIME_COUNT + i] = given[i];
  return arguments;
}

int main(int count, char **given, char **environment) {
  if (getuid() != geteuid() || getgid() != getegid()) {
    refuse("the file has its set-user-ID bit set. Use `setcap cap_net_raw=ep` on it instead");
  }
  static char own[4096 + 32] = "PORTBUNNY_FILE=";
  ssize_t length = readlink("/proc/self/exe", own + strlen(own), 4096);
  if (length < 0) refuse("/proc is missing. Mount it: mount -t proc proc /proc");

  int bundle = load("portbunny.js", MFD_NOEXEC_SEAL, __start_portbunny_bundle,
                    __stop_portbunny_bundle);
  int runtime = load("portbunny", MFD_EXEC, __start_portbunny_runtime, __stop_portbunny_runtime);
  /* The runtime reads the bundle by this number; 0 to 2 are not for it, even if they are free. */
  bundle = fcntl(bundle, F_DUPFD, 3);
  if (bundle < 0) refuse("no descriptor: %s", strerror(errno));
  static char path[sizeof "/proc/self/fd/" + 16];
  snprintf(path, sizeof path, "/proc/self/fd/%d", bundle);

  /*
   * The runtime does not start in a directory that has been removed. In this one no file can be
   * made either, so relative names of files still fail.
   */
  char here[1];
  if (getcwd(here, sizeof here) == NULL && errno == ENOENT && chdir("/proc/self") < 0) {
    refuse("the current directory is gone, and /proc cannot be entered: %s", strerror(errno));
  }
  hand_on_rights();
  syscall(SYS_execveat, runtime, "", make_arguments(count, given, path),
          make_environment(environment, own), AT_EMPTY_PATH);
  refuse("the runtime in memory: %s", strerror(errno));
}
