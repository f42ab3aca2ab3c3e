/*
 * Asks the kernel what a loaded AppArmor profile grants, as libapparmor's aa_query_label does: lines `UID PROFILE QUESTION` on standard input, the
 * question in hexadecimal (a class's byte and what is matched after it); `ALLOW DENY AUDIT QUIET` on standard output, a line each, in hexadecimal.
 * Of files the kernel takes root for the owner, so that UID 0 is answered as the owner and any other as everybody else.
 */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/fsuid.h>
#include <unistd.h>

static int ask(const char *profile, const unsigned char *question, size_t length)
{
	char query[4096] = "label", answer[256];
	unsigned int allow, deny, audit, quiet;
	size_t name = strlen(profile) + 1;
	int fd = open("/sys/kernel/security/apparmor/.access", O_RDWR);
	ssize_t got;

	if (fd < 0 || sizeof "label" + name + length > sizeof query)
		return -1;
	memcpy(query + sizeof "label", profile, name);
	memcpy(query + sizeof "label" + name, question, length);
	length += sizeof "label" + name;
	if (write(fd, query, length) != (ssize_t)length)
		return -1;
	got = read(fd, answer, sizeof answer - 1);
	if (got <= 0)
		return -1;
	answer[got] = '\0';
	close(fd);
	if (sscanf(answer, "allow %x deny %x audit %x quiet %x", &allow, &deny, &audit, &quiet) != 4)
		return -1;
	printf("%x %x %x %x\n", allow, deny, audit, quiet);
	return 0;
}

int main(void)
{
	static char line[8192], profile[256], hex[4096];
	static unsigned char question[2048];
	unsigned int uid, byte;

	while (fgets(line, sizeof line, stdin)) {
		size_t length = 0;

		if (sscanf(line, "%u %255s %4095s", &uid, profile, hex) != 3)
			return 2;
		while (hex[2 * length] && sscanf(hex + 2 * length, "%2x", &byte) == 1)
			question[length++] = byte;
		setfsuid(uid);
		if (ask(profile, question, length) < 0) {
			perror(line);
			return 1;
		}
	}
	return ferror(stdin) || fflush(stdout) != 0;
}
