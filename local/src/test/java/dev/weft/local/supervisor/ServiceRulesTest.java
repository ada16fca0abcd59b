package dev.weft.local.supervisor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.local.command.Commands;
import dev.weft.local.state.Network;
import dev.weft.local.state.Uid;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ServiceRulesTest {

    private static final List<ServiceRules.Target> TARGETS = List.of(
            new ServiceRules.Target(
                    "10.96.1.1",
                    80,
                    List.of(
                            new ServiceRules.Endpoint("10.244.0.2", 8080),
                            new ServiceRules.Endpoint("10.244.0.3", 8080),
                            new ServiceRules.Endpoint("10.244.0.4", 8081))),
            new ServiceRules.Target("fd57:e1f7:96::1", 80, List.of(new ServiceRules.Endpoint("fd57:e1f7::2", 8080))),
            new ServiceRules.Target("10.96.1.2", 5432, List.of()));

    @Test
    void givesEachEndpointItsShareAndRefusesTheRest() {
        assertThat(ServiceRules.install(Network.FIRST, TARGETS)).isEqualTo("""
                table inet weft_services
                delete table inet weft_services
                table inet weft_services {
                  chain destinations {
                    type nat hook output priority -100; policy accept;
                    ip daddr 10.96.1.1 tcp dport 80 numgen random mod 3 0 dnat ip to 10.244.0.2:8080
                    ip daddr 10.96.1.1 tcp dport 80 numgen random mod 2 0 dnat ip to 10.244.0.3:8080
                    ip daddr 10.96.1.1 tcp dport 80 dnat ip to 10.244.0.4:8081
                    ip6 daddr fd57:e1f7:96::1 tcp dport 80 dnat ip6 to [fd57:e1f7::2]:8080
                  }
                  chain leftovers {
                    type filter hook output priority 0; policy accept;
                    ip daddr 10.96.0.0/16 meta l4proto tcp reject with tcp reset
                    ip6 daddr fd57:e1f7:96::/112 meta l4proto tcp reject with tcp reset
                  }
                }
                """);
    }

    @Test
    void isWhatTheKernelTakes() throws Exception {
        List<String> command = new ArrayList<>(List.of("unshare"));
        if (Uid.own() != 0) {
            command.addAll(List.of("--user", "--map-root-user"));
        }
        command.addAll(List.of("--net", "--", "nft", "-f", "-"));
        String script = ServiceRules.install(Network.FIRST, TARGETS);
        assertThat(Commands.run(command, script + script)).isEmpty();
    }
}
