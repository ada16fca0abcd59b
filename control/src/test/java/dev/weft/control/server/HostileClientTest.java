package dev.weft.control.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.control.gate.Limits;
import dev.weft.control.trust.DeclaredTrust;
import dev.weft.identity.csr.CertificateSigningRequests;
import dev.weft.identity.keys.KeyPairs;
import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.identity.svid.X509Svid;
import dev.weft.identity.trust.Revocations;
import dev.weft.identity.trust.SerialNumber;
import dev.weft.testing.Waiting;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Clients that want the control plane's memory, threads or connections for themselves; others are served meanwhile. */
@Timeout(60)
final class HostileClientTest {

    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration SHORT = Duration.ofSeconds(3);
    private static final int MEBI = 1024 * 1024;
    private static final int TEN_MEBI = 10 * 1024 * 1024;
    /** Bytes of a request that is never whole: two are within the limit of a connection, three are within none. */
    private static final int UNFINISHED = 14_000;

    /** More than who has proven nothing may send, less than the window of a connection. */
    private static final int LARGE_REQUEST = 149_000;

    private static final int SMALL = 1_000;

    private static final int DATA_FRAME = 16 * 1024;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    @SuppressWarnings("NullAway.Init")
    private TestPlane plane;

    @AfterEach
    void stop() {
        plane.close();
    }

    private void start(int unproven, int ofAddress, Duration firstCall, Duration unprovenLife, Duration call)
            throws IOException {
        plane = TestPlane.start(
                directory.resolve("state"),
                new Limits(100, 90, unproven, ofAddress, 64 * 1024, 40_000, 30_000, firstCall, unprovenLife, call));
    }

    private void startWithRoomForBodies() throws IOException {
        plane = TestPlane.start(
                directory.resolve("state"), new Limits(100, 90, 50, 50, 64 * 1024, MEBI, MEBI, HOUR, HOUR, HOUR));
    }

    private void servesOthers() throws Exception {
        String token = plane.tokens.create(TestPlane.WEB, HOUR);
        try (TestClient client = TestClient.withoutCertificate(plane)) {
            assertThat(client.certify(CertificateSigningRequests.create(KeyPairs.generateP256(), TestPlane.WEB), token)
                            .getCertificateChainCount())
                    .isEqualTo(2);
        }
    }

    private int port() {
        return plane.server.port();
    }

    private Optional<X509Svid> svid() {
        return Optional.of(plane.svid(TestPlane.WEB, HOUR));
    }

    @Test
    void closesConnectionsThatNeverComeToACall() throws Exception {
        start(50, 50, SHORT, HOUR, HOUR);
        try (RawClient silent = RawClient.tcp(port(), "127.0.0.1");
                RawClient handshaken = RawClient.tls(port(), Optional.empty());
                RawClient greeted = RawClient.http2(port(), Optional.empty())) {
            servesOthers();
            silent.awaitEnd();
            handshaken.awaitEnd();
            greeted.awaitEnd();
        }
        awaitNoConnections();
    }

    @Test
    void closesAnUnprovenConnectionThatOnlyDribbles() throws Exception {
        start(50, 50, HOUR, SHORT, HOUR);
        try (RawClient client = RawClient.http2(port(), Optional.empty())) {
            client.frame(RawClient.HEADERS, RawClient.END_HEADERS, 1, RawClient.certifyHeaders());
            client.frame(RawClient.DATA, 0, 1, new byte[] {0, 0});
            servesOthers();
            client.awaitEnd();
        }
        awaitNoConnections();
    }

    @Test
    void closesAProvenConnectionWhoseCallNeverEnds() throws Exception {
        start(50, 50, HOUR, HOUR, SHORT);
        try (RawClient client = RawClient.http2(port(), svid())) {
            client.frame(RawClient.HEADERS, RawClient.END_HEADERS, 1, RawClient.certifyHeaders());
            client.awaitEnd();
        }
        awaitNoConnections();
    }

    @Test
    void doesNotTakeMoreThanARequestFromWhoHasProvenNothing() throws Exception {
        start(50, 50, HOUR, HOUR, HOUR);
        try (RawClient client = RawClient.http2(port(), Optional.empty())) {
            client.frame(RawClient.HEADERS, RawClient.END_HEADERS, 1, RawClient.certifyHeaders());
            int sent = send(client, TEN_MEBI);
            // What the kernel's buffers took is not what the server did.
            assertThat(sent).isLessThan(TEN_MEBI);
        }
        awaitNoConnections();
        servesOthers();
    }

