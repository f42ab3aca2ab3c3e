/** Four bytes in network order as `10.0.0.1`. */
export function ipv4Text(bytes: Uint8Array): string {
  return bytes.join('.');
}

/** Sixteen bytes in network order as RFC 5952 writes them: the longest run of zero groups becomes `::`. */
export function ipv6Text(bytes: Uint8Array): string {
  const groups = Array.from({ length: 8 }, (_, i) => (bytes[i * 2]! << 8) | bytes[i * 2 + 1]!);
  let [longest, longestAt] = [1, -1];
  for (let i = 0; i < 8; i++) {
    let end = i;
    while (end < 8 && groups[end] === 0) end++;
    if (end - i > longest) [longest, longestAt] = [end - i, i];
  }
  const hex = groups.map((group) => group.toString(16));
  if (longestAt < 0) return hex.join(':');
  return `${hex.slice(0, longestAt).join(':')}::${hex.slice(longestAt + longest).join(':')}`;
}
