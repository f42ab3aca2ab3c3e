/*
 * Asks the kernel what it would decide, as libselinux's security_compute_av does: lines `SOURCE TARGET CLASS-NUMBER` on standard input, the
 * bits that are allowed on standard output, one number a line. One open file answers one question.
 */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

int main(void)
{
	char line[1024], answer[256];

	while (fgets(line, sizeof line, stdin)) {
		int fd = open("/sys/fs/selinux/access", O_RDWR);
		size_t length = strcspn(line, "\n");
		ssize_t got;

		if (fd < 0 || write(fd, line, length) != (ssize_t)length) {
			perror(line);
			return 1;
		}
		got = read(fd, answer, sizeof answer - 1);
		if (got <= 0) {
			perror(line);
			return 1;
		}
		answer[got] = '\0';
		printf("%.*s\n", (int)strcspn(answer, " "), answer);
		close(fd);
	}
	return ferror(stdin) || fflush(stdout) != 0;
}
