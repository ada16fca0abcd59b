package dev.weft.local.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class NetworkTest {

    @Test
    void theFirstHasTheRangesOfAMeshThatIsAlone() {
        Network first = Network.FIRST;
        assertThat(first.gatewayIpv4()).isEqualTo("10.244.0.1");
        assertThat(first.gatewayIpv6()).isEqualTo("fd57:e1f7::1");
        assertThat(first.workloadsIpv4()).isEqualTo("10.244.0.0/16");
        assertThat(first.workloadsIpv6()).isEqualTo("fd57:e1f7::/64");
        assertThat(first.servicesIpv4()).isEqualTo("10.96.0.0/16");
        assertThat(first.servicesIpv6()).isEqualTo("fd57:e1f7:96::/112");
    }

    @Test
    void noTwoNetworksShareAnAddress() {
        Set<String> ranges = new HashSet<>();
        for (int number = 0; number <= Network.MAX_NUMBER; number++) {
            Network network = new Network(number);
            for (String range : List.of(
                    network.workloadsIpv4(), network.servicesIpv4(), network.workloadsIpv6(), network.servicesIpv6())) {
                assertThat(ranges.add(range)).as(range).isTrue();
            }
            assertThat(InetAddress.ofLiteral(network.workloadIpv6(0xabcd)).getHostAddress())
                    .isEqualTo("fd57:e1f7:0:" + Integer.toHexString(number) + ":0:0:0:abcd");
            assertThat(InetAddress.ofLiteral(network.serviceIpv6(7)).getHostAddress())
                    .isEqualTo("fd57:e1f7:96:" + Integer.toHexString(number) + ":0:0:0:7");
        }
    }

    @Test
    void theFirstFreeIsTheLowest() {
        assertThat(Network.firstFree(List.of())).hasValue(0);
        assertThat(Network.firstFree(List.of(0, 1, 3))).hasValue(2);
        assertThat(Network.firstFree(
                        IntStream.rangeClosed(0, Network.MAX_NUMBER).boxed().toList()))
                .isEmpty();
    }

    @Test
    void refusesANumberThatHasNoRange() {
        for (int wrong : new int[] {-1, Network.MAX_NUMBER + 1}) {
            assertThatThrownBy(() -> new Network(wrong)).hasMessage("network: " + wrong + " (expected: 0-31)");
        }
    }
}
