package dev.weft.local.supervisor;

import dev.weft.local.state.Network;
import java.util.List;

/**
 * Builds the nftables rules for connections of unmeshed workloads to Services, the task of kube-proxy. Each new
 * connection goes to a random ready endpoint; if there is none, it is refused at once. Meshed workloads need no such
 * rules, because their sidecar knows the Services.
 */
final class ServiceRules {

    static final String TABLE = "inet weft_services";

    private ServiceRules() {}

    /**
     * One port of one address of a Service.
     *
     * @param endpoints its ready endpoints, of the address's family
     */
    record Target(String address, int port, List<Endpoint> endpoints) {

        Target {
            endpoints = List.copyOf(endpoints);
        }
    }

    record Endpoint(String address, int port) {}

    /** Returns the script for {@code nft -f} that installs these rules, in place of earlier ones. */
    static String install(Network network, List<Target> targets) {
        StringBuilder script = new StringBuilder();
        script.append("table ")
                .append(TABLE)
                .append("\ndelete table ")
                .append(TABLE)
                .append('\n');
        script.append("table ").append(TABLE).append(" {\n");
        script.append("  chain destinations {\n    type nat hook output priority -100; policy accept;\n");
        for (Target target : targets) {
            append(script, target);
        }
        script.append("  }\n  chain leftovers {\n    type filter hook output priority 0; policy accept;\n");
        script.append("    ip daddr ")
                .append(network.servicesIpv4())
                .append(" meta l4proto tcp reject with tcp reset\n");
        script.append("    ip6 daddr ")
                .append(network.servicesIpv6())
                .append(" meta l4proto tcp reject with tcp reset\n");
        script.append("  }\n}\n");
        return script.toString();
    }

    /** Adds the rules of a target. Each rule takes its share of the connections that are left: 1/n, 1/(n-1), … 1. */
    private static void append(StringBuilder script, Target target) {
        String family = target.address().contains(":") ? "ip6" : "ip";
        int left = target.endpoints().size();
        for (Endpoint endpoint : target.endpoints()) {
            script.append("    ").append(family).append(" daddr ").append(target.address());
            script.append(" tcp dport ").append(target.port());
            if (left > 1) {
                script.append(" numgen random mod ").append(left).append(" 0");
            }
            script.append(" dnat ")
                    .append(family)
                    .append(" to ")
                    .append(authority(endpoint))
                    .append('\n');
            left--;
        }
    }

    private static String authority(Endpoint endpoint) {
        String address = endpoint.address().contains(":") ? "[" + endpoint.address() + "]" : endpoint.address();
        return address + ":" + endpoint.port();
    }
}
