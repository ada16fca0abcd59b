package dev.weft.proxy.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.daemon.text.HostPort;
import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.policy.decide.Code;
import dev.weft.policy.decide.Decision;
import dev.weft.policy.decide.Outcome;
import dev.weft.proxy.http.GateRefusal;
import dev.weft.proxy.http.RequestRecord;
import dev.weft.proxy.session.Refusal;
import dev.weft.proxy.session.Session;
import dev.weft.proxy.session.SessionObserver;
import dev.weft.proxy.session.SessionRegistry;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class AccessLogTest {
    private static final Instant NOW = Instant.parse("2030-01-02T03:04:05Z");

    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    @AfterEach
    void close() {
        channel.finishAndReleaseAll();
    }

    private Session session() {
        SessionObserver silent = new SessionObserver() {
            @Override
            public void opened(Session session) {}

            @Override
            public void ended(Session session, @Nullable Refusal refusal) {}
        };
        Session.Owner owner = new Session.Owner() {
            @Override
            public @Nullable Refusal check(Session session) {
                return null;
            }

            @Override
            public void close(Session session, Refusal refusal) {}
        };
        EventLoopGroup none = channel.eventLoop();
        return new SessionRegistry(none, Clock.systemUTC(), silent, 10, 1)
                .open(
                        channel.eventLoop(),
                        Session.Direction.OUTBOUND,
                        HostPort.literal("10.0.0.1:4000"),
                        HostPort.literal("[fd00::1]:80"),
                        owner);
    }

    private String text() {
        return out.toString(StandardCharsets.UTF_8);
    }

    @Test
    void writesALineOfJsonForEachSession() {
        Session session = session();
        session.secured(
                SpiffeId.parse("spiffe://cluster.local/ns/shop/sa/web"),
                SpiffeId.parse("spiffe://cluster.local/ns/shop/sa/api"),
                7,
                "TLSv1.3 X");
        session.decided("allow", "shop/web-may-call");
        session.admitted();
        session.countIn(10);
        session.countOut(20);
        try (AccessLog log = AccessLog.to(out)) {
            log.ended(session, null, NOW);
        }
        assertThat(text())
                .startsWith(
                        "{\"time\":\"2030-01-02T03:04:05Z\",\"level\":\"info\",\"logger\":\"access\","
                                + "\"message\":\"session ended\",\"id\":1,\"direction\":\"outbound\","
                                + "\"source\":\"10.0.0.1:4000\",\"destination\":\"[fd00:0:0:0:0:0:0:1]:80\",\"endpoint\":null,"
                                + "\"localIdentity\":\"spiffe://cluster.local/ns/shop/sa/web\","
                                + "\"peerIdentity\":\"spiffe://cluster.local/ns/shop/sa/api\",\"secure\":true,\"tls\":\"TLSv1.3"
                                + " X\",\"tunnel\":7,\"policy\":\"shop/web-may-call\",\"decision\":\"allow\","
                                + "\"established\":true,\"code\":null,\"reason\":null,\"bytesIn\":10,\"bytesOut\":20,\"durationMs\":")
                .endsWith("}\n");
    }

    /** So many seconds are no number of milliseconds. */
    @Test
    void aLineThatCannotBeMadeIsCountedAndTheNextIsWritten() {
        Decision denial = new Decision(Outcome.DENY, Code.DENIED, "shop/no", "no", List.of());
        Duration endless = Duration.ofSeconds(Long.MAX_VALUE);
        AccessLog log = AccessLog.to(out);
        try (log) {
            log.ended(
                    session(),
                    "http/2",
                    new RequestRecord("GET", "/", "api", 403, -1, 1, 2, endless, denial, true),
                    NOW);
            log.ended(session(), null, NOW);
        }
        assertThat(text()).contains("session ended");
        assertThat(text().lines()).hasSize(1);
        assertThat(log.dropped()).isEqualTo(1);
    }

    @Test
    void writesCodeAndReasonOfARefusalAndNothingThatBreaksTheLine() {
        try (AccessLog log = AccessLog.to(out)) {
            log.ended(session(), new Refusal("WEFT-P001", 403, "said \"no\"\n\\"), NOW);
        }
        assertThat(text()).contains("\"code\":\"WEFT-P001\",\"reason\":\"said \\\"no\\\"?\\\\\"");
        assertThat(text().lines()).hasSize(1);
    }

    @Test
    void writesALineForEachRequestThatIsNotLongerThanItMayBe() {
        Decision denial = new Decision(Outcome.DENY, Code.DENIED, "shop/no", "shop/no denies \"it\"\n", List.of());
        RequestRecord request = new RequestRecord(
                "GET", "/" + "x".repeat(5000), "api", 403, -1, 10, 20, Duration.ofMillis(7), denial, true);
        try (AccessLog log = AccessLog.to(out)) {
            log.ended(session(), "http/2", request, NOW);
        }
        assertThat(text().lines()).hasSize(1);
        assertThat(text())
                .hasSizeLessThan(2000)
                .contains("\"message\":\"request refused\"", "\"protocol\":\"http/2\",\"method\":\"GET\"")
                .contains("\"status\":403,\"grpcStatus\":null,\"policy\":\"shop/no\",\"decision\":\"deny\"")
                .contains("\"bytesIn\":10,\"bytesOut\":20,\"durationMs\":7");
    }

    /** One connection's requests go through one tunnel after the other. */
    @Test
    void aRequestHasThePeerOfItsTime() {
        Session session = session();
        Decision allowed = new Decision(Outcome.ALLOW, Code.ALLOWED, "shop/yes", "", List.of());
        RequestRecord request =
                new RequestRecord("GET", "/", "api", 200, -1, 10, 20, Duration.ofMillis(7), allowed, true);
        RequestLines lines = new RequestLines();
        SpiffeId web = SpiffeId.parse("spiffe://cluster.local/ns/shop/sa/web");

        assertThat(lines.of(session, "http/1.1", request, NOW)).contains("\"peerIdentity\":null");
        session.secured(web, SpiffeId.parse("spiffe://cluster.local/ns/shop/sa/api"), 7, "TLSv1.3");
        assertThat(lines.of(session, "http/1.1", request, NOW))
                .contains("\"peerIdentity\":\"spiffe://cluster.local/ns/shop/sa/api\"");
        session.secured(web, SpiffeId.parse("spiffe://cluster.local/ns/shop/sa/canary"), 8, "TLSv1.3");
        assertThat(lines.of(session, "http/1.1", request, NOW))
                .contains("\"peerIdentity\":\"spiffe://cluster.local/ns/shop/sa/canary\"");
    }

    @Test
    void writesALineForARequestThatWasNotJudged() {
        try (AccessLog log = AccessLog.to(out)) {
            log.refused(session(), "http/2", new GateRefusal("WEFT-H004", 400, "a path"), NOW);
        }
        assertThat(text())
                .contains("\"message\":\"request refused\"")
                .contains("\"protocol\":\"http/2\",\"status\":400,\"code\":\"WEFT-H004\",\"reason\":\"a path\"}");
    }

    @Test
    void writesAllThatIsQueuedWhenItCloses() {
        try (AccessLog log = AccessLog.to(out)) {
            for (int i = 0; i < 1000; i++) {
                log.ended(session(), null, NOW);
            }
        }
        assertThat(text().lines()).hasSize(1000);
    }

    private static OutputStream stuckUntil(CountDownLatch free) {
        return new OutputStream() {
            @Override
            public void write(int b) {
                try {
                    free.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
        };
    }

    /** Of long paths only the beginning waits, and no more of them than fits the bound. */
    @Test
    void whatWaitsToBeWrittenIsBoundedInOctetsToo() {
        Decision allowed = new Decision(Outcome.ALLOW, Code.ALLOWED, "shop/yes", "", List.of());
        String longest = "x".repeat(32_000);
        RequestRecord request =
                new RequestRecord(longest, longest, longest, 200, -1, 1, 2, Duration.ZERO, allowed, true);
        assertThat(request.shortened().path()).hasSizeLessThan(1100);
        CountDownLatch stuck = new CountDownLatch(1);
        Session session = session();
        AccessLog log = AccessLog.to(stuckUntil(stuck));
        int taken = 0;
        while (log.dropped() == 0 && taken < AccessLog.MAX_QUEUED) {
            log.ended(session, "http/2", request, NOW);
            taken++;
        }
        assertThat(log.dropped()).isPositive();
        assertThat(taken).isBetween(AccessLog.MAX_OCTETS / 4000, AccessLog.MAX_OCTETS / 3000);
        stuck.countDown();
        log.close();
    }

    @Test
    void dropsAndCountsWhatCannotBeWrittenInTime() {
        CountDownLatch stuck = new CountDownLatch(1);
        OutputStream slow = stuckUntil(stuck);
        Session session = session();
        AccessLog log = AccessLog.to(slow);
        for (int i = 0; log.dropped() == 0; i++) {
            log.ended(session, null, NOW);
            assertThat(i).isLessThan(10 * AccessLog.MAX_QUEUED);
        }
        stuck.countDown();
        log.close();
        assertThat(log.dropped()).isPositive();
    }

    @Test
    void refusesAFileThatCannotBeAppendedTo() {
        assertThatThrownBy(() -> AccessLog.open(Optional.of(Path.of("/no/such/directory/access.log"))))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("access-log");
    }
}
