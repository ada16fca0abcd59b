package dev.weft.proxy.tunnel.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.weft.daemon.text.HostPort;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Headers;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.util.List;

/** The pseudo headers of a CONNECT. What leads anywhere is a numeric address and a port that can be read in one way only. */
class ConnectTargetFuzzTest {
    private static final int MAX_TEXT = 64;
    private static final List<String> ADDRESSES = List.of(
            "10.0.0.1", "[fd00::1]", "[::ffff:10.0.0.1]", "[fe80::1%eth0]", "010.0.0.1", "10.1", "localhost", "");
    private static final List<String> PORTS = List.of(":80", ":0", ":080", ":65535", ":65536", ":+80", ":", "", ":80 ");

    @FuzzTest
    void anyPseudoHeadersLeadNowhereOrToOneAddress(FuzzedDataProvider data) {
        Http2Headers headers = new DefaultHttp2Headers(false);
        if (data.consumeBoolean()) {
            headers.method(data.consumeBoolean() ? "CONNECT" : text(data));
        }
        if (data.consumeBoolean()) {
            headers.scheme(text(data));
        }
        if (data.consumeBoolean()) {
            headers.path(text(data));
        }
        headers.authority(
                data.consumeBoolean()
                        ? data.pickValue(ADDRESSES) + data.pickValue(PORTS)
                        : data.consumeRemainingAsString());

        InetSocketAddress address = InboundStream.destination(headers);

        if (address != null) {
            String said = headers.authority().toString();
            assertThat(headers.method()).hasToString("CONNECT");
            assertThat(headers.scheme()).isNull();
            assertThat(headers.path()).isNull();
            assertThat(address.isUnresolved()).isFalse();
            assertThat(address.getPort()).isPositive();
            assertThat(HostPort.literal(HostPort.text(address))).isEqualTo(address);
            if (address.getAddress() instanceof Inet6Address ip) {
                assertThat(said).startsWith("[").endsWith("]:" + address.getPort());
                assertThat(ip.getScopeId()).isZero();
            } else {
                assertThat(said).isEqualTo(HostPort.text(address));
            }
        }
    }

    private static String text(FuzzedDataProvider data) {
        return data.consumeString(MAX_TEXT);
    }
}