    /** Also where all of it is on its way before the server has read a byte. */
    @Test
    void saysWhyItTakesNoMoreThanARequestOfWhoHasProvenNothing() throws Exception {
        startWithRoomForBodies();
        String token = plane.tokens.create(TestPlane.WEB, HOUR);
        for (int i = 0; i < 20; i++) {
            try (TestClient client = TestClient.withoutCertificate(plane)) {
                assertThatThrownBy(() -> client.certify(new byte[LARGE_REQUEST], token))
                        .isInstanceOfSatisfying(StatusRuntimeException.class, e -> {
                            assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
                            assertThat(e.getStatus().getDescription()).startsWith("WEFT-C092: the request is larger");
                        });
            }
        }
        servesOthers();
    }

    @Test
    void endsTheConnectionOfWhoGoesOnAfterItWasRefused() throws Exception {
        startWithRoomForBodies();
        try (RawClient client = RawClient.http2(port(), Optional.empty())) {
            client.frame(RawClient.HEADERS, RawClient.END_HEADERS, 1, RawClient.certifyHeaders());
            client.frame(RawClient.DATA, 0, 1, new byte[] {0, 0, 2, 0, 0});
            for (int sent = 0; sent < LARGE_REQUEST; sent += DATA_FRAME) {
                client.frame(RawClient.DATA, 0, 1, new byte[DATA_FRAME]);
            }
            servesOthers();
            client.awaitEnd();
        }
        awaitNoConnections();
    }

    @Test
    void refusesATooLargeRequestOfAProvenClientBeforeItIsThere() throws Exception {
        start(50, 50, HOUR, HOUR, HOUR);
        try (TestClient client = TestClient.of(plane, svid().orElseThrow())) {
            assertThatThrownBy(() -> client.certify(new byte[TEN_MEBI], ""))
                    .isInstanceOfSatisfying(
                            StatusRuntimeException.class,
                            e -> assertThat(e.getStatus().getCode())
                                    .isIn(Status.Code.RESOURCE_EXHAUSTED, Status.Code.CANCELLED));
        }
        servesOthers();
    }

    @Test
    void cutsOffAProvenConnectionThatHoldsManyUnfinishedRequests() throws Exception {
        start(50, 50, HOUR, HOUR, HOUR);
        try (RawClient client = RawClient.http2(port(), svid());
                RawClient honest = RawClient.http2(port(), svid())) {
            begin(honest, 1, SMALL);
            begin(client, 1);
            begin(client, 3);
            Waiting.until(() -> plane.gate.requestBytes() >= 2 * UNFINISHED + SMALL);
            begin(client, 5);
            client.awaitEnd();
            Waiting.until(() -> plane.gate.requestBytes() == SMALL);
            Waiting.until(() -> plane.gate.connections() == 1);
            assertThat(plane.metrics.text()).contains("weft_control_connections_refused_total{limit=\"bodies\"} 1");
        }
        awaitNoConnections();
        servesOthers();
    }

    @Test
    void cutsOffWhoHoldsMostWhereAllTogetherHoldTooMuch() throws Exception {
        start(50, 50, HOUR, HOUR, HOUR);
        try (RawClient greedy = RawClient.http2(port(), svid());
                RawClient modest = RawClient.http2(port(), svid())) {
            begin(greedy, 1);
            begin(greedy, 3);
            Waiting.until(() -> plane.gate.requestBytes() >= 2 * UNFINISHED);
            begin(modest, 1);
            greedy.awaitEnd();
            Waiting.until(() -> plane.gate.requestBytes() == UNFINISHED);
            Waiting.until(() -> plane.gate.connections() == 1);
            servesOthers();
        }
    }

    @Test
    void countsARequestNoLongerThanItsCall() throws Exception {
        start(50, 50, HOUR, HOUR, HOUR);
        try (RawClient client = RawClient.http2(port(), svid())) {
            for (int stream = 1; stream < 20; stream += 2) {
                begin(client, stream);
                Waiting.until(() -> plane.gate.requestBytes() >= UNFINISHED);
                client.frame(RawClient.RST_STREAM, 0, stream, new byte[] {0, 0, 0, 8});
                Waiting.until(() -> plane.gate.requestBytes() == 0);
            }
            servesOthers();
            Waiting.until(() -> plane.gate.requestBytes() == 0);
        }
    }

    /** Begins a call with the most of a request. */
    private static void begin(RawClient client, int stream) throws IOException {
        begin(client, stream, UNFINISHED);
    }

    private static void begin(RawClient client, int stream, int bytes) throws IOException {
        client.frame(RawClient.HEADERS, RawClient.END_HEADERS, stream, RawClient.certifyHeaders());
        int size = 2 * UNFINISHED;
        client.frame(RawClient.DATA, 0, stream, new byte[] {0, 0, 0, (byte) (size >> 8), (byte) size});
        client.frame(RawClient.DATA, 0, stream, new byte[bytes]);
    }

