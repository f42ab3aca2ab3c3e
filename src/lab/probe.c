/*
 * Attacks, one per run: `probe NAME [ARGUMENT]...`. Linked statically, so that one binary runs on every distribution.
 *
 * The lab runs it twice: labelled as the program's entry point, so that it enters the domain by the ordinary transition, and from
 * outside the domain, where the same operation must succeed. It prints the context it runs in, then one line:
 *   ok              the operation went through
 *   refused ERRNO   the operation failed with EACCES or EPERM
 *   failed ERRNO    it failed in another way, which proves nothing
 * and ends with 0, 13 or 1.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/if_packet.h>
#include <linux/rtnetlink.h>
#include <linux/vm_sockets.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

static int attack_argc;
static char **attack_argv;

static const char *argument(int n)
{
	if (n >= attack_argc) {
		fprintf(stderr, "probe: argument %d is missing\n", n + 1);
		exit(2);
	}
	return attack_argv[n];
}

static int number(int n) { return atoi(argument(n)); }

static struct sockaddr_in address(int n)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(number(n + 1)) };
	if (inet_pton(AF_INET, argument(n), &to.sin_addr) != 1)
		exit(2);
	return to;
}

/* socket FAMILY TYPE PROTOCOL: only its creation. */
static int make_socket(void)
{
	return socket(number(0), number(1), number(2));
}

/* udp ADDRESS PORT TEXT */
static int udp_send(void)
{
	struct sockaddr_in to = address(0);
	int fd = socket(AF_INET, SOCK_DGRAM, 0);
	if (fd < 0)
		return -1;
	return sendto(fd, argument(2), strlen(argument(2)), 0, (void *)&to, sizeof to);
}

/* udp-connected ADDRESS PORT TEXT: the way of the route trick, then a write. */
static int udp_connected(void)
{
	struct sockaddr_in to = address(0);
	int fd = socket(AF_INET, SOCK_DGRAM, 0);
	if (fd < 0 || connect(fd, (void *)&to, sizeof to) < 0)
		return -1;
	return write(fd, argument(2), strlen(argument(2)));
}

/* tcp ADDRESS PORT */
static int tcp_connect(void)
{
	struct sockaddr_in to = address(0);
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	if (fd < 0)
		return -1;
	return connect(fd, (void *)&to, sizeof to);
}

/* udp-bind PORT */
static int udp_bind(void)
{
	struct sockaddr_in on = { .sin_family = AF_INET, .sin_port = htons(number(0)) };
	int fd = socket(AF_INET, SOCK_DGRAM, 0);
	if (fd < 0)
		return -1;
	return bind(fd, (void *)&on, sizeof on);
}

/* tcp-listen PORT: without one, on whichever port the kernel picks for a socket that is bound to none. */
static int tcp_listen(void)
{
	struct sockaddr_in on = { .sin_family = AF_INET };
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	if (fd < 0)
		return -1;
	if (attack_argc > 0) {
		on.sin_port = htons(number(0));
		if (bind(fd, (void *)&on, sizeof on) < 0)
			return -1;
	}
	return listen(fd, 1);
}

/* l2cap-bind: a place at which Bluetooth devices could call; it needs no adapter. */
static int l2cap_bind(void)
{
	/* sockaddr_l2 of the kernel's bluetooth/l2cap.h, which no userspace header carries. */
	struct {
		sa_family_t family;
		unsigned short psm;
		unsigned char address[6];
		unsigned short cid;
		unsigned char address_type;
	} any = { .family = AF_BLUETOOTH, .psm = htole16(0x1001) };
	int fd = socket(AF_BLUETOOTH, SOCK_SEQPACKET, 0);
	if (fd < 0)
		return -1;
	return bind(fd, (void *)&any, sizeof any);
}

/* unix PATH: connects to a daemon's stream socket. */
static int unix_connect(void)
{
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);
	if (fd < 0)
		return -1;
	strncpy(to.sun_path, argument(0), sizeof to.sun_path - 1);
	return connect(fd, (void *)&to, sizeof to);
}

