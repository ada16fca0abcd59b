package dev.weft.proxy.observe;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;

class DestinationNamesTest {
    private final DestinationNames names = new DestinationNames();

    private DestinationNames.Labels labels(int port, String service) {
        return names.labels(new InetSocketAddress(InetAddress.ofLiteral("10.96.0.1"), port), service);
    }

    @Test
    void aDestinationHasItsAddressAndItsServiceIfThatIsKnown() {
        assertThat(labels(80, "shop/api")).isEqualTo(new DestinationNames.Labels("10.96.0.1:80", "shop/api"));
        assertThat(labels(80, "")).isEqualTo(new DestinationNames.Labels("10.96.0.1:80", "none"));
    }

    @Test
    void thereAreNoMoreNamesThanTheLimit() {
        for (int port = 1; port <= DestinationNames.MAX_NAMES; port++) {
            assertThat(labels(port, "shop/api").address()).isEqualTo("10.96.0.1:" + port);
        }
        assertThat(labels(60_000, "shop/late")).isEqualTo(new DestinationNames.Labels("other", "other"));
        assertThat(labels(1, "shop/api").address()).isEqualTo("10.96.0.1:1");
    }
}
