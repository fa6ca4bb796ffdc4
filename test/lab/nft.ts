/** The firewall of a lab host, as nftables rules made from a plan of its ports. */
import { runCommand } from "./command.ts";
import type { Namespace } from "./netns.ts";
import type { PortPlan, PortRange } from "./ports.ts";

/**
 * Loads the rules that a plan asks for into a namespace, in place of those before.
 *
 * @throws {Error} With what nftables said, if it refuses them.
 */
export async function loadRules(namespace: Namespace, plan: PortPlan): Promise<void> {
  const result = await runCommand(namespace.wrap(["nft", "-f", "-"]), { input: rulesFor(plan) });
  if (result.code !== 0) throw new Error(`nft: ${result.stderr.trim()}`);
}

/** The rules as text: echo and all ports not named pass to the real stack. */
export function rulesFor(plan: PortPlan): string {
  return [
    "flush ruleset",
    "table ip lab {",
    "  chain input {",
    "    type filter hook input priority 0; policy accept;",
    rule(plan.dropped, "drop"),
    rule(plan.reset, "reject with tcp reset"),
    rule(plan.prohibited, "reject with icmp type admin-prohibited"),
    "  }",
    "}",
    "",
  ].filter((line) => line !== undefined).join("\n");
}

/** One rule for the TCP ports in ranges; none for none. */
function rule(ranges: readonly PortRange[], verdict: string): string | undefined {
  if (ranges.length === 0) return undefined;
  const set = ranges.map(([first, last]) => first === last ? `${first}` : `${first}-${last}`);
  return `    tcp dport { ${set.join(", ")} } ${verdict}`;
}
