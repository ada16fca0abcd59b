package dev.weft.control.peering;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.v1.Destination;
import dev.weft.api.v1.Endpoint;
import dev.weft.control.directory.Directory;
import dev.weft.control.server.ControlServer;
import dev.weft.control.watch.ExpectedProxy;
import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.identity.trust.SpkiFingerprint;
import dev.weft.identity.trust.TrustBundle;
import dev.weft.mesh.model.Discovery;
import dev.weft.mesh.model.IpPort;
import dev.weft.mesh.model.TrustDomainObject;
import dev.weft.policy.model.Cidr;
import dev.weft.testing.Waiting;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Control planes of two trust domains, and sometimes a third, over real mutual TLS. */
final class PeeringTest {

    private static final String SERVICE_OF_B = "10.97.0.1:80";

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    @SuppressWarnings("NullAway.Init")
    private Side a;

    @SuppressWarnings("NullAway.Init")
    private Side b;

    @BeforeEach
    void start() throws IOException {
        a = sideA();
        b = sideB(0);
        b.has(Places.of("b.example", "10.97.0.1", "10.243.0.2"));
    }

    private Side sideA() throws IOException {
        return new Side("a.example", directory.resolve("a"), 0, "10.244.0.0/16", "10.96.0.0/16");
    }

    private Side sideB(int port) throws IOException {
        return new Side("b.example", directory.resolve("b"), port, "10.243.0.0/16", "10.97.0.0/16");
    }

    @AfterEach
    void stop() {
        a.close();
        b.close();
    }

    @Test
    void knowsWhatTheOtherHasAndFollowsIt() {
        meet();
        assertThat(a.destination(SERVICE_OF_B).getEndpoints().getEndpointsList())
                .singleElement()
                .satisfies(endpoint -> {
                    assertThat(endpoint.getAddress()).isEqualTo("10.243.0.2:8080");
                    assertThat(endpoint.getIdentity()).isEqualTo("spiffe://b.example/ns/shop/sa/api");
                });
        b.has(Places.of("b.example", "10.97.0.1", "10.243.0.2", "10.243.0.3"));
        Waiting.until(() -> addresses(a.destination(SERVICE_OF_B)).size() == 2);
        b.has(Directory.of(
                List.of(Places.workload("b.example", "api-1", "10.243.0.2", false)),
                List.of(Places.service("10.97.0.1"))));
        Waiting.until(() -> addresses(a.destination(SERVICE_OF_B)).isEmpty());
        assertThat(a.destination(SERVICE_OF_B).hasEndpoints())
                .as("not ready is not gone")
                .isTrue();
        b.has(Directory.of(List.of(), List.of()));
        Waiting.until(() -> reason(a).startsWith("WEFT-C062"));
        assertThat(a.peer().state()).isEqualTo("connected");
    }

