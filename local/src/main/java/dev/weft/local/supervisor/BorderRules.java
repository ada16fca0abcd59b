package dev.weft.local.supervisor;

import dev.weft.local.state.Network;

/**
 * The nftables rules for traffic between linked meshes. They permit tunnels between workloads, the traffic between
 * control planes, and ICMP for error messages. A sidecar never sends plaintext to another mesh. The rules also stop
 * others from doing so, such as an unmeshed workload or a port that is not captured, and protect other servers next to
 * the control plane. They need no connection state, because the server's port shows the direction.
 */
final class BorderRules {

    static final String TABLE = "inet weft_border";

    private static final int TUNNEL_PORT = 15_008;

    private BorderRules() {}

    /** Returns the script for {@code nft -f}, for a network namespace without these rules. */
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
