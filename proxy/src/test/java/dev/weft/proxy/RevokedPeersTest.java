package dev.weft.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.api.v1.DefaultDecision;
import dev.weft.api.v1.InboundMode;
import dev.weft.daemon.text.HostPort;
import dev.weft.identity.svid.X509Svid;
import dev.weft.identity.trust.Revocations;
import dev.weft.identity.trust.SerialNumber;
import dev.weft.identity.trust.SpkiFingerprint;
import dev.weft.identity.trust.TrustBundle;
import dev.weft.identity.trust.TrustBundles;
import dev.weft.proxy.identity.TestCredentials;
import dev.weft.proxy.mesh.Route;
import dev.weft.testing.Waiting;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A workload of another trust domain that comes to be refused, for each cause, as caller and as called: its sessions are
 * closed, it gets no new ones, and those of others go on.
 */
@Timeout(120)
class RevokedPeersTest {
    private static final Duration HOUR = Duration.ofHours(1);
    /** What an operator is promised, from the moment that the sidecar has the bundle. */
    private static final Duration PROMISED = Duration.ofSeconds(1);

    private static final int CHANGES = 2_000;
    private static final int CHANGES_A_CALL = 100;
    private static final InetSocketAddress FAR_SERVICE = HostPort.literal("10.96.0.2:80");

    private final TestCredentials others = new TestCredentials("other.example", Clock.systemUTC());
    private Application application;
    private MeshFixture mesh;
    private Workload far;
    private TrustBundles trusted;
    private X509Svid farSvid;

    enum Cause {
        CERTIFICATE {
            @Override
            TrustBundles apply(TrustBundles to, X509Svid svid) {
                SerialNumber serial = SerialNumber.of(svid.leaf());
                return to.with(other(to, svid, new Revocations(Set.of(serial), Set.of(), Map.of(), Set.of())));
            }
        },
        IDENTITY {
            @Override
            TrustBundles apply(TrustBundles to, X509Svid svid) {
                Instant now = Instant.now();
                return to.with(other(to, svid, new Revocations(Set.of(), Set.of(), Map.of(svid.id(), now), Set.of())));
            }
        },
        ISSUER {
            @Override
            TrustBundles apply(TrustBundles to, X509Svid svid) {
                SpkiFingerprint key = SpkiFingerprint.of(svid.chain().get(1).getPublicKey());
                return to.with(other(to, svid, new Revocations(Set.of(), Set.of(key), Map.of(), Set.of())));
            }
        },
        DOMAIN_DISABLED {
            @Override
            TrustBundles apply(TrustBundles to, X509Svid svid) {
                TrustBundle before = to.find(svid.id().trustDomain()).orElseThrow();
                return to.with(new TrustBundle(
                        before.trustDomain(),
                        before.anchors(),
                        TrustBundle.State.DISABLED,
                        2,
                        Revocations.NONE,
                        List.of()));
            }
        },
        BUNDLE_REMOVED {
            @Override
            TrustBundles apply(TrustBundles to, X509Svid svid) {
                return to.without(svid.id().trustDomain());
            }
        };

        abstract TrustBundles apply(TrustBundles to, X509Svid svid);

        private static TrustBundle other(TrustBundles to, X509Svid svid, Revocations revocations) {
            TrustBundle before = to.find(svid.id().trustDomain()).orElseThrow();
            return new TrustBundle(
                    before.trustDomain(), before.anchors(), TrustBundle.State.ACTIVE, 2, revocations, List.of());
        }
    }

    @BeforeEach
    void start() throws IOException {
        application = new Application();
        mesh = new MeshFixture(application.address());
        trusted = mesh.bundles.with(others.bundle());
        mesh.web.bundles(trusted);
        mesh.api.bundles(trusted);
        mesh.web.credentials(mesh.authority.issue("web", HOUR, trusted));
        mesh.api.credentials(mesh.authority.issue("api", HOUR, trusted));
        far = mesh.workload("far", 0);
        far.bundles(trusted);
        far.inbound(
                mesh.inbound(InboundMode.INBOUND_MODE_STRICT, DefaultDecision.DEFAULT_DECISION_AUTHENTICATED, null));
        var credentials = others.issue("far", HOUR, trusted);
        far.credentials(credentials);
        farSvid = credentials.svid();
        Waiting.until("far listens", () -> far.ports() != null);
        far.directory()
                .update(
                        MeshFixture.SERVICE,
                        new Route.ToEndpoints(List.of(new Route.Endpoint(
                                application.address(), mesh.authority.id("api"), mesh.tunnelPort(), 1))));
        mesh.web
                .directory()
                .update(
                        FAR_SERVICE,
                        new Route.ToEndpoints(
                                List.of(new Route.Endpoint(application.address(), farSvid.id(), tunnelPort(far), 1))));
    }

