package dev.weft.control.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.weft.api.v1.AuthorizationPolicy;
import dev.weft.api.v1.Destination;
import dev.weft.api.v1.Edge;
import dev.weft.api.v1.EdgeDirection;
import dev.weft.api.v1.FormerIssuerPeer;
import dev.weft.api.v1.FormerIssuerTunnels;
import dev.weft.api.v1.Hello;
import dev.weft.api.v1.Inbound;
import dev.weft.api.v1.InboundMode;
import dev.weft.api.v1.PolicyAction;
import dev.weft.api.v1.PolicySet;
import dev.weft.api.v1.Protocol;
import dev.weft.api.v1.Report;
import dev.weft.api.v1.Resource;
import dev.weft.api.v1.Source;
import dev.weft.api.v1.Traffic;
import dev.weft.api.v1.WatchRequest;
import dev.weft.api.v1.WatchResponse;
import dev.weft.control.compile.LargePolicies;
import dev.weft.control.compile.MeshCompiler;
import dev.weft.control.directory.Directory;
import dev.weft.control.directory.DirectoryService;
import dev.weft.control.directory.DirectoryWorkload;
import dev.weft.control.watch.CutOffPeer;
import dev.weft.control.watch.InboundStatus;
import dev.weft.control.watch.MeshStates;
import dev.weft.control.watch.ReportedLeaf;
import dev.weft.control.watch.ServedWorkload;
import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.identity.svid.X509Svid;
import dev.weft.mesh.model.Service;
import dev.weft.testing.Waiting;
import io.grpc.Status;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class WatchTest {

    private static final Duration HOUR = Duration.ofHours(1);
    private static final String BUNDLE = "bundle/" + TestPlane.DOMAIN;
    private static final String API = "destination/10.96.0.1:80";
    private static final Map<String, SpiffeId> BOTH = Map.of("shop/web", TestPlane.WEB, "shop/api", TestPlane.API);

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    @SuppressWarnings("NullAway.Init")
    private TestPlane plane;

    @BeforeEach
    void start() throws Exception {
        plane = TestPlane.start(directory.resolve("state"));
    }

    @AfterEach
    void stop() {
        plane.close();
    }

    @Test
    void tellsInboundAndBundlesAtTheStart() throws Exception {
        try (TestClient client = client()) {
            TestWatch watch = client.watch();
            watch.hello("shop/web", Map.of());
            WatchResponse response = watch.next();
            assertThat(names(response)).containsExactlyInAnyOrder("inbound", BUNDLE);
            Resource bundle = response.getResourcesList().stream()
                    .filter(Resource::hasTrustBundle)
                    .findFirst()
                    .orElseThrow();
            assertThat(bundle.getTrustBundle().getAnchorsCount()).isEqualTo(1);
            assertThat(bundle.getTrustBundle().getSequence()).isEqualTo(1);
        }
    }

    @Test
    void tellsNamesToThoseWhoAskForThem() throws Exception {
        plane.publish(BOTH, directory("10.244.0.2"));
        try (TestClient client = client()) {
            TestWatch watch = client.watch();
            watch.send(WatchRequest.newBuilder()
                    .setHello(Hello.newBuilder()
                            .setWorkload("shop/web")
                            .setProxyVersion("test")
                            .setNames(true))
                    .build());
            Resource all = named(watch.next(), "names");
            assertThat(all.getMeshNames().getZonesList()).containsExactly(TestPlane.DOMAIN.name());
            assertThat(all.getMeshNames().getNamespacesList()).containsExactly("shop");

            String unknown = "name/nosuch.shop.svc." + TestPlane.DOMAIN;
            String reversed = "name/1.0.96.10.in-addr.arpa";
            String service = "name/api.shop.svc." + TestPlane.DOMAIN;
            watch.subscribe(service, unknown, reversed);
            WatchResponse told = watch.next();
            assertThat(named(told, service).getNamed().getAddressesList())
                    .containsExactly(ByteString.copyFrom(new byte[] {10, 96, 0, 1}));
            assertThat(named(told, unknown).getNamed().getKnown()).isFalse();
            assertThat(named(told, reversed).getNamed().getCanonical()).isEqualTo("api.shop.svc." + TestPlane.DOMAIN);

            plane.publish(BOTH, Directory.of(List.of(), List.of()));
            WatchResponse gone = watch.next();
            assertThat(named(gone, service).getNamed().getKnown()).isFalse();
            assertThat(names(gone)).doesNotContain(unknown);
        }
    }

    private static Resource named(WatchResponse response, String name) {
        return response.getResourcesList().stream()
                .filter(resource -> resource.getName().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "name/",
                "name/api",
                "name/api.shop",
                "name/api.shop.svc",
                "name/API.shop.svc.cluster.local",
                "name/a.b.c.svc.cluster.local.",
                "name/-a.shop.svc.cluster.local",
                "name/256.0.0.10.in-addr.arpa",
                "name/0.0.10.in-addr.arpa",
                "names"
            })
    void refusesWhatCannotBeAName(String name) throws Exception {
        try (TestClient client = client()) {
            TestWatch watch = client.watch();
            watch.hello("shop/web", Map.of());
            WatchResponse _ = watch.next();
            watch.subscribe(name);
            assertThat(watch.end().getDescription()).contains("WEFT-C025").contains("name/<name>");
        }
    }

    @Test
    void tellsADestinationWhenSubscribedAndAgainOnlyWhenItChanges() throws Exception {
        plane.publish(BOTH, directory("10.244.0.2"));
        try (TestClient client = client()) {
            TestWatch watch = client.watch();
            watch.hello("shop/web", Map.of());
            watch.next();
            watch.subscribe(API, "destination/192.0.2.1:443");
            WatchResponse first = watch.next();
            assertThat(names(first)).containsExactly(API, "destination/192.0.2.1:443");
            Destination destination = first.getResources(0).getDestination();
            assertThat(destination.getEndpoints().getEndpoints(0).getAddress()).isEqualTo("10.244.0.2:8080");
            assertThat(destination.getEndpoints().getEndpoints(0).getIdentity()).isEqualTo(TestPlane.API.toString());
            assertThat(first.getResources(1).getDestination().hasNotInMesh()).isTrue();

            plane.publish(BOTH, directory("10.244.0.2"));
            plane.publish(BOTH, directory("10.244.0.3"));
            WatchResponse second = watch.next();
            assertThat(names(second)).containsExactly(API);
            assertThat(second.getNonce()).isEqualTo(first.getNonce() + 1);
        }
    }

    @Test
    void pushesOnlyTheInboundWhenThePolicyChanges() throws Exception {
        try (TestClient client = client()) {
            TestWatch watch = client.watch();
            watch.hello("shop/web", Map.of());
            watch.next();
            Inbound strict = Inbound.newBuilder()
                    .setWorkload("shop/web")
                    .setMode(InboundMode.INBOUND_MODE_STRICT)
                    .build();
            plane.publish(
                    Map.of("shop/web", MeshStates.served(TestPlane.WEB, strict)),
                    Directory.of(List.of(), List.of()),
                    0);
            WatchResponse response = watch.next();
            assertThat(response.getResourcesList())
                    .singleElement()
                    .satisfies(resource -> assertThat(resource.getInbound()).isEqualTo(strict));
        }
    }

    @Test
    void tellsBundlesToAWorkloadWhosePoliciesAreTooLarge() throws Exception {
        try (TestClient client = client()) {
            TestWatch watch = client.watch();
            watch.hello("shop/web", Map.of());
            watch.next();
            ServedWorkload large = new MeshCompiler(TestPlane.DOMAIN)
                    .compile(LargePolicies.mesh("web", 60), List.of())
                    .workloads()
                    .find("shop/web")
                    .orElseThrow();
            plane.publish(Map.of("shop/web", large), Directory.of(List.of(), List.of()), 0);
            WatchResponse response = watch.next();
            assertThat(response.getResources(0).getInbound().getPolicies().getPoliciesList())
                    .singleElement()
                    .satisfies(policy -> assertThat(policy.getName()).contains("WEFT-C138"));
            plane.trust.changeOwn(own -> own.withAnchors(List.of()));
            plane.publish(Map.of("shop/web", large), Directory.of(List.of(), List.of()), 0);
            assertThat(names(watch.next())).containsExactly(BUNDLE);
        }
    }

    @Test
    void resumesByTheVersionsHeldAlsoAfterARestart() throws Exception {
        plane.publish(BOTH, directory("10.244.0.2"));
        X509Svid svid = plane.svid(TestPlane.WEB, HOUR);
        Map<String, String> held;
        try (TestClient client = TestClient.of(plane, svid)) {
            TestWatch watch = client.watch();
            watch.hello("shop/web", Map.of());
            watch.next();
            watch.subscribe(API);
            watch.next();
            held = watch.versions();
        }
        plane.close();
        plane = TestPlane.start(directory.resolve("state"));
        plane.publish(BOTH, directory("10.244.0.2"));
        try (TestClient client = TestClient.of(plane, svid)) {
            TestWatch watch = client.watch();
            watch.hello("shop/web", held);
            watch.subscribe("destination/10.96.0.1:81");
            assertThat(names(watch.next())).containsExactly("destination/10.96.0.1:81");
            plane.publish(BOTH, directory("10.244.0.3"));
            assertThat(names(watch.next())).containsExactly(API);
        }
    }

    @Test
    void tellsAgainWhatIsHeldWithoutAVersion() throws Exception {
        try (TestClient client = client()) {
            TestWatch watch = client.watch();
            watch.hello("shop/web", Map.of(API, ""));
            assertThat(names(watch.next())).contains(API);
        }
    }

    @Test
    void removesWhatIsHeldAndGone() throws Exception {
        try (TestClient client = client()) {
            TestWatch watch = client.watch();
            watch.hello("shop/web", Map.of("bundle/gone.example", "1"));
            assertThat(watch.next().getRemovedList()).containsExactly("bundle/gone.example");
        }
    }

    @Test
    void forgetsARefusalOnceAnotherVersionIsAccepted() throws Exception {
        try (TestClient client = client()) {
            TestWatch watch = client.watch();
            watch.hello("shop/web", Map.of());
            WatchResponse first = watch.receive();
            watch.refuse(first.getNonce(), "inbound", "not understood");
            watch.subscribe(API);
            watch.next();
            assertThat(plane.mesh.proxies())
                    .singleElement()
                    .satisfies(proxy -> assertThat(proxy.lastRefusal()).isPresent());
            plane.publish(
                    Map.of(
                            "shop/web",
                            MeshStates.served(
                                    TestPlane.WEB,
                                    Inbound.newBuilder()
                                            .setWorkload("shop/web")
                                            .setMode(InboundMode.INBOUND_MODE_STRICT)
                                            .build())),
                    directory("10.244.0.2"),
                    0);
            assertThat(names(watch.next())).contains("inbound");
            watch.subscribe("destination/10.96.0.1:81");
            watch.next();
            assertThat(plane.mesh.proxies())
                    .singleElement()
                    .satisfies(proxy -> assertThat(proxy.lastRefusal()).isEmpty());
        }
    }

    /** A policy of a newer version must not keep a rotation waiting for the bundle that came with it. */
    @Test
    void whatIsBesideARefusedResourceIsAcknowledged() throws Exception {
        try (TestClient client = client()) {
            TestWatch watch = client.watch();
            watch.hello("shop/web", Map.of());
            WatchResponse first = watch.receive();
            String bundle = "bundle/" + TestPlane.DOMAIN;
            assertThat(names(first)).contains("inbound", bundle);
            watch.refuseOf(first.getNonce(), "inbound");
            watch.subscribe(API);
            watch.next();
            assertThat(plane.mesh.proxies()).singleElement().satisfies(proxy -> {
                assertThat(proxy.held()).containsKey(bundle).doesNotContainKey("inbound");
                assertThat(plane.mesh.runsOnBundle(proxy, TestPlane.DOMAIN)).isTrue();
                assertThat(proxy.lastRefusal()).isPresent();
            });
        }
    }

    @Test
    void saysHowFarAProxyIsWithWhatItsWorkloadAccepts() throws Exception {
        List<String> changed = new CopyOnWriteArrayList<>();
        plane.mesh.onInboundStatusChange(changed::add);
        assertThat(standing().state()).isEqualTo(InboundStatus.State.NEVER_CONNECTED);
        try (TestClient client = client()) {
            TestWatch watch = client.watch();
            watch.send(WatchRequest.newBuilder()
                    .setHello(Hello.newBuilder()
                            .setWorkload("shop/web")
                            .addCapabilities("request-rules")
                            .addCapabilities("not a word"))
                    .build());
            WatchResponse first = watch.receive();
            Waiting.until(() -> standing().state() == InboundStatus.State.WAITING);
            watch.acknowledge(first.getNonce());
            Waiting.until(() -> standing().state() == InboundStatus.State.IN_FORCE);
            assertThat(standing().capabilities()).containsExactly("request-rules");
            assertThat(changed).contains("shop/web");

            plane.publish(
                    Map.of(
                            "shop/web",
                            MeshStates.served(
                                    TestPlane.WEB,
                                    Inbound.newBuilder()
                                            .setWorkload("shop/web")
                                            .addAddresses("10.244.0.9")
                                            .build())),
                    Directory.of(List.of(), List.of()),
                    0);
            assertThat(standing().state()).isEqualTo(InboundStatus.State.WAITING);
            watch.refuseOf(watch.receive().getNonce(), "inbound");
            Waiting.until(() -> standing().state() == InboundStatus.State.REFUSED);
            assertThat(standing().reason()).isEqualTo("not understood");
        }
        assertThat(plane.mesh.inboundStatus("shop/nosuch")).isEmpty();
    }

    @Test
    void saysWhomOfThePeersThatItAdmittedAWorkloadRefusesNow() throws Exception {
        try (TestClient client = client()) {
            TestWatch watch = client.watch();
            watch.hello("shop/web", Map.of());
            WatchResponse _ = watch.next();
            String peer = "spiffe://" + TestPlane.DOMAIN + "/ns/play/sa/x";
            watch.send(WatchRequest.newBuilder()
                    .setReport(Report.newBuilder()
                            .setSerialNumber(ByteString.copyFrom(new byte[] {1}))
                            .setTraffic(Traffic.newBuilder()
                                    .addEdges(Edge.newBuilder()
                                            .setDirection(EdgeDirection.EDGE_DIRECTION_INBOUND)
                                            .setSpiffeId(peer)
                                            .setPort(8080)
                                            .setAdmitted(1)
                                            .setOpen(1))))
                    .build());
            PolicySet.Builder policies = PolicySet.newBuilder()
                    .addPolicies(AuthorizationPolicy.newBuilder()
                            .setNamespace("shop")
                            .setName("no-play")
                            .setAction(PolicyAction.POLICY_ACTION_DENY)
                            .addFrom(Source.newBuilder().setNamespace("play")));
            plane.publish(
                    Map.of(
                            "shop/web",
                            MeshStates.served(
                                    TestPlane.WEB,
                                    Inbound.newBuilder()
                                            .setWorkload("shop/web")
                                            .setPolicies(policies)
                                            .build())),
                    Directory.of(List.of(), List.of()),
                    0);
            WatchResponse _ = watch.next();
            Waiting.until(() -> standing().state() == InboundStatus.State.IN_FORCE
                    && !standing().cutOff().isEmpty());
            assertThat(standing().cutOff()).containsExactly(new CutOffPeer(peer, 8080, "shop/no-play"));
        }
    }

    private InboundStatus standing() {
        return plane.mesh.inboundStatus("shop/web").orElseThrow();
    }

    @Test
    void keepsARefusalForOperators() throws Exception {
        try (TestClient client = client()) {
            TestWatch watch = client.watch();
            watch.hello("shop/web", Map.of());
            WatchResponse first = watch.receive();
            watch.refuse(first.getNonce(), "inbound", "not understood");
            // Requests are handled in their order: once this is answered, the refusal has been.
            watch.subscribe(API);
            WatchResponse second = watch.next();
            assertThat(names(second)).containsExactly(API);
            assertThat(plane.mesh.proxies()).singleElement().satisfies(proxy -> {
                assertThat(proxy.workload()).isEqualTo("shop/web");
                assertThat(proxy.lastRefusal()).hasValue("inbound: not understood");
                assertThat(proxy.acknowledged()).isNotEqualTo(first.getNonce());
            });
        }
    }

    @Test
    void knowsTheCertificateThatAProxyReports() throws Exception {
        try (TestClient client = client()) {
            TestWatch watch = client.watch();
            watch.hello("shop/web", Map.of());
            watch.next();
            watch.send(report(ByteString.copyFrom(new byte[] {0, (byte) 0xab}), ByteString.copyFrom(new byte[32])));
            watch.subscribe(API);
            watch.next();
            assertThat(plane.mesh.proxies()).singleElement().satisfies(proxy -> {
                ReportedLeaf leaf = proxy.leaf().orElseThrow();
                assertThat(leaf.serialNumber()).isEqualTo("ab");
                assertThat(leaf.issuerKey()).isPresent();
                assertThat(leaf.renewalFailure()).isEqualTo("none left");
                assertThat(proxy.bundles()).isEqualTo(Map.of(TestPlane.DOMAIN.name(), 1L));
            });
        }
    }

    @Test
    void endsAStreamWhoseReportCannotBe() throws Exception {
        for (WatchRequest bad : List.of(
                report(ByteString.EMPTY, ByteString.EMPTY),
                report(ByteString.copyFrom(new byte[21]), ByteString.EMPTY),
                report(ByteString.copyFrom(new byte[16]), ByteString.copyFrom(new byte[31])),
                tunnels(31, 1, 1),
                tunnels(32, -1, 1),
                tunnels(32, 17, 17))) {
            try (TestClient client = client()) {
                TestWatch watch = client.watch();
                watch.hello("shop/web", Map.of());
                watch.next();
                watch.send(bad);
                assertEnd(watch, Status.Code.INVALID_ARGUMENT, "WEFT-C025");
            }
        }
    }

    private static WatchRequest tunnels(int hash, int count, int peers) {
        return WatchRequest.newBuilder()
                .setReport(Report.newBuilder()
                        .setSerialNumber(ByteString.copyFrom(new byte[] {1}))
                        .setFormerIssuerTunnels(FormerIssuerTunnels.newBuilder()
                                .setIssuerKeySha256(ByteString.copyFrom(new byte[hash]))
                                .setCount(count)
                                .addAllPeers(Collections.nCopies(peers, FormerIssuerPeer.getDefaultInstance()))))
                .build();
    }

    private static WatchRequest report(ByteString serial, ByteString issuerKey) {
        return WatchRequest.newBuilder()
                .setReport(Report.newBuilder()
                        .setSerialNumber(serial)
                        .setIssuerKeySha256(issuerKey)
                        .setRenewalFailure("none left"))
                .build();
    }

    @Test
    void endsAStreamThatAnswersWhatWasNotSent() throws Exception {
        try (TestClient client = client()) {
            TestWatch watch = client.watch();
            watch.hello("shop/web", Map.of());
            watch.next();
            watch.refuse(99, "inbound", "no reason");
            assertEnd(watch, Status.Code.INVALID_ARGUMENT, "WEFT-C025");
        }
    }

    @Test
    void refusesAnotherWorkloadsStream() throws Exception {
        try (TestClient client = client()) {
            TestWatch watch = client.watch();
            watch.hello("shop/api", Map.of());
            assertEnd(watch, Status.Code.PERMISSION_DENIED, "WEFT-C024");
        }
    }

    @Test
    void refusesAWorkloadThatDoesNotExist() throws Exception {
        try (TestClient client = client()) {
            TestWatch watch = client.watch();
            watch.hello("shop/nobody", Map.of());
            assertEnd(watch, Status.Code.PERMISSION_DENIED, "WEFT-C023");
        }
    }

    @Test
    void refusesWithoutAClientCertificate() throws Exception {
        try (TestClient client = TestClient.withoutCertificate(plane)) {
            TestWatch watch = client.watch();
            watch.hello("shop/web", Map.of());
            assertEnd(watch, Status.Code.UNAUTHENTICATED, "WEFT-C021");
        }
    }

    @Test
    void refusesAStreamThatBeginsWithoutHello() throws Exception {
        try (TestClient client = client()) {
            TestWatch watch = client.watch();
            watch.subscribe(API);
            assertEnd(watch, Status.Code.INVALID_ARGUMENT, "WEFT-C025");
        }
    }

    @Test
    void refusesNamesThatAreNoDestinations() throws Exception {
        try (TestClient client = client()) {
            TestWatch watch = client.watch();
            watch.hello("shop/web", Map.of());
            watch.next();
            watch.subscribe("destination/api.shop:80");
            assertEnd(watch, Status.Code.INVALID_ARGUMENT, "WEFT-C025");
        }
    }

    @Test
    void refusesMoreSubscriptionsThanAllowed() throws Exception {
        try (TestClient client = client()) {
            TestWatch watch = client.watch();
            watch.hello("shop/web", Map.of());
            watch.next();
            String[] many = new String[10_001];
            for (int i = 0; i < many.length; i++) {
                many[i] = "destination/10.0.0.1:" + (i + 1);
            }
            watch.subscribe(many);
            assertEnd(watch, Status.Code.RESOURCE_EXHAUSTED, "WEFT-C026");
        }
    }

    @Test
    void endsWhenTheWorkloadVanishes() throws Exception {
        try (TestClient client = client()) {
            TestWatch watch = client.watch();
            watch.hello("shop/web", Map.of());
            watch.next();
            plane.publish(Map.of("shop/api", TestPlane.API), Directory.of(List.of(), List.of()));
            assertEnd(watch, Status.Code.PERMISSION_DENIED, "WEFT-C023");
            assertThat(plane.mesh.proxies()).isEmpty();
        }
    }

    @Test
    void endsWhenTheCertificateEnds() throws Exception {
        try (TestClient client = TestClient.of(plane, plane.svid(TestPlane.WEB, Duration.ofSeconds(8)))) {
            TestWatch watch = client.watch();
            watch.hello("shop/web", Map.of());
            watch.next();
            assertEnd(watch, Status.Code.UNAUTHENTICATED, "WEFT-C028");
        }
    }

    @Test
    void endsWhenTheAnchorOfTheSvidIsTrustedNoMore() throws Exception {
        try (TestClient client = client()) {
            TestWatch watch = client.watch();
            watch.hello("shop/web", Map.of());
            watch.next();
            plane.trust.changeOwn(own -> own.withAnchors(List.of()));
            plane.publish(BOTH, Directory.of(List.of(), List.of()));
            assertEnd(watch, Status.Code.UNAUTHENTICATED, "WEFT-C022");
        }
    }

    @Test
    void endsTheOldestOfTooManyStreamsOfAWorkload() throws Exception {
        try (TestClient client = client()) {
            TestWatch first = client.watch();
            first.hello("shop/web", Map.of());
            first.next();
            for (int i = 0; i < 4; i++) {
                TestWatch next = client.watch();
                next.hello("shop/web", Map.of());
                next.next();
            }
            assertEnd(first, Status.Code.ABORTED, "WEFT-C028");
        }
    }

    private TestClient client() throws Exception {
        return TestClient.of(plane, plane.svid(TestPlane.WEB, HOUR));
    }

    private static Directory directory(String address) throws Exception {
        DirectoryWorkload api = new DirectoryWorkload(
                "shop",
                "api",
                Map.of("app", "api"),
                Optional.of(TestPlane.API),
                List.of(InetAddress.ofLiteral(address)),
                true,
                List.of());
        DirectoryService service = new DirectoryService(
                "shop",
                "api",
                Map.of("app", "api"),
                List.of(InetAddress.ofLiteral("10.96.0.1")),
                List.of(new DirectoryService.Port(
                        80, new Service.TargetPort.Numbered(8080), Protocol.PROTOCOL_UNSPECIFIED)));
        return Directory.of(List.of(api), List.of(service));
    }

    private static List<String> names(WatchResponse response) {
        return response.getResourcesList().stream().map(Resource::getName).toList();
    }

    private static void assertEnd(TestWatch watch, Status.Code code, String weftCode) throws Exception {
        Status end = watch.end();
        assertThat(end.getCode()).as(String.valueOf(end.getDescription())).isEqualTo(code);
        assertThat(end.getDescription()).startsWith(weftCode);
    }
}
