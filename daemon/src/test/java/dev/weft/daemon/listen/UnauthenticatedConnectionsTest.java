package dev.weft.daemon.listen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.channel.embedded.EmbeddedChannel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class UnauthenticatedConnectionsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private final List<String> refused = new ArrayList<>();
    private long now = 7;
    private final UnauthenticatedConnections newcomers = new UnauthenticatedConnections(
            new UnauthenticatedConnections.Limits(4, 2, PATIENCE), () -> now, refused::add);

    private static final class From extends EmbeddedChannel {
        private final InetSocketAddress address;

        From(String address) {
            super(false, false);
            this.address = new InetSocketAddress(InetAddress.ofLiteral(address), 1);
            try {
                register();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public SocketAddress remoteAddress() {
            return address;
        }
    }

    private From come(String address, boolean admitted) {
        From channel = new From(address);
        assertThat(newcomers.admit(channel)).isEqualTo(admitted);
        return channel;
    }

    private void timePasses() {
        now += PATIENCE.toNanos();
    }

    @Test
    void refusesOneMoreOfANetworkWhoseNewcomersStillHaveTheirTime() {
        come("10.0.0.1", true);
        come("10.0.0.1", true);
        come("10.0.0.1", false);
        come("10.0.0.2", true);
        assertThat(refused).containsExactly("newcomers-of-network");
    }

    @Test
    void theOldestOfItsNetworkGivesWayOnceItHasHadItsTime() {
        From first = come("10.0.0.1", true);
        From second = come("10.0.0.1", true);
        timePasses();
        come("10.0.0.1", true);
        assertThat(first.isOpen()).isFalse();
        assertThat(second.isOpen()).isTrue();
        assertThat(newcomers.taken()).isEqualTo(2);
        assertThat(refused).containsExactly("newcomers-gave-way");
    }

    @Test
    void aSlash64OfIpv6IsOneNetwork() {
        come("fd00::1", true);
        come("fd00::ffff:2", true);
        come("fd00::3", false);
        come("fd00:0:0:1::3", true);
    }

    @Test
    void whoHasMostGivesWayToWhoHasLessAtOnce() {
        From first = come("10.0.0.1", true);
        come("10.0.0.1", true);
        come("10.0.0.2", true);
        come("10.0.0.3", true);
        come("10.0.0.4", true);
        assertThat(first.isOpen()).isFalse();
        assertThat(newcomers.taken()).isEqualTo(4);
    }

    @Test
    void amongEqualsOnlyWhoHasHadTimeGivesWay() {
        come("10.0.0.1", true);
        come("10.0.0.2", true);
        come("10.0.0.3", true);
        come("10.0.0.4", true);
        come("10.0.0.5", false);
        assertThat(refused).containsExactly("newcomers");
        timePasses();
        come("10.0.0.5", true);
        assertThat(newcomers.taken()).isEqualTo(4);
    }

    @Test
    void aPlaceIsFreeAgainAfterTheProofAndAfterTheEnd() {
        From proven = come("10.0.0.1", true);
        From ended = come("10.0.0.1", true);
        newcomers.done(proven);
        var _ = ended.close();
        ended.runPendingTasks();
        assertThat(newcomers.taken()).isZero();
        newcomers.done(proven);
        assertThat(newcomers.taken()).isZero();
        assertThat(proven.isOpen()).isTrue();
    }

    @Test
    void aShareIsNotLargerThanTheWhole() {
        assertThatThrownBy(() -> new UnauthenticatedConnections.Limits(4, 5, PATIENCE))
                .hasMessageContaining("perNetwork: 5");
    }
}
