/** Addresses that stand for every one of this machine. */
const WILDCARDS: ReadonlySet<string> = new Set(["0.0.0.0", "::"]);
const LOOPBACK = ["localhost", "127.0.0.1", "[::1]"] as const;

/** Name or IPv4 address, or an IPv6 address in brackets; then perhaps a port. */
const HOST = /^([A-Za-z0-9_.-]+|\[[0-9a-fA-F:.]+\])(?::\d{1,5})?$/;
const ADDRESS = /^(?:\d{1,3}(?:\.\d{1,3}){3}|\[.+\])$/;

/**
 * Whether a request means this server by a name that is its own. A page of another site can have its own name resolve to this
 * machine (DNS rebinding); its browser then takes our answers for that site's, but still sends that name as `Host`.
 */
export function hostCheck(
  boundHost: string,
  allowedHosts: readonly string[],
): (host: string | undefined) => boolean {
  const bound = boundHost.includes(":") ? `[${boundHost}]` : boundHost;
  const known = new Set([...LOOPBACK, ...[bound, ...allowedHosts].map((name) => name.toLowerCase())]);
  return (host) => {
    const name = HOST.exec(host ?? "")?.[1]?.toLowerCase();
    if (name === undefined) return false;
    if (known.has(name) || name.endsWith(".localhost")) return true;
    // Who listens on every address is meant by each of them, and an address cannot be made to resolve elsewhere.
    return WILDCARDS.has(boundHost) && ADDRESS.test(name);
  };
}
