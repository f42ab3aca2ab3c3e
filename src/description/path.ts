/** What is wrong with a path that a never or its exception names, or undefined. A path that cannot exist would prove nothing. */
export function pathProblem(path: string): { message: string; hint: string } | undefined {
  const home = /^(~|\$HOME|\$\{HOME\}|%h|HOME_DIR)(?=\/|$)/.exec(path);
  if (home !== null) {
    return {
      message: `\`${path}\` does not begin with a directory`,
      hint: `write \`${path.replace(home[0], 'HOME')}\`: HOME stands for every home directory`,
    };
  }
  if (!/^(\/|HOME(\/|$))/.test(path)) {
    return {
      message: `\`${path}\` is not an absolute path`,
      hint: 'start it with `/`, or with `HOME` for every home directory',
    };
  }
  const normal = normalized(path);
  return normal === path
    ? undefined
    : { message: `\`${path}\` is not the name of a place`, hint: `write \`${normal}\`` };
}

/** Without `.`, `..`, doubled and trailing slashes; what leads above the root stays at the root. */
function normalized(path: string): string {
  const [first = '', ...parts] = path.split('/');
  const kept: string[] = [];
  for (const part of parts) {
    if (part === '..') kept.pop();
    else if (part !== '' && part !== '.') kept.push(part);
  }
  return kept.length === 0 ? first || '/' : `${first}/${kept.join('/')}`;
}