/* route-write: adds 127.0.0.77 to the loopback interface over route netlink. */
static int route_write(void)
{
	struct {
		struct nlmsghdr head;
		struct ifaddrmsg body;
		struct rtattr attribute;
		unsigned char value[4];
	} request = {
		.head = { .nlmsg_len = sizeof request, .nlmsg_type = RTM_NEWADDR,
			  .nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK | NLM_F_CREATE | NLM_F_REPLACE },
		.body = { .ifa_family = AF_INET, .ifa_prefixlen = 32, .ifa_index = 1 },
		.attribute = { .rta_len = sizeof(struct rtattr) + 4, .rta_type = IFA_LOCAL },
		.value = { 127, 0, 0, 77 },
	};
	struct {
		struct nlmsghdr head;
		struct nlmsgerr body;
		char rest[256];
	} answer;
	int fd = socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
	if (fd < 0 || send(fd, &request, sizeof request, 0) < 0 || recv(fd, &answer, sizeof answer, 0) < 0)
		return -1;
	errno = -answer.body.error;
	return answer.body.error ? -1 : 0;
}

/* read PATH */
static int read_file(void)
{
	char byte;
	int fd = open(argument(0), O_RDONLY);
	return fd < 0 ? -1 : read(fd, &byte, 1);
}

/* write PATH: opens an existing file for writing and changes nothing. */
static int write_file(void)
{
	return open(argument(0), O_WRONLY | O_APPEND);
}

/* create PATH: makes a file and leaves it. */
static int create_file(void)
{
	return open(argument(0), O_WRONLY | O_CREAT | O_EXCL, 0600);
}

/* exec PATH ARGUMENT...: a child runs it. */
static int execute(void)
{
	int status;
	pid_t child = fork();
	if (child == 0) {
		execv(argument(0), attack_argv);
		_exit(errno == EACCES || errno == EPERM ? 113 : 114);
	}
	if (child < 0 || waitpid(child, &status, 0) < 0)
		return -1;
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return 0;
	errno = WIFEXITED(status) && WEXITSTATUS(status) == 113 ? EACCES : ENOEXEC;
	return -1;
}

/* execmem: anonymous memory that is both written and run. */
static int execmem(void)
{
	void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	return page == MAP_FAILED ? -1 : 0;
}

/* execstack: makes the stack executable. */
static int execstack(void)
{
	char here;
	void *page = (void *)((unsigned long)&here & ~4095ul);
	return mprotect(page, 4096, PROT_READ | PROT_WRITE | PROT_EXEC);
}

/* ptrace PID: attaches and lets go. */
static int attach(void)
{
	pid_t pid = number(0);
	if (ptrace(PTRACE_ATTACH, pid, 0, 0) < 0)
		return -1;
	waitpid(pid, NULL, 0);
	return ptrace(PTRACE_DETACH, pid, 0, 0);
}

/* unload NAME: asks to remove a kernel module. Out of the domain, a module that is not there gives ENOENT: permitted. */
static int unload_module(void)
{
	if (syscall(SYS_delete_module, argument(0), O_NONBLOCK) == 0 || errno == ENOENT)
		return 0;
	return -1;
}

/* setenforce: to permissive and back. */
static int setenforce(void)
{
	int fd = open("/sys/fs/selinux/enforce", O_RDWR);
	if (fd < 0 || write(fd, "0", 1) < 0)
		return -1;
	return pwrite(fd, "1", 1, 0);
}

/* setexec CONTEXT: the context of the next program. */
static int setexec(void)
{
	int fd = open("/proc/thread-self/attr/exec", O_WRONLY);
	return fd < 0 ? -1 : write(fd, argument(0), strlen(argument(0)));
}

/* tiocsti: types a blank into the terminal. */
static int tiocsti(void)
{
	int fd = open("/dev/tty", O_RDWR);
	return fd < 0 ? -1 : ioctl(fd, TIOCSTI, " ");
}

/* mount: a memory file system over an empty directory, and off again. */
static int mount_tmpfs(void)
{
	if (mount("none", argument(0), "tmpfs", 0, NULL) < 0)
		return -1;
	return umount(argument(0));
}

/* hostname: sets the host's name to what it is. */
static int set_host_name(void)
{
	char name[256];
	if (gethostname(name, sizeof name) < 0)
		return -1;
	return sethostname(name, strlen(name));
}