    @AfterEach
    void stop() throws IOException {
        far.close();
        mesh.close();
        others.close();
        application.close();
    }

    @ParameterizedTest
    @EnumSource
    void closesTheSessionsOfACallerAndNoOthers(Cause cause) throws IOException {
        try (Socket ofWeb = session(mesh.web);
                Socket ofFar = session(far)) {
            mesh.api.bundles(cause.apply(trusted, farSvid));

            assertReset(ofFar);
            echo(ofWeb);
            awaitLogged("api");
            assertRefused(far);
            try (Socket other = session(mesh.web)) {
                echo(other);
            }
            mesh.api.bundles(trusted);
            try (Socket back = session(far)) {
                echo(back);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void closesTheSessionsWithOneThatIsCalledAndNoOthers(Cause cause) throws IOException {
        try (Socket toApi = session(mesh.web);
                Socket toFar = sessionTo(FAR_SERVICE)) {
            mesh.web.bundles(cause.apply(trusted, farSvid));

            assertReset(toFar);
            echo(toApi);
            awaitLogged("web");
            mesh.outboundDestination = FAR_SERVICE;
            assertRefused(mesh.web);
            mesh.outboundDestination = MeshFixture.SERVICE;
            try (Socket other = session(mesh.web)) {
                echo(other);
            }
        }
    }

    /** A busy machine is late at times, a wait that is built in is there each time. */
    @Test
    void closesThemWithinWhatIsPromised() throws IOException {
        Waiting.until("cut in time", () -> cut().compareTo(PROMISED) < 0);
    }

    @Test
    void callsGoOnWhileAnotherTrustDomainChangesItsBundleAllTheTime() throws IOException {
        TrustBundle other = others.bundle();
        try (Socket ofWeb = session(mesh.web);
                Socket ofFar = session(far)) {
            long start = System.nanoTime();
            for (int i = 2; i < CHANGES; i++) {
                TrustBundles changed = trusted.with(other.withSequence(i));
                mesh.api.bundles(changed);
                mesh.web.bundles(changed);
                if (i % CHANGES_A_CALL == 0) {
                    echo(ofWeb);
                    echo(ofFar);
                    try (Socket another = session(mesh.web)) {
                        echo(another);
                    }
                }
            }
            // A verification of a chain takes a millisecond and more: nobody had time for one at each change.
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(60));
        }
    }

    /** The log has a thread of its own. */
    private void awaitLogged(String name) {
        Waiting.until("logged", () -> {
            try {
                return mesh.accessLog(name).contains("\"code\":\"WEFT-D016\"");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    private Duration cut() throws IOException {
        try (Socket ofFar = session(far)) {
            mesh.api.bundles(Cause.CERTIFICATE.apply(trusted, farSvid));
            long start = System.nanoTime();
            assertReset(ofFar);
            Duration took = Duration.ofNanos(System.nanoTime() - start);
            mesh.api.bundles(trusted);
            return took;
        }
    }

    /** Refused as soon as it is seen where it leads, perhaps before the first octets are written. */
    private static void assertRefused(Workload from) {
        assertThatThrownBy(() -> {
                    try (Socket again = connect(from)) {
                        int _ = again.getInputStream().read();
                    }
                })
                .isInstanceOf(SocketException.class);
    }

    private static void assertReset(Socket socket) {
        assertThatThrownBy(() -> socket.getInputStream().read()).isInstanceOf(SocketException.class);
    }

    private Socket sessionTo(InetSocketAddress destination) throws IOException {
        mesh.outboundDestination = destination;
        try {
            return session(mesh.web);
        } finally {
            mesh.outboundDestination = MeshFixture.SERVICE;
        }
    }

    private static Socket session(Workload from) throws IOException {
        Socket socket = connect(from);
        echo(socket);
        return socket;
    }

    private static Socket connect(Workload from) throws IOException {
        Socket socket = new Socket(
                MeshFixture.LOOPBACK, Objects.requireNonNull(from.ports()).outbound());
        socket.setSoTimeout(30_000);
        socket.getOutputStream().write(Application.ECHO);
        return socket;
    }

    private static void echo(Socket socket) throws IOException {
        socket.getOutputStream().write('x');
        assertThat(socket.getInputStream().read()).isEqualTo('x');
    }

    private static int tunnelPort(Workload workload) {
        return Objects.requireNonNull(workload.ports()).tunnel();
    }
}