    /** Sends a message of this size until it is sent or the server has had enough. */
    private static int send(RawClient client, int size) {
        byte[] head = {0, (byte) (size >> 24), (byte) (size >> 16), (byte) (size >> 8), (byte) size};
        int sent = 0;
        try {
            client.frame(RawClient.DATA, 0, 1, head);
            while (sent < size) {
                client.frame(RawClient.DATA, 0, 1, new byte[DATA_FRAME]);
                sent += DATA_FRAME;
            }
            client.awaitEnd();
        } catch (IOException _) {
            // Closed while it was sending.
        }
        return sent;
    }

    @Test
    void servesFewOfAThousandStreamsOfOneConnection() throws Exception {
        start(50, 50, HOUR, HOUR, HOUR);
        try (RawClient client = RawClient.http2(port(), svid())) {
            int few = 4 * ControlServer.MAX_CALLS_PER_CONNECTION;
            for (int i = 0; i < few; i++) {
                client.frame(RawClient.HEADERS, RawClient.END_HEADERS, 2 * i + 1, RawClient.certifyHeaders());
            }
            Set<Integer> refused = new HashSet<>();
            while (refused.size() < few - ControlServer.MAX_CALLS_PER_CONNECTION) {
                RawClient.Frame frame = client.read().orElseThrow();
                if (frame.type() == RawClient.RST_STREAM) {
                    assertThat(frame.code()).isEqualTo(RawClient.REFUSED_STREAM);
                    refused.add(frame.stream());
                }
            }
            servesOthers();
            // One that takes no notice has its connection ended.
            try {
                for (int i = few; i < 1000; i++) {
                    client.frame(RawClient.HEADERS, RawClient.END_HEADERS, 2 * i + 1, RawClient.certifyHeaders());
                }
            } catch (IOException _) {
                // Ended before it was through.
            }
            client.awaitEnd();
        }
        servesOthers();
    }

    @Test
    void endsAConnectionThatTakesItsCallsBackAllTheTime() throws Exception {
        start(50, 50, HOUR, HOUR, HOUR);
        try (RawClient client = RawClient.http2(port(), svid())) {
            try {
                for (int i = 0; i < 1000; i++) {
                    client.frame(RawClient.HEADERS, RawClient.END_HEADERS, 2 * i + 1, RawClient.certifyHeaders());
                    client.frame(RawClient.RST_STREAM, 0, 2 * i + 1, new byte[] {0, 0, 0, 8});
                }
            } catch (IOException _) {
                // Ended before it was through.
            }
            client.awaitEnd();
        }
        servesOthers();
    }

    @Test
    void refusesMoreUnprovenConnectionsOfOneAddressAndNobodyElse() throws Exception {
        start(50, 3, HOUR, HOUR, HOUR);
        List<RawClient> taken = new ArrayList<>();
        try (X509SvidHolder proven = holder()) {
            for (int i = 0; i < 3; i++) {
                taken.add(RawClient.tcp(port(), "127.0.0.2"));
            }
            awaitConnections(4);
            try (RawClient more = RawClient.tcp(port(), "127.0.0.2")) {
                more.awaitEnd();
            }
            servesOthers();
            proven.stillServed();
            taken.removeFirst().close();
            awaitConnections(3);
            taken.add(RawClient.tcp(port(), "127.0.0.2"));
            awaitConnections(4);
        } finally {
            for (RawClient client : taken) {
                client.close();
            }
        }
    }

    @Test
    void hasOthersWaitWhenAsManyAsMayProveNothing() throws Exception {
        start(2, 50, HOUR, HOUR, HOUR);
        RawClient one = RawClient.tcp(port(), "127.0.0.2");
        try (RawClient _ = RawClient.tcp(port(), "127.0.0.3")) {
            awaitConnections(2);
            CompletableFuture<Void> waits = CompletableFuture.runAsync(
                    () -> {
                        try {
                            servesOthers();
                        } catch (Exception e) {
                            throw new IllegalStateException(e);
                        }
                    },
                    Thread::startVirtualThread);
            // It is connected, and not let in.
            Waiting.until(() -> plane.gate.waiting() == 1);
            assertThat(waits).isNotDone();
            assertThat(plane.gate.connections()).isEqualTo(2);
            one.close();
            waits.get(20, TimeUnit.SECONDS);
        }
    }

