"""System calls by name: their numbers on x86_64 and on aarch64. A dash: the architecture does not have it."""

from __future__ import annotations

LAST_KNOWN = 462
"""The highest number that was considered here. Later calls are answered as if the kernel did not have them."""

ARCHITECTURES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
"""The kernel's own names for them (AUDIT_ARCH_X86_64, AUDIT_ARCH_AARCH64)."""

FILES = """
creat:85:- unlink:87:- unlinkat:263:35 rename:82:- renameat:264:38 renameat2:316:276 link:86:- linkat:265:37
symlink:88:- symlinkat:266:36 mkdir:83:- mkdirat:258:34 rmdir:84:- mknod:133:- mknodat:259:33 chmod:90:- fchmod:91:52
fchmodat:268:53 fchmodat2:452:452 chown:92:- fchown:93:55 lchown:94:- fchownat:260:54 truncate:76:45 ftruncate:77:46
fallocate:285:47 utime:132:- utimes:235:- futimesat:261:- utimensat:280:88 setxattr:188:5 lsetxattr:189:6
fsetxattr:190:7 removexattr:197:14 lremovexattr:198:15 fremovexattr:199:16 open_by_handle_at:304:265
name_to_handle_at:303:264
"""
"""Change the file system, whatever the file."""

MOUNTS = """
mount:165:40 umount2:166:39 pivot_root:155:41 chroot:161:51 swapon:167:224 swapoff:168:225 quotactl:179:60
quotactl_fd:443:443 open_tree:428:428 move_mount:429:429 fsopen:430:430 fsconfig:431:431 fsmount:432:432
fspick:433:433 mount_setattr:442:442 acct:163:89 fanotify_init:300:262 fanotify_mark:301:263
"""
"""Change what is mounted where."""

NETWORK = """
socket:41:198 connect:42:203 bind:49:200 listen:50:201 accept:43:202 accept4:288:242 sendmsg:46:211 sendmmsg:307:269
"""
"""Speak to anybody."""

PROCESSES = """
fork:57:- vfork:58:- execve:59:221 execveat:322:281 kill:62:129 tkill:200:130 rt_sigqueueinfo:129:138
rt_tgsigqueueinfo:297:240 pidfd_open:434:434 pidfd_send_signal:424:424 pidfd_getfd:438:438 ptrace:101:117
process_vm_readv:310:270 process_vm_writev:311:271 process_madvise:440:440 process_mrelease:448:448 kcmp:312:272
unshare:272:97 setns:308:268
"""
"""Start, signal or look into processes."""

SHARED = """
shmget:29:194 shmat:30:196 shmctl:31:195 semget:64:190 semctl:66:191 semop:65:193 semtimedop:220:192 msgget:68:186
msgsnd:69:189 msgrcv:70:188 msgctl:71:187 mq_open:240:180 mq_unlink:241:181
"""
"""Leave something behind in the kernel."""

SYSTEM = """
reboot:169:142 init_module:175:105 finit_module:313:273 delete_module:176:106 kexec_load:246:104
kexec_file_load:320:294 bpf:321:280 perf_event_open:298:241 userfaultfd:323:282 io_uring_setup:425:425
io_uring_enter:426:426 io_uring_register:427:427 keyctl:250:219 add_key:248:217 request_key:249:218 syslog:103:116
vhangup:153:58 iopl:172:- ioperm:173:- settimeofday:164:170 clock_settime:227:112 adjtimex:159:171
clock_adjtime:305:266 sethostname:170:161 setdomainname:171:162 personality:135:92 lookup_dcookie:212:18
close_range:436:436 capset:126:91 setuid:105:146 setgid:106:144 setreuid:113:145 setregid:114:143 setresuid:117:147
setresgid:119:149 setgroups:116:159 setfsuid:122:151 setfsgid:123:152
"""
"""Administration, and the ways around a filter (io_uring, bpf, personality)."""

PRETENDED = """
setrlimit:160:164 setpriority:141:140 ioprio_set:251:30 sched_setaffinity:203:122 sched_setscheduler:144:119
sched_setparam:142:118 sched_setattr:314:274
"""
"""Harmless wishes about priorities and limits: answered as done, and not done."""

ABSENT = """
clone3:435:435 openat2:437:437
"""
"""Their arguments lie in memory, where a filter cannot look; the C library falls back to older calls."""

JUDGED = """
open:2:- openat:257:56 clone:56:220 sendto:44:206 prlimit64:302:261 socketpair:53:199 tgkill:234:131 close:3:57
dup2:33:- dup3:292:24 shutdown:48:210 ioctl:16:29 prctl:157:167 fcntl:72:25
"""
"""Allowed or not by their arguments."""

REFUSED = (FILES, MOUNTS, NETWORK, PROCESSES, SHARED, SYSTEM)


def numbers(table: str, machine: str) -> dict[str, int]:
    """The calls of one table that `machine` has."""
    column = list(ARCHITECTURES).index(machine) + 1
    rows = (row.split(":") for row in table.split())
    return {row[0]: int(row[column]) for row in rows if row[column] != "-"}
