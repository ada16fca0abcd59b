package dev.weft.proxy.capture;

import dev.weft.policy.model.Cidr;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The nftables rules that bring a workload's TCP to its sidecar, as a script for {@code nft -f}.
 *
 * <p>Two NAT chains in one table, {@code inet weft}, for IPv4 and IPv6 alike. Only the first packet of a connection meets
 * them, so connections that exist when the rules are loaded go on as they were. The rules stand on their own: while no
 * sidecar listens, captured connections are refused by the kernel and nothing leaves the workload in the clear.
 *
 * <p>Left alone are: loopback and the workload's own addresses, the tunnel port inbound, the sidecar's own sockets (by mark
 * or user), the ports and destinations that the settings name, and everything that is not TCP.
 */
public final class CaptureRules {

    /** Family and name of the table that holds the rules. */
    public static final String TABLE = "inet weft";

    private CaptureRules() {}

    /** The script that puts the rules in force, replacing those of an earlier script in one transaction. */
    public static String install(CaptureSettings settings) {
        StringBuilder script = new StringBuilder();
        script.append("table ").append(TABLE).append('\n');
        script.append("delete table ").append(TABLE).append('\n');
        script.append("table ").append(TABLE).append(" {\n");
        chain(script, "inbound", "prerouting");
        line(script, "iifname \"lo\" return");
        line(script, "meta l4proto != tcp return");
        line(script, "tcp dport " + settings.tunnelPort() + " return");
        skipPorts(script, settings.skipInboundPorts());
        line(script, "meta l4proto tcp redirect to :" + settings.inboundPort());
        script.append("  }\n");
        chain(script, "outbound", "output");
        line(script, "meta l4proto != tcp return");
        if (settings.mark() != 0) {
            line(script, "meta mark 0x%08x return".formatted(settings.mark()));
        }
        settings.uid().ifPresent(uid -> line(script, "meta skuid " + uid + " return"));
        line(script, "fib daddr type local return");
        skipPorts(script, settings.skipOutboundPorts());
        skipCidrs(script, settings.excludedCidrs());
        line(script, "meta l4proto tcp redirect to :" + settings.outboundPort());
        script.append("  }\n}\n");
        return script.toString();
    }

    /** The script that removes the rules; also valid where there are none. */
    public static String remove() {
        return "table " + TABLE + "\ndelete table " + TABLE + "\n";
    }

    private static void chain(StringBuilder script, String name, String hook) {
        script.append("  chain ").append(name).append(" {\n");
        line(script, "type nat hook " + hook + " priority -100; policy accept;");
    }

    private static void skipPorts(StringBuilder script, Collection<Integer> ports) {
        if (!ports.isEmpty()) {
            line(script, "tcp dport " + set(ports) + " return");
        }
    }

    /** Ranges go in a rule each: in one set, ranges that overlap would be an error. */
    private static void skipCidrs(StringBuilder script, List<Cidr> cidrs) {
        for (Cidr cidr : cidrs) {
            line(script, (cidr.ipv6() ? "ip6" : "ip") + " daddr " + cidr + " return");
        }
    }

    private static String set(Collection<?> elements) {
        return elements.stream().map(String::valueOf).collect(Collectors.joining(", ", "{ ", " }"));
    }

    private static void line(StringBuilder script, String rule) {
        script.append("    ").append(rule).append('\n');
    }
}