/* signal PID: the null signal, which only asks whether it may. */
static int signal_process(void)
{
	return kill(number(0), 0);
}

/* frame INTERFACE MAC ADDRESS PORT TEXT: a UDP packet in a frame of its own, through a capture socket. */
static int send_frame(void)
{
	unsigned char frame[512] = { 0 };
	const char *text = argument(4);
	size_t length = strlen(text);
	struct sockaddr_in to = address(2);
	struct sockaddr_ll link = { .sll_family = AF_PACKET, .sll_ifindex = if_nametoindex(argument(0)) };
	unsigned char *ip = frame + 14, *udp = ip + 20;
	unsigned sum = 0;

	sscanf(argument(1), "%hhx:%hhx:%hhx:%hhx:%hhx:%hhx", &frame[0], &frame[1], &frame[2], &frame[3], &frame[4], &frame[5]);
	frame[6] = 2;
	frame[12] = 8;
	ip[0] = 0x45;
	ip[3] = 28 + length;
	ip[8] = 64;
	ip[9] = 17;
	inet_pton(AF_INET, "198.51.100.2", ip + 12);
	memcpy(ip + 16, &to.sin_addr, 4);
	for (int i = 0; i < 20; i += 2)
		sum += ip[i] << 8 | ip[i + 1];
	sum = ~((sum >> 16) + sum);
	ip[10] = sum >> 8;
	ip[11] = sum;
	udp[0] = 4;
	udp[2] = ntohs(to.sin_port) >> 8;
	udp[3] = ntohs(to.sin_port);
	udp[5] = 8 + length;
	memcpy(udp + 8, text, length);
	int fd = socket(AF_PACKET, SOCK_RAW, htons(ETH_P_IP));
	if (fd < 0)
		return -1;
	return sendto(fd, frame, 42 + length, 0, (void *)&link, sizeof link);
}

/* resolve NAME: asks systemd-resolved over its local socket, as nss-resolve does. */
static int resolve(void)
{
	struct sockaddr_un to = { .sun_family = AF_UNIX, .sun_path = "/run/systemd/resolve/io.systemd.Resolve" };
	char buffer[1024];
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);
	if (fd < 0 || connect(fd, (void *)&to, sizeof to) < 0)
		return -1;
	int length = snprintf(buffer, sizeof buffer,
		"{\"method\":\"io.systemd.Resolve.ResolveHostname\",\"parameters\":{\"name\":\"%s\",\"flags\":0}}", argument(0));
	if (write(fd, buffer, length + 1) < 0)
		return -1;
	return read(fd, buffer, sizeof buffer);
}

static long bpf(int command, union bpf_attr *attribute)
{
	return syscall(SYS_bpf, command, attribute, sizeof *attribute);
}