    /** Ten changes in a second, where two are taken. */
    @Test
    void isBehindNoFurtherHoweverMuchChanges() throws Exception {
        meet();
        int changes = 80;
        for (int number = 0; number < changes; number++) {
            int before = a.changes();
            b.has(Places.of("b.example", "10.97.0.1", "10.243.1." + number));
            long begin = System.nanoTime();
            // As fast as the other follows, or a tenth of a second.
            while (a.changes() == before && System.nanoTime() - begin < TimeUnit.MILLISECONDS.toNanos(100)) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
            }
        }
        long end = System.nanoTime();
        String last = "10.243.1." + (changes - 1) + ":8080";
        Waiting.until(() -> addresses(a.destination(SERVICE_OF_B)).equals(List.of(last)));
        assertThat(Duration.ofNanos(System.nanoTime() - end)).isLessThan(Duration.ofSeconds(15));
    }

    @Test
    void aWordOfTrustIsToldThoughMuchChanges() throws Exception {
        b.declare(a);
        SpiffeId id = ControlServer.identity(a.domain);
        try (PeerCall call = PeerCall.to(b, a, id)) {
            var updates = call.watch();
            assertThat(updates.next().getVersion()).isNotEmpty();
            boolean trust = false;
            for (int number = 0; number < 4 && !trust; number++) {
                b.has(Places.of("b.example", "10.97.0.1", "10.243.1." + number));
                trust = updates.next().hasTrust();
            }
            assertThat(trust).as("in turns with steps").isTrue();
        }
    }

    @Test
    void knowsOnWhileTheOtherIsAwayAlsoAfterARestart() throws Exception {
        int port = b.server.port();
        meet();
        Waiting.until(() -> new PeerStore(directory.resolve("a")).load(b.domain).isPresent());
        b.close();
        Waiting.until(() -> a.peer().problem().contains("no connection to"));
        assertThat(a.peer().state()).isEqualTo("away");
        assertThat(addresses(a.destination(SERVICE_OF_B))).containsExactly("10.243.0.2:8080");
        a.close();
        a = sideA();
        a.declare(b, port, TrustBundle.State.ACTIVE);
        assertThat(addresses(a.destination(SERVICE_OF_B))).containsExactly("10.243.0.2:8080");
        b = sideB(port);
        b.declare(a);
        b.has(Places.of("b.example", "10.97.0.1", "10.243.0.2", "10.243.0.3"));
        Waiting.until(() -> addresses(a.destination(SERVICE_OF_B)).size() == 2);
    }

    @Test
    void forgetsATrustDomainThatIsTakenOut() throws Exception {
        meet();
        Waiting.until(() -> new PeerStore(directory.resolve("a")).load(b.domain).isPresent());
        a.forget(b);
        assertThat(a.destination(SERVICE_OF_B).hasNotInMesh()).isTrue();
        assertThat(a.peering.peers()).isEmpty();
        Waiting.until(() -> new PeerStore(directory.resolve("a")).load(b.domain).isEmpty());
        Waiting.until(() -> b.peer().problem().contains("does not trust this trust domain"));
        b.declare(a);
        a.trust(b);
        Waiting.until(() -> b.peer().problem().startsWith("WEFT-C063: trust domain b.example has no TrustDomain here"));
    }

    @Test
    void aDisabledTrustDomainLeadsNowhereAndIsToldNothing() {
        meet();
        a.declare(b, b.server.port(), TrustBundle.State.DISABLED);
        assertThat(reason(a)).isEqualTo("WEFT-C060: trust domain b.example is disabled: it was stolen");
        assertThat(a.peer().state()).isEqualTo("disabled");
        Waiting.until(() -> b.peer().state().equals("away"));
        assertThat(addresses(b.destination("10.96.0.1:80"))).as("b knows on").hasSize(1);
        a.declare(b);
        Waiting.until(() -> addresses(a.destination(SERVICE_OF_B)).size() == 1
                && b.peer().state().equals("connected"));
    }

    @Test
    void leadsNowhereWhileTheOtherIsUnknownOrDoesNotKnowUs() {
        a.has(Places.of("a.example", "10.96.0.1", "10.244.0.2"));
        a.declare(b);
        Waiting.until(() -> reason(a).contains("does not trust this trust domain"));
        assertThat(reason(a)).startsWith("WEFT-C061: no control plane of trust domain b.example has been reached yet");
        b.declare(a);
        Waiting.until(() -> addresses(a.destination(SERVICE_OF_B)).size() == 1);
    }

    @Test
    void takesNoOtherControlPlaneForTheOneMeant() throws Exception {
        try (Side c = new Side("c.example", directory.resolve("c"), 0, "10.242.0.0/16")) {
            a.has(Places.of("a.example", "10.96.0.1", "10.244.0.2"));
            a.declare(c);
            c.declare(a);
            a.declare(b, c.server.port(), TrustBundle.State.ACTIVE);
            Waiting.until(() -> reason(a).contains("is not the one meant"));
            assertThat(reason(a))
                    .contains("it proves " + ControlServer.identity(c.domain) + " (expected: "
                            + ControlServer.identity(b.domain) + ")");
        }
    }

    @Test
    void saysWhichAnchorsAllOfItsProxiesHoldAndThatThereIsAnotherBundle() {
        meet();
        SpkiFingerprint ofA =
                SpkiFingerprint.of(a.trust.own().anchors().getFirst().getPublicKey());
        Waiting.until(() -> linked().heldAnchors().equals(Set.of(ofA)));
        assertThat(linked()).isEqualTo(new LinkedDomain(b.domain, Set.of(ofA), "", ""));
        Waiting.until(() -> sequenceOf(b) == a.newer.getOrDefault(b.domain, 0L));

        b.proxies = List.of(new ExpectedProxy(
                "shop/web",
                SpiffeId.ofServiceAccount(b.domain, "shop", "web"),
                false,
                Optional.empty(),
                Optional.empty(),
                false));
        b.peering.proxiesChanged();
        Waiting.until(() -> linked().behind().contains("shop/web is not connected"));
        assertThat(linked().behind()).startsWith("1 of its sidecars have not acknowledged its bundle");
        b.proxies = List.of();
        b.peering.proxiesChanged();
        Waiting.until(() -> linked().behind().isEmpty());

        long before = sequenceOf(b);
        b.trust.changeOwn(own -> own.withAnchors(
                List.of(own.anchors().getFirst(), a.trust.own().anchors().getFirst())));
        b.has(Places.of("b.example", "10.97.0.1", "10.243.0.2"));
        Waiting.until(() -> a.newer.getOrDefault(b.domain, 0L) > before);

        b.forget(a);
        Waiting.until(() -> linked().silence().startsWith("its control plane is away: "));
        a.forget(b);
        assertThat(a.peering.linked()).isEmpty();
    }

    /** What a knows of what b holds. */
    private LinkedDomain linked() {
        return a.peering.linked().getFirst();
    }

    private static long sequenceOf(Side side) {
        return side.trust.bundles().find(side.domain).orElseThrow().sequence();
    }

    @Test
    void connectsAnewUnderOtherAnchors() {
        meet();
        Instant before = a.peer().since();
        List<X509Certificate> both = List.of(
                b.trust.own().anchors().getFirst(), a.trust.own().anchors().getFirst());
        a.declare(new TrustDomainObject(
                b.domain,
                both,
                List.of(),
                TrustBundle.State.ACTIVE,
                Optional.empty(),
                Optional.empty(),
                Optional.of(new Discovery(
                        List.of(new IpPort(InetAddress.getLoopbackAddress(), b.server.port())),
                        List.of(Cidr.parse("10.243.0.0/16"), Cidr.parse("10.97.0.0/16"))))));
        Waiting.until(() -> a.peer().since().isAfter(before) && a.peer().state().equals("connected"));
        assertThat(addresses(a.destination(SERVICE_OF_B))).hasSize(1);
    }

    @Test
    void tellsNobodyButControlPlanesOfOthers() throws Exception {
        meet();
        SpiffeId workload = SpiffeId.ofServiceAccount(b.domain, "shop", "api");
        assertThat(refusal(b, workload)).contains("WEFT-C063").contains("no control plane of another trust domain");
        assertThat(refusal(a, ControlServer.identity(a.domain)))
                .contains("WEFT-C063")
                .contains("no control plane of another trust domain");
        a.forget(b);
        assertThat(refusal(b, ControlServer.identity(b.domain))).isNotEmpty();
    }

    /** What a's control plane says to this identity of this side's issuer. */
    private String refusal(Side side, SpiffeId id) throws Exception {
        try (PeerCall call = PeerCall.to(a, side, id)) {
            return call.refusal();
        }
    }

    private void meet() {
        a.has(Places.of("a.example", "10.96.0.1", "10.244.0.2"));
        a.declare(b);
        b.declare(a);
        Waiting.until(() -> addresses(a.destination(SERVICE_OF_B)).size() == 1
                && addresses(b.destination("10.96.0.1:80")).size() == 1);
    }

    private static List<String> addresses(Destination destination) {
        return destination.getEndpoints().getEndpointsList().stream()
                .map(Endpoint::getAddress)
                .toList();
    }

    private static String reason(Side side) {
        return side.destination(SERVICE_OF_B).getUnreachable().getReason();
    }
}
