/** One of each that a blob can hold, in the words of parser 3.0. */
export const EVERYTHING = `
profile everything /usr/bin/every{thing,body} xattrs=(user.one=two) flags=(attach_disconnected) {
  capability net_raw perfmon,
  audit capability sys_nice,
  deny capability sys_admin,

  /etc/passwd r,
  owner /home/*/.x{a,b}/** rwkl,
  deny /etc/shadow rw,
  audit /tmp/** w,
  /bin/sh Px -> other,
  /bin/ls ix,
  /bin/cat Cx -> child,
  /bin/u Ux,
  /bin/p pix,
  /lib/** mr,
  link subset /a/* -> /b/*,

  network inet dgram,
  network unix stream,
  signal send set=(term) peer=foo,
  ptrace read peer=foo,
  mount fstype=tmpfs -> /mnt/,
  umount /mnt/,
  change_profile -> other,
  set rlimit nofile <= 100,

  ^hat {
    /x r,
  }
  profile child {
    /y r,
  }
}
profile other flags=(complain) {
  /y r,
}
profile killer flags=(kill,audit) {
  /y r,
}
`;