/* bpf-read-kernel: a BPF program reads the start of its task's structure, which is the kernel's own memory, into a map. */
static int bpf_read_kernel(void)
{
	enum { LENGTH = 64 };
	char seen[LENGTH] = { 0 };
	uint32_t key = 0;
	union bpf_attr map = { .map_type = BPF_MAP_TYPE_ARRAY, .key_size = sizeof key, .value_size = LENGTH, .max_entries = 1 };
	int values = bpf(BPF_MAP_CREATE, &map);
	if (values < 0)
		return -1;
#define HELPER(id) { .code = BPF_JMP | BPF_CALL, .imm = (id) }
#define MOVE(to, from) { .code = BPF_ALU64 | BPF_MOV | BPF_X, .dst_reg = (to), .src_reg = (from) }
#define ADD(to, value) { .code = BPF_ALU64 | BPF_ADD | BPF_K, .dst_reg = (to), .imm = (value) }
#define SET(to, value) { .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = (to), .imm = (value) }
	struct bpf_insn program[] = {
		HELPER(BPF_FUNC_get_current_task),
		MOVE(BPF_REG_3, BPF_REG_0),
		MOVE(BPF_REG_1, BPF_REG_10), ADD(BPF_REG_1, -LENGTH),
		SET(BPF_REG_2, LENGTH),
		HELPER(BPF_FUNC_probe_read_kernel),
		{ .code = BPF_ST | BPF_MEM | BPF_DW, .dst_reg = BPF_REG_10, .off = -LENGTH - 8 },
		{ .code = BPF_LD | BPF_IMM | BPF_DW, .dst_reg = BPF_REG_1, .src_reg = BPF_PSEUDO_MAP_FD, .imm = values }, { 0 },
		MOVE(BPF_REG_2, BPF_REG_10), ADD(BPF_REG_2, -LENGTH - 8),
		MOVE(BPF_REG_3, BPF_REG_10), ADD(BPF_REG_3, -LENGTH),
		SET(BPF_REG_4, BPF_ANY),
		HELPER(BPF_FUNC_map_update_elem),
		SET(BPF_REG_0, 0),
		{ .code = BPF_JMP | BPF_EXIT },
	};
	union bpf_attr load = { .prog_type = BPF_PROG_TYPE_RAW_TRACEPOINT, .insns = (uintptr_t)program,
				.insn_cnt = sizeof program / sizeof *program, .license = (uintptr_t)"GPL" };
	int loaded = bpf(BPF_PROG_LOAD, &load);
	if (loaded < 0)
		return -1;
	union bpf_attr attach = { .raw_tracepoint = { .name = (uintptr_t)"sys_enter", .prog_fd = loaded } };
	if (bpf(BPF_RAW_TRACEPOINT_OPEN, &attach) < 0)
		return -1;
	getppid();
	union bpf_attr look = { .map_fd = values, .key = (uintptr_t)&key, .value = (uintptr_t)seen };
	if (bpf(BPF_MAP_LOOKUP_ELEM, &look) < 0)
		return -1;
	for (int i = 0; i < LENGTH; i++)
		if (seen[i] != 0)
			return 0;
	errno = ENODATA;
	return -1;
}

static const struct {
	const char *name;
	int (*run)(void);
} ATTACKS[] = {
	{ "socket", make_socket }, { "udp", udp_send }, { "udp-connected", udp_connected }, { "tcp", tcp_connect },
	{ "udp-bind", udp_bind }, { "tcp-listen", tcp_listen }, { "unix", unix_connect }, { "route-write", route_write }, { "read", read_file },
	{ "write", write_file }, { "create", create_file }, { "exec", execute }, { "execmem", execmem },
	{ "execstack", execstack }, { "ptrace", attach }, { "unload", unload_module },
	{ "setenforce", setenforce }, { "setexec", setexec }, { "tiocsti", tiocsti }, { "mount", mount_tmpfs },
	{ "hostname", set_host_name }, { "signal", signal_process }, { "frame", send_frame }, { "resolve", resolve },
	{ "l2cap-bind", l2cap_bind }, { "bpf-read-kernel", bpf_read_kernel },
};

/*
 * The context that this process runs in. Asked by the system call of kernel 6.8 where there is one: an AppArmor profile may refuse the file, and the
 * refusal would be a record of its own.
 */
static void own_context(char *context, size_t size)
{
	/* struct lsm_ctx of linux/lsm.h, which older headers lack; number and attribute are those of every architecture. */
	struct {
		uint64_t id, flags, length, context_length;
		char context[1024];
	} own;
	uint32_t length = sizeof own;
	memset(context, 0, size);
	if (syscall(459, 100, &own, &length, 0) > 0) {
		snprintf(context, size, "%.*s", (int)own.context_length, own.context);
		return;
	}
	int fd = open("/proc/self/attr/current", O_RDONLY);
	if (fd >= 0 && read(fd, context, size - 1) < 0)
		context[0] = 0;
}

int main(int argc, char **argv)
{
	char context[256];
	own_context(context, sizeof context);
	printf("%s\n", context);
	fflush(stdout);
	if (argc < 2)
		return 2;
	attack_argc = argc - 2;
	attack_argv = argv + 2;
	for (size_t i = 0; i < sizeof ATTACKS / sizeof *ATTACKS; i++) {
		if (strcmp(argv[1], ATTACKS[i].name) != 0)
			continue;
		if (ATTACKS[i].run() >= 0) {
			printf("ok\n");
			return 0;
		}
		int refused = errno == EACCES || errno == EPERM;
		printf("%s %s\n", refused ? "refused" : "failed", strerrorname_np(errno));
		return refused ? 13 : 1;
	}
	fprintf(stderr, "probe: no attack named %s\n", argv[1]);
	return 2;
}
