package dev.weft.local.supervisor;

import dev.weft.local.state.Network;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Builds the nftables rules for connections of unmeshed workloads to Services, the task of kube-proxy. Each new
 * connection goes to a random ready endpoint; if there is none, it is refused at once. Meshed workloads need no such
 * rules, because their sidecar knows the Services.
 */
final class ServiceRules {

    static final String TABLE = "inet weft_services";

    private ServiceRules() {}

    /** One port of one address of a Service, and its ready endpoints of the address's family. */
    record Target(String address, int port, List<Endpoint> endpoints) {

        Target {
            endpoints = List.copyOf(endpoints);
        }
    }

    record Endpoint(String address, int port) {}

    /** Returns the script for {@code nft -f} that installs these rules, in place of earlier ones. */
    static String install(Network network, List<Target> targets) {
        return """
                table %1$s
                delete table %1$s
                table %1$s {
                  chain destinations {
                    type nat hook output priority -100; policy accept;
                %2$s  }
                  chain leftovers {
                    type filter hook output priority 0; policy accept;
                    ip daddr %3$s meta l4proto tcp reject with tcp reset
                    ip6 daddr %4$s meta l4proto tcp reject with tcp reset
                  }
                }
                """.formatted(
                        TABLE,
                        targets.stream().map(ServiceRules::rules).collect(Collectors.joining()),
                        network.servicesIpv4(),
                        network.servicesIpv6());
    }

    /** Returns the rules of a target. Each takes its share of the connections that are left: 1/n, 1/(n-1), … 1. */
    private static String rules(Target target) {
        StringBuilder rules = new StringBuilder();
        String family = target.address().contains(":") ? "ip6" : "ip";
        int left = target.endpoints().size();
        for (Endpoint endpoint : target.endpoints()) {
            String share = left > 1 ? " numgen random mod " + left + " 0" : "";
            rules.append("    %s daddr %s tcp dport %d%s dnat %s to %s\n"
                    .formatted(family, target.address(), target.port(), share, family, authority(endpoint)));
            left--;
        }
        return rules.toString();
    }

    private static String authority(Endpoint endpoint) {
        String address = endpoint.address().contains(":") ? "[" + endpoint.address() + "]" : endpoint.address();
        return address + ":" + endpoint.port();
    }
}
