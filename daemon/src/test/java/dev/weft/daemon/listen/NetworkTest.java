package dev.weft.daemon.listen;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import org.junit.jupiter.api.Test;

class NetworkTest {
    @Test
    void anAddressOfIpv4CountsForItself() {
        assertThat(Network.of("10.0.0.1")).isEqualTo("10.0.0.1");
        assertThat(Network.of("::ffff:10.0.0.1")).isEqualTo("10.0.0.1");
    }

    @Test
    void anAddressOfIpv6CountsForItsSlash64() {
        assertThat(Network.of("2001:db8:1:2::3")).isEqualTo("2001:db8:1:2:0:0:0:0");
        assertThat(Network.of("2001:db8:1:2:ffff::")).isEqualTo(Network.of("2001:db8:1:2::3"));
        assertThat(Network.of("2001:db8:1:3::3")).isNotEqualTo(Network.of("2001:db8:1:2::3"));
        assertThat(Network.of(InetAddress.ofLiteral("fd00::1")))
                .isEqualTo(Network.of(InetAddress.ofLiteral("fd00::2")));
    }

    @Test
    void whatIsNoAddressCountsForItself() {
        assertThat(Network.of("shop/web")).isEqualTo("shop/web");
        assertThat(Network.of("unknown")).isEqualTo("unknown");
        assertThat(Network.of("")).isEmpty();
    }
}
