package dev.weft.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.v1.DefaultDecision;
import dev.weft.api.v1.Endpoint;
import dev.weft.api.v1.Inbound;
import dev.weft.api.v1.InboundMode;
import dev.weft.api.v1.PolicyAction;
import dev.weft.api.v1.PortScope;
import dev.weft.api.v1.ProbeExemption;
import dev.weft.api.v1.Protocol;
import dev.weft.api.v1.TrustBundle;
import dev.weft.api.v1.TrustDomainState;
import dev.weft.control.trust.TrustSource;
import dev.weft.control.watch.MeshState;
import dev.weft.control.watch.MeshStates;
import dev.weft.files.state.FileStore;
import dev.weft.testing.SettableClock;
import dev.weft.testing.Waiting;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RegistryMeshTest {

    private static final String MESH = """
            apiVersion: weft.dev/v1alpha1
            kind: Workload
            metadata: {name: api, namespace: shop, labels: {app: api}}
            spec:
              serviceAccount: backend
              ports: [{name: http, port: 8080, appProtocol: http}, {port: 8080, protocol: UDP}, {port: 53, protocol: UDP}]
              addresses: [10.244.0.2]
              probes:
                readiness: {httpGet: {path: /healthz, port: 8080}}
                liveness: {tcpSocket: {port: 8080}}
            ---
            apiVersion: v1
            kind: Service
            metadata: {name: api, namespace: shop}
            spec: {selector: {app: api}, clusterIP: 10.96.0.1, ports: [{port: 80, targetPort: http}]}
            """;

    private static final String POLICY = """
            ---
            apiVersion: weft.dev/v1alpha1
            kind: AuthorizationPolicy
            metadata: {name: web-may-call, namespace: shop}
            spec:
              workloads: {matchLabels: {app: api}}
              ports: [8080, 9090]
              action: Allow
              from: [{identity: "spiffe://cluster.local/ns/shop/sa/web"}]
            """;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    @Test
    void turnsTheFilesIntoWhatProxiesAreToldAndFollowsThem() throws Exception {
        Path file = directory.resolve("mesh.yaml");
        Files.writeString(file, MESH);
        ControlSettings settings = ControlFlags.OVER_FILES.read(
                List.of("--registry", file.toString(), "--state-dir", directory.toString()));
        TrustSource trust = new TrustSource(settings.trustDomain(), new FileStore(directory));
        trust.changeOwn(own -> own.withAnchors(List.of()));
        LinkedBlockingQueue<MeshState> states = new LinkedBlockingQueue<>();
        try (RegistryMesh mesh = RegistryMesh.open(new FileHome(), settings, trust, Clock.systemUTC())) {
            mesh.start(states::add);
            MeshState first = next(states);
            Inbound inbound = MeshStates.resource(first, "shop/api", "inbound").getInbound();
            assertThat(inbound.getWorkload()).isEqualTo("shop/api");
            assertThat(inbound.getAddressesList()).containsExactly("10.244.0.2");
            assertThat(inbound.getMode()).isEqualTo(InboundMode.INBOUND_MODE_STRICT);
            assertThat(inbound.getPortScope())
                    .as("of a machine with addresses of its own")
                    .isEqualTo(PortScope.PORT_SCOPE_DECLARED);
            assertThat(inbound.getDeclaredPortsList()).containsExactly(8080);
            assertThat(inbound.getUdpPortsList()).containsExactly(53, 8080);
            assertThat(inbound.getPolicies().getPoliciesList()).isEmpty();
            assertThat(inbound.getPolicies().getDefaultDecision())
                    .isEqualTo(DefaultDecision.DEFAULT_DECISION_AUTHENTICATED);
            assertThat(inbound.getProbesList())
                    .containsExactly(
                            ProbeExemption.newBuilder()
                                    .setPort(8080)
                                    .setPath("/healthz")
                                    .build(),
                            ProbeExemption.newBuilder().setPort(8080).build());
            Endpoint endpoint = MeshStates.resource(first, "shop/api", "destination/10.96.0.1:80")
                    .getDestination()
                    .getEndpoints()
                    .getEndpoints(0);
            assertThat(endpoint.getAddress()).isEqualTo("10.244.0.2:8080");
            assertThat(endpoint.getIdentity()).isEqualTo("spiffe://cluster.local/ns/shop/sa/backend");
            assertThat(endpoint.getProtocol()).isEqualTo(Protocol.PROTOCOL_HTTP1);
            assertThat(MeshStates.resource(first, "shop/api", "bundle/cluster.local")
                            .hasTrustBundle())
                    .isTrue();

            Path next = directory.resolve("next");
            Files.writeString(next, MESH + POLICY);
            Files.move(next, file, java.nio.file.StandardCopyOption.ATOMIC_MOVE);
            assertThat(MeshStates.resource(next(states), "shop/api", "inbound")
                            .getInbound()
                            .getPolicies()
                            .getPoliciesList())
                    .singleElement()
                    .satisfies(policy -> {
                        assertThat(policy.getName()).isEqualTo("web-may-call");
                        assertThat(policy.getPortsList()).containsExactly(8080, 9090);
                        assertThat(policy.getAction()).isEqualTo(PolicyAction.POLICY_ACTION_ALLOW);
                        assertThat(policy.getFrom(0).getIdentity()).isEqualTo("spiffe://cluster.local/ns/shop/sa/web");
                    });
            assertThat(mesh.errors()).isEmpty();

            Files.writeString(file, "kind: [");
            next(states);
            assertThat(mesh.errors())
                    .singleElement()
                    .satisfies(error -> assertThat(error).containsKeys("where", "kind", "name", "reason"));
        }
    }

    @Test
    void aChangeThatCannotBeToldIsAnErrorUntilItIsToldAfterAll() throws Exception {
        Path file = Files.writeString(directory.resolve("mesh.yaml"), MESH);
        ControlSettings settings = ControlFlags.OVER_FILES.read(
                List.of("--registry", file.toString(), "--state-dir", directory.toString()));
        TrustSource trust = new TrustSource(settings.trustDomain(), new FileStore(directory));
        LinkedBlockingQueue<MeshState> states = new LinkedBlockingQueue<>();
        AtomicBoolean failing = new AtomicBoolean();
        try (RegistryMesh mesh = RegistryMesh.open(new FileHome(), settings, trust, Clock.systemUTC())) {
            mesh.start(state -> {
                if (failing.get()) {
                    throw new IllegalStateException("the test's");
                }
                states.add(state);
            });
            assertThat(next(states)).isNotNull();
            failing.set(true);
            Files.writeString(file, MESH.replace("10.244.0.2", "10.244.0.99"));
            Waiting.until(() -> mesh.errors().toString().contains("WEFT-C076"));
            assertThat(states).isEmpty();

            failing.set(false);
            mesh.dropEnded();
            assertThat(states).hasSize(1);
            assertThat(mesh.errors()).isEmpty();
            mesh.dropEnded();
            assertThat(states).hasSize(1);
        }
    }

    @Test
    void tellsOfEachTrustDomainAndDropsRevocationsWhenTheyEnd() throws Exception {
        Path file = directory.resolve("mesh.yaml");
        Files.writeString(file, MESH + """
                ---
                apiVersion: weft.dev/v1alpha1
                kind: TrustDomain
                metadata: {name: other.example}
                spec: {state: Disabled}
                ---
                apiVersion: weft.dev/v1alpha1
                kind: Revocation
                metadata: {name: stolen}
                spec: {certificate: {serialNumber: 0aFF}, expires: "2030-01-01T00:00:00Z"}
                """);
        ControlSettings settings = ControlFlags.OVER_FILES.read(
                List.of("--registry", file.toString(), "--state-dir", directory.toString()));
        TrustSource trust = new TrustSource(settings.trustDomain(), new FileStore(directory));
        SettableClock clock = new SettableClock(Instant.parse("2029-12-31T23:59:59Z"));
        LinkedBlockingQueue<MeshState> states = new LinkedBlockingQueue<>();
        try (RegistryMesh mesh = RegistryMesh.open(new FileHome(), settings, trust, clock)) {
            trust.onChange(mesh::publish);
            mesh.start(states::add);
            MeshState first = next(states);
            assertThat(states).as("told once").isEmpty();
            assertThat(bundle(first, "other.example").getState())
                    .isEqualTo(TrustDomainState.TRUST_DOMAIN_STATE_DISABLED);
            assertThat(bundle(first, "cluster.local").getRevokedCertificatesList())
                    .singleElement()
                    .satisfies(revoked -> assertThat(revoked.getSerialNumber().toByteArray())
                            .isEqualTo(new byte[] {0x0a, (byte) 0xff}));

            clock.set(Instant.parse("2030-01-01T00:00:00Z"));
            mesh.dropEnded();
            TrustBundle own = bundle(next(states), "cluster.local");
            assertThat(own.getRevokedCertificatesList()).isEmpty();
            assertThat(own.getSequence()).isEqualTo(2);

            mesh.dropEnded();
            assertThat(states).isEmpty();
            Files.writeString(file, MESH);
            assertThat(MeshStates.bundles(next(states))).containsExactly("bundle/cluster.local");
        }
    }

    @Test
    void aWorkloadWithMorePoliciesThanItsSidecarTakesIsAnError() throws Exception {
        Path file = directory.resolve("mesh.yaml");
        String source = "  - {identity: \"spiffe://cluster.local/ns/shop/sa/web/" + "0123456789".repeat(200) + "\"}\n";
        String policy = POLICY.substring(0, POLICY.indexOf("  from:")) + "  from:\n" + source.repeat(1000);
        Files.writeString(file, MESH + policy + policy.replace("web-may-call", "others-may-call"));
        ControlSettings settings = ControlFlags.OVER_FILES.read(
                List.of("--registry", file.toString(), "--state-dir", directory.toString()));
        TrustSource trust = new TrustSource(settings.trustDomain(), new FileStore(directory));
        LinkedBlockingQueue<MeshState> states = new LinkedBlockingQueue<>();
        try (RegistryMesh mesh = RegistryMesh.open(new FileHome(), settings, trust, Clock.systemUTC())) {
            mesh.start(states::add);
            assertThat(mesh.errors()).singleElement().satisfies(error -> {
                assertThat(error.get("name")).isEqualTo("shop/api");
                assertThat(error.get("where")).asString().contains("mesh.yaml");
                assertThat(error.get("reason")).asString().startsWith("WEFT-C138");
            });
            Files.writeString(file, MESH + POLICY);
            next(states);
            Waiting.until(() -> mesh.errors().isEmpty());
        }
    }

    private static TrustBundle bundle(MeshState state, String trustDomain) {
        return MeshStates.resource(state, "shop/api", "bundle/" + trustDomain).getTrustBundle();
    }

    private static MeshState next(LinkedBlockingQueue<MeshState> states) throws InterruptedException {
        MeshState state = states.poll(20, TimeUnit.SECONDS);
        if (state == null) {
            throw new AssertionError("no state within 20 s");
        }
        return state;
    }
}