    /** A sidecar that was there before comes in while strangers hold all places of the unproven. */
    @Test
    void letsKnownPeersRenewWhileStrangersWait() throws Exception {
        start(2, 50, HOUR, HOUR, HOUR);
        try (X509SvidHolder _ = holder()) {
            awaitUnproven(0);
            try (RawClient _ = RawClient.tcp(port(), "127.0.0.2");
                    RawClient _ = RawClient.tcp(port(), "127.0.0.3");
                    RawClient _ = RawClient.tcp(port(), "127.0.0.4")) {
                Waiting.until(() -> plane.gate.waiting() == 1);
                try (X509SvidHolder renewing = holder()) {
                    renewing.stillServed();
                }
                assertThat(plane.gate.waiting()).isEqualTo(1);
            }
        }
        awaitNoConnections();
    }

    @Test
    void refusesMoreConnectionsThanThereMayBe() throws Exception {
        plane = TestPlane.start(
                directory.resolve("state"), new Limits(3, 3, 3, 3, 64 * 1024, MEBI, MEBI, HOUR, HOUR, HOUR));
        List<RawClient> taken = new ArrayList<>();
        try {
            for (int i = 0; i < 3; i++) {
                X509Svid svid = plane.svid(SpiffeId.parse("spiffe://test.example/of-" + i), HOUR);
                RawClient client = RawClient.http2(port(), Optional.of(svid));
                taken.add(client);
                awaitConnections(i + 1);
                awaitUnproven(0);
            }
            try (RawClient more = RawClient.tcp(port(), "127.0.0.2")) {
                more.awaitEnd();
            }
        } finally {
            for (RawClient client : taken) {
                client.close();
            }
        }
        awaitNoConnections();
        servesOthers();
    }

    /** One identity holds all that its addresses may, and all that there are; a sidecar of another renews meanwhile. */
    @Test
    void anIdentityThatOpensAllItMayFromTwoAddressesKeepsNoOtherOut() throws Exception {
        plane = TestPlane.start(
                directory.resolve("state"), new Limits(12, 6, 12, 6, 64 * 1024, MEBI, MEBI, HOUR, HOUR, HOUR));
        X509Svid mallory = plane.svid(TestPlane.API, HOUR);
        List<RawClient> taken = new ArrayList<>();
        try {
            for (String address : List.of("127.0.0.1", "127.0.0.2")) {
                for (int i = 0; i < 6; i++) {
                    taken.add(RawClient.http2(port(), address, Optional.of(mallory)));
                }
            }
            awaitConnections(12);
            awaitUnproven(0);
            for (int i = 0; i < 3; i++) {
                try (X509SvidHolder renewing = holder()) {
                    renewing.stillServed();
                }
            }
            assertThat(plane.metrics.text())
                    .containsPattern("weft_control_connections_refused_total\\{limit=\"identity\"} [1-3]");
        } finally {
            for (RawClient client : taken) {
                client.close();
            }
        }
        awaitNoConnections();
    }

    /** It is told why each of its calls is refused, and has no more than that takes. */
    @Test
    void aRevokedIdentityHasNoMoreThanWhoHasProvenNothing() throws Exception {
        start(50, 3, SHORT, HOUR, HOUR);
        X509Svid revoked = plane.svid(TestPlane.API, HOUR);
        Revocations revocations =
                new Revocations(Set.of(SerialNumber.of(revoked.leaf())), Set.of(), Map.of(), Set.of());
        plane.trust.changeDeclared(new DeclaredTrust(Map.of(), Map.of(TestPlane.DOMAIN, revocations)));
        List<RawClient> taken = new ArrayList<>();
        try (X509SvidHolder good = holder()) {
            for (int i = 0; i < 3; i++) {
                taken.add(RawClient.http2(port(), "127.0.0.2", Optional.of(revoked)));
            }
            for (RawClient client : taken) {
                client.awaitEnd();
            }
            assertThat(plane.metrics.text()).contains("weft_control_connections_refused_total{limit=\"no-call\"} 3");
            good.stillServed();
        } finally {
            for (RawClient client : taken) {
                client.close();
            }
        }
        awaitNoConnections();
    }

    /** A sidecar that was there before. */
    private final class X509SvidHolder implements AutoCloseable {
        private final TestClient client;

        X509SvidHolder() throws Exception {
            client = TestClient.of(plane, svid().orElseThrow());
            stillServed();
        }

        void stillServed() {
            assertThat(client.certify(CertificateSigningRequests.create(KeyPairs.generateP256(), TestPlane.WEB), "")
                            .getCertificateChainCount())
                    .isEqualTo(2);
        }

        @Override
        public void close() {
            client.close();
        }
    }

    private X509SvidHolder holder() throws Exception {
        return new X509SvidHolder();
    }

    private void awaitConnections(int count) {
        Waiting.until(() -> plane.gate.connections() == count);
    }

    private void awaitUnproven(int count) {
        Waiting.until(() -> plane.gate.unproven() == count);
    }

    private void awaitNoConnections() {
        awaitConnections(0);
    }
}
