package dev.weft.proxy.observe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.daemon.text.HostPort;
import dev.weft.proxy.session.Refusal;
import dev.weft.proxy.session.Session;
import dev.weft.proxy.session.SessionObserver;
import dev.weft.proxy.session.SessionRegistry;
import io.netty.channel.embedded.EmbeddedChannel;
import java.time.Clock;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How many edges were dropped for others. */
class ForgottenEdgesTest {
    private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");
    private static final Session.Owner NOBODY = new Session.Owner() {
        @Override
        public @Nullable Refusal check(Session session) {
            return null;
        }

        @Override
        public void close(Session session, Refusal refusal) {}

        @Override
        public void drain() {}
    };

    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final SessionRegistry registry = new SessionRegistry(
            channel.eventLoop(),
            Clock.systemUTC(),
            new SessionObserver() {
                @Override
                public void opened(Session session) {}

                @Override
                public void ended(Session session, @Nullable Refusal refusal) {}
            },
            Edges.MAX_EDGES + 10,
            1 << 20);
    private final Edges edges = new Edges();

    @AfterEach
    void close() {
        channel.finishAndReleaseAll();
    }

    private void call(String caller, int port, int second) {
        Session session = registry.open(
                channel.eventLoop(),
                Session.Direction.INBOUND,
                HostPort.literal(caller + ":40000"),
                HostPort.literal("10.1.0.1:" + port),
                NOBODY);
        edges.ended(session, Refusal.of(Refusal.Code.NO_REQUEST, "none"), START.plusSeconds(second));
    }

    /** A record's hash of address and port is the same for some neighbours. */
    @Test
    void anEdgeDoesNotHideTheOneThatWasDroppedForIt() {
        call("10.0.0.1", 9121, 0);
        for (int i = 1; i < Edges.MAX_EDGES; i++) {
            call("10.9." + i / 250 + "." + (i % 250 + 1), 80, i);
        }
        assertThat(edges.forgotten()).isZero();
        call("10.0.0.2", 9090, Edges.MAX_EDGES);
        assertThat(edges.forgotten()).isEqualTo(1);
    }

    @Test
    void anEdgeThatComesBackIsNotForgotten() {
        for (int i = 0; i <= Edges.MAX_EDGES; i++) {
            call("10.9." + i / 250 + "." + (i % 250 + 1), 80, i);
        }
        assertThat(edges.forgotten()).isEqualTo(1);
        call("10.9.0.1", 80, Edges.MAX_EDGES + 1);
        assertThat(edges.forgotten())
                .as("the first one is back, the second was dropped")
                .isEqualTo(1);
    }
}
