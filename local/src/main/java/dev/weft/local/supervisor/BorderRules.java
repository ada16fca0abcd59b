package dev.weft.local.supervisor;

import dev.weft.local.state.Network;

/**
 * The nftables rules of what may cross between linked meshes: tunnels between their workloads, what their control planes tell each
 * other, and ICMP that says why something failed. A sidecar never sends plaintext there; with these rules no one else can either,
 * as an unmeshed workload or a port that is left alone, and nothing else that listens beside the control plane is reached. They
 * keep no state, as the port of a server tells the direction.
 */
final class BorderRules {

    static final String TABLE = "inet weft_border";

    private static final int TUNNEL_PORT = 15_008;

    private BorderRules() {}

    /** The script for {@code nft -f}, for a network namespace that has no such rules yet. */
    static String install() {
        return """
                table %1$s {
                  chain forward {
                    type filter hook forward priority 0; policy accept;
                    iifname != "%2$s*" oifname != "%2$s*" accept
                    meta l4proto { icmp, ipv6-icmp } accept
                    tcp dport %3$d accept
                    tcp sport %3$d tcp flags & (syn | ack) != syn accept
                    meta l4proto tcp reject with tcp reset
                    reject
                  }
                  chain input {
                    type filter hook input priority 0; policy accept;
                    iifname != "%2$s*" accept
                    meta l4proto { icmp, ipv6-icmp } accept
                    tcp dport { %4$d, %5$d } accept
                    tcp sport { %3$d, %4$d, %5$d } tcp flags & (syn | ack) != syn accept
                    tcp flags & rst == rst accept
                    meta l4proto tcp reject with tcp reset
                    reject
                  }
                }
                """.formatted(TABLE, Network.LINK_PREFIX, TUNNEL_PORT, Network.CONTROL_PORT, Network.BUNDLE_PORT);
    }
}
