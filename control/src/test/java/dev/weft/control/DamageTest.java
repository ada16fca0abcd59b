package dev.weft.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.api.v1.Resource;
import dev.weft.control.certify.Descents;
import dev.weft.control.certify.RecordedDescents;
import dev.weft.control.token.JoinToken;
import dev.weft.control.token.JoinTokens;
import dev.weft.control.token.Machines;
import dev.weft.control.token.TokenCheck;
import dev.weft.control.watch.MeshStates;
import dev.weft.daemon.files.PrivateFiles;
import dev.weft.files.yaml.ObjectWriter;
import dev.weft.identity.issue.Issuer;
import dev.weft.identity.issue.TrustAnchors;
import dev.weft.identity.keys.KeyPairs;
import dev.weft.identity.keys.Pem;
import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.identity.trust.Revocations;
import dev.weft.identity.trust.SerialNumber;
import dev.weft.identity.trust.TrustBundle;
import dev.weft.mesh.model.Revocation;
import dev.weft.mesh.state.StateException;
import dev.weft.policy.decide.CompiledPolicies;
import dev.weft.policy.decide.Peer;
import dev.weft.policy.wire.PolicyWire;
import dev.weft.testing.Waiting;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A control plane whose registry or state directory is damaged, while it runs and before it starts: it tells nobody a looser
 * policy than before the damage, and what was revoked stays so; or it does not start.
 */
final class DamageTest {

    private static final TrustDomain DOMAIN = TrustDomain.parse("cluster.local");
    private static final List<String> WORKLOADS = List.of("shop/api", "shop/web", "pay/ledger");
    private static final List<Optional<SpiffeId>> CALLERS = List.of(
            Optional.empty(),
            Optional.of(SpiffeId.ofServiceAccount(DOMAIN, "shop", "web")),
            Optional.of(SpiffeId.ofServiceAccount(DOMAIN, "shop", "intruder")),
            Optional.of(SpiffeId.ofServiceAccount(DOMAIN, "pay", "ledger")));
    private static final List<String> TOLD = List.of(
            "inbound",
            "destination/10.0.0.1:8080",
            "destination/10.0.0.2:80",
            "destination/10.0.1.1:80",
            "destination/192.0.2.7:443");
    private static final List<Integer> PORTS = List.of(80, 8080, 9090);
    private static final String MACHINE = "0123456789ab";

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    private final LinkedDomain west = LinkedDomain.made("west.example");
    private Path mesh;
    private Path folder;
    private Path state;

    @BeforeEach
    void write() throws Exception {
        mesh = Files.writeString(directory.resolve("mesh.yaml"), """
                apiVersion: v1
                kind: Namespace
                metadata: {name: shop, annotations: {weft.dev/default-policy: deny}}
                ---
                apiVersion: weft.dev/v1alpha1
                kind: Workload
                metadata: {name: api, namespace: shop, labels: {app: api}}
                spec:
                  addresses: [10.0.0.1]
                  inbound: permissive
                  ports:
                  - {name: http, port: 8080}
                  - {name: udp, port: 9999, protocol: UDP}
                ---
                apiVersion: weft.dev/v1alpha1
                kind: Workload
                metadata: {name: web, namespace: shop, labels: {app: web}}
                spec: {addresses: [10.0.0.2]}
                ---
                apiVersion: weft.dev/v1alpha1
                kind: EgressPolicy
                metadata: {name: bank, namespace: shop}
                spec:
                  workloads: {matchLabels: {app: web}}
                  action: Allow
                  to: [{host: api.bank.example, ports: [443]}]
                ---
                apiVersion: weft.dev/v1alpha1
                kind: RateLimit
                metadata: {name: calls, namespace: shop}
                spec:
                  workloads: {matchLabels: {app: api}}
                  limits: [{connectionsPerSecond: 20}]
                ---
                apiVersion: weft.dev/v1alpha1
                kind: AuthorizationPolicy
                metadata: {name: no-admin, namespace: shop}
                spec:
                  workloads: {matchLabels: {app: api}}
                  ports: [8080]
                  action: Deny
                  from:
                  - identity: spiffe://cluster.local/ns/shop/sa/reader
                  to: [{http: {paths: [{prefix: /admin}]}}]
                ---
                apiVersion: weft.dev/v1alpha1
                kind: AuthorizationPolicy
                metadata: {name: web-only, namespace: shop}
                spec:
                  workloads: {matchLabels: {app: api}}
                  ports: [8080]
                  action: Allow
                  from:
                  - identity: spiffe://cluster.local/ns/shop/sa/web
                """);
        folder = Files.createDirectory(directory.resolve("tenants"));
        Files.writeString(folder.resolve("pay.yaml"), """
                apiVersion: weft.dev/v1alpha1
                kind: Workload
                metadata: {name: ledger, namespace: pay, labels: {app: ledger}}
                spec: {addresses: [10.0.1.1]}
                ---
                apiVersion: weft.dev/v1alpha1
                kind: Revocation
                metadata: {name: of-a-file}
                spec: {certificate: {serialNumber: "f11e"}}
                ---
                apiVersion: weft.dev/v1alpha1
                kind: Revocation
                metadata: {name: of-an-identity}
                spec:
                  identity: {spiffeId: "spiffe://cluster.local/ns/shop/sa/intruder", issuedBefore: "2026-01-01T00:00:00Z"}
                """);
        Files.writeString(folder.resolve("pay-policies.yaml"), """
                apiVersion: weft.dev/v1alpha1
                kind: AuthorizationPolicy
                metadata: {name: no-intruder, namespace: pay}
                spec:
                  action: Deny
                  from:
                  - identity: spiffe://cluster.local/ns/shop/sa/intruder
                """);
        Files.writeString(
                folder.resolve("linked.yaml"),
                "{apiVersion: weft.dev/v1alpha1, kind: TrustDomain, metadata: {name: east.example}, spec: {}}\n"
                        + west.object());
        state = directory.resolve("state");
        writeState();
        west.write(state);
    }

    /** What an earlier version would have left: without checksums, taken over at the first start. */
    private void writeState() throws IOException {
        PrivateFiles.createDirectory(state);
        PrivateFiles.createDirectory(state.resolve("objects"));
        PrivateFiles.replace(
                state.resolve("objects/revocations.yaml"),
                ObjectWriter.write(new Revocation(
                                "of-an-operator",
                                Optional.empty(),
                                new Revocation.Target.Certificate(new SerialNumber(new BigInteger("0b5e55ed", 16))),
                                Optional.empty(),
                                Optional.empty()))
                        + "\n",
                PrivateFiles.PUBLIC);
        PrivateFiles.replace(
                state.resolve("objects/trust-domains.yaml"),
                "{\"apiVersion\":\"weft.dev/v1alpha1\",\"kind\":\"TrustDomain\",\"metadata\":{\"name\":\"east.example\"},"
                        + "\"spec\":{\"state\":\"Disabled\"}}\n",
                PrivateFiles.PUBLIC);
        Clock clock = Clock.systemUTC();
        SpiffeId web = SpiffeId.ofServiceAccount(DOMAIN, "shop", "web");
        try (Descents descents = new Descents(state.resolve("descents"), clock)) {
            Instant end = clock.instant().plus(Duration.ofHours(1));
            BigInteger revoked = new BigInteger("0b5e55ed", 16);
            var _ = RecordedDescents.issued(descents, web, BigInteger.TWO, revoked, end);
            var _ = RecordedDescents.issued(descents, web, BigInteger.TEN, BigInteger.TWO, end);
        }
        Issuer issuer = Issuer.createUnder(
                TrustAnchors.create("anchor", Duration.ofDays(30), clock),
                DOMAIN,
                Duration.ofDays(20),
                clock.instant());
        SpiffeId laptop = SpiffeId.ofServiceAccount(DOMAIN, "shop", "laptop");
        Machines machines = new Machines(state.resolve("machines"), clock);
        machines.joined(
                new JoinToken(
                        MACHINE,
                        laptop,
                        clock.instant().plus(Duration.ofHours(1)),
                        Optional.empty(),
                        Optional.of(clock.instant())),
                issuer.issue(KeyPairs.generateP256().getPublic(), laptop, Duration.ofHours(2), clock.instant())
                        .getFirst(),
                "192.0.2.1");
        assertThat(machines.revoke(MACHINE)).isPresent();
        writeRotation(issuer, clock.instant());
    }

    /** An emergency rotation that is over: the issuer before is revoked. */
    private void writeRotation(Issuer former, Instant now) throws IOException {
        String chain = Pem.encodeCertificates(former.chain()).replace("\n", "\\n");
        String retired =
                """
                {"authorities":[{"kind":"issuer","standing":"revoked","until":"UNTIL","chain":"CHAIN"}]}
                """.replace("UNTIL", now.plus(Duration.ofHours(24)).toString()).replace("CHAIN", chain);
        String rotation = """
                {"id":"r-1","kind":"issuer","emergency":true,"step":"done","startedAt":"THEN","stepSince":"THEN",
                "oldAnchors":"CHAIN","oldChain":"CHAIN","newKeySha256":"KEY"}
                """.replace("THEN", now.toString())
                .replace("KEY", "ab".repeat(32))
                .replace("CHAIN", chain);
        PrivateFiles.replace(state.resolve("retired.json"), retired, PrivateFiles.PUBLIC);
        PrivateFiles.replace(state.resolve("rotation.json"), rotation, PrivateFiles.PRIVATE);
    }

    /** All that is decided by what a control plane has told: each decision, what is trusted, and what no more. */
    private record Served(
            Map<String, Boolean> allowed,
            Map<String, Resource> told,
            Map<TrustDomain, Set<X509Certificate>> anchors,
            Revocations revoked,
            Set<String> disabled) {

        static Served of(CapturedMesh mesh) {
            Map<String, Boolean> allowed = new TreeMap<>();
            Map<String, Resource> told = new TreeMap<>();
            for (String workload : WORKLOADS) {
                if (!MeshStates.serves(mesh.told(), workload)) {
                    continue; // nobody is let in
                }
                for (String name : TOLD) {
                    MeshStates.find(mesh.told(), workload, name)
                            .ifPresent(resource -> told.put(
                                    workload + " " + name,
                                    resource.toBuilder().clearVersion().build()));
                }
                decide(workload, MeshStates.resource(mesh.told(), workload, "inbound"), allowed);
            }
            Map<TrustDomain, Set<X509Certificate>> anchors = new TreeMap<>();
            Set<String> disabled = new TreeSet<>();
            for (TrustBundle bundle : mesh.trust().bundles().byTrustDomain().values()) {
                if (bundle.state() == TrustBundle.State.DISABLED) {
                    disabled.add(bundle.trustDomain().name());
                } else {
                    anchors.put(bundle.trustDomain(), Set.copyOf(bundle.anchors()));
                }
            }
            return new Served(
                    allowed,
                    told,
                    anchors,
                    mesh.trust().bundles().find(DOMAIN).orElseThrow().revocations(),
                    disabled);
        }

        private static void decide(String workload, Resource inbound, Map<String, Boolean> allowed) {
            CompiledPolicies policies = CompiledPolicies.compile(
                    DOMAIN, PolicyWire.fromProto(inbound.getInbound().getPolicies()));
            for (Optional<SpiffeId> caller : CALLERS) {
                for (int port : PORTS) {
                    Peer peer = new Peer(caller.orElse(null), InetAddress.ofLiteral("10.0.9.9"));
                    allowed.put(
                            peer.named() + " to " + workload + ":" + port,
                            policies.decide(peer, port).allowed());
                }
            }
        }

        void assertNotLooserThan(Served before, String damage) {
            before.allowed()
                    .forEach((call, allowed) -> assertThat(allowed || !this.allowed.getOrDefault(call, false))
                            .as("%s: %s was refused, and is not any more", damage, call)
                            .isTrue());
            // Mode, ports, probes, rules on requests, limits, what may be called outside, and where plaintext leads.
            told.forEach((resource, now) -> assertThat(now)
                    .as("%s: %s", damage, resource)
                    .isEqualTo(before.told().get(resource)));
            anchors.forEach((domain, now) -> assertThat(before.anchors().getOrDefault(domain, Set.of()))
                    .as("%s: anchors of %s", damage, domain)
                    .containsAll(now));
            assertThat(revoked.certificates())
                    .as(damage)
                    .containsAll(before.revoked().certificates());
            assertThat(revoked.identities())
                    .as(damage)
                    .containsAllEntriesOf(before.revoked().identities());
            assertThat(revoked.issuers())
                    .as(damage)
                    .containsAll(before.revoked().issuers());
            assertThat(disabled).as(damage).containsAll(before.disabled());
        }
    }

    /** A control plane with what it tells. */
    private record Running(ControlPlane plane, CapturedMesh mesh) implements AutoCloseable {
        @Override
        public void close() {
            plane.close();
        }
    }

    private Running start() throws IOException {
        ControlSettings settings = ControlFlags.OVER_FILES.read(List.of(
                "--registry",
                mesh.toString(),
                "--registry",
                folder.toString(),
                "--state-dir",
                state.toString(),
                "--listen",
                "127.0.0.1:0",
                "--admin-address",
                "127.0.0.1:0"));
        ControlPlane plane = new ControlPlane(settings, new FileHome(), Clock.systemUTC());
        return new Running(plane, new CapturedMesh(plane));
    }

    private Served before() throws IOException {
        try (Running running = start()) {
            assertThat(running.mesh().errors()).isEmpty();
            Served served = Served.of(running.mesh());
            assertThat(served.allowed())
                    .containsEntry("spiffe://cluster.local/ns/shop/sa/web to shop/api:8080", true)
                    .containsEntry("spiffe://cluster.local/ns/shop/sa/intruder to shop/api:8080", false)
                    .containsEntry("spiffe://cluster.local/ns/shop/sa/intruder to pay/ledger:80", false);
            assertThat(served.told().toString())
                    .contains("INBOUND_MODE_PERMISSIVE", "PORT_SCOPE_DECLARED", "udp_ports: 9999", "/admin")
                    .contains("api.bank.example", "rate_limits", "not_in_mesh");
            assertThat(served.revoked().identities()).hasSize(1);
            assertThat(served.revoked().issuers()).as("of retired.json").hasSize(1);
            assertThat(served.revoked().certificates())
                    .as("one of a file, one of a machine, one of an operator and what came of it")
                    .hasSize(5);
            assertThat(served.disabled()).containsExactly("east.example");
            assertThat(served.anchors())
                    .as("the bundle that was kept, not the anchor of the registry")
                    .containsEntry(west.name(), Set.of(west.latest().certificate()));
            return served;
        }
    }

    /** Damage to the registry. */
    enum Registry {
        MISSING,
        EMPTY,
        CUT,
        FLIPPED,
        BINARY,
        LOOP_OF_LINKS,
        UNLISTABLE_FOLDER,
        FOLDER_UNDER_AN_EMPTY_ONE,
        CLASH,
        TOO_MANY
    }

    private void damage(Registry damage) throws IOException {
        String text = Files.readString(mesh);
        switch (damage) {
            case MISSING -> Files.delete(mesh);
            case EMPTY -> Files.writeString(mesh, "");
            case CUT -> Files.writeString(mesh, text.substring(0, text.lastIndexOf("---") - 1));
            case FLIPPED -> Files.writeString(mesh, text.replaceFirst("deny", "demy"));
            case BINARY -> Files.write(mesh, new byte[] {(byte) 0xff, 0, 1, (byte) 0xfe});
            case LOOP_OF_LINKS -> {
                Files.delete(mesh);
                Files.createSymbolicLink(mesh, mesh.getFileName());
            }
            case UNLISTABLE_FOLDER -> {
                Files.move(folder, directory.resolve("away"));
                Files.createSymbolicLink(folder, folder.getFileName());
            }
            case FOLDER_UNDER_AN_EMPTY_ONE -> {
                Files.move(folder, directory.resolve("away"));
                Files.createDirectory(folder);
            }
            case CLASH ->
                Files.writeString(
                        folder.resolve("a-tenant.yaml"),
                        Files.readString(folder.resolve("pay-policies.yaml")).replace("Deny", "Allow"));
            case TOO_MANY -> {
                for (int i = 0; i <= 10_000; i++) {
                    Files.createFile(folder.resolve("a" + i + ".yaml"));
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Registry.class)
    void aDamagedRegistryLoosensNothing(Registry damage) throws Exception {
        Served before = before();
        try (Running running = start()) {
            damage(damage);
            Waiting.until(() -> !running.mesh().errors().isEmpty());
            Served.of(running.mesh()).assertNotLooserThan(before, damage + " while it runs");
            assertThat(Served.of(running.mesh()).allowed()).isEqualTo(before.allowed());
        }
        try (Running running = start()) {
            Waiting.until(() -> !running.mesh().errors().isEmpty());
            Served.of(running.mesh()).assertNotLooserThan(before, damage + " over a restart");
            assertThat(Served.of(running.mesh()).allowed()).isEqualTo(before.allowed());
        }
    }

    /** The first damage, a folder that is a loop of links, has the classes loaded that the second one needs. */
    @Test
    void aFolderThatCannotBeListedForWantOfDescriptorsLoosensNothing() throws Exception {
        Served before = before();
        try (Running running = start()) {
            Path away = directory.resolve("away");
            damage(Registry.UNLISTABLE_FOLDER);
            Waiting.until(() -> !running.mesh().errors().isEmpty());
            Served.of(running.mesh()).assertNotLooserThan(before, "a loop of links");
            Files.delete(folder);
            Files.move(away, folder);
            Waiting.until(() -> running.mesh().errors().isEmpty());

            try (UsedUpDescriptors _ = new UsedUpDescriptors()) {
                Waiting.until(() -> running.mesh().errors().toString().contains("WEFT-C097"));
                Served.of(running.mesh()).assertNotLooserThan(before, "no descriptors");
                assertThat(running.mesh().errors().toString()).contains("Too many open files");
            }
            Waiting.until(() -> running.mesh().errors().isEmpty());
            assertThat(Served.of(running.mesh())).isEqualTo(before);
        }
    }

    /**
     * As after an upgrade from a version that kept nothing. What is empty then says nothing, and a file that is cut between two
     * objects says less, as far as anybody knows.
     */
    @ParameterizedTest
    @EnumSource(
            mode = EnumSource.Mode.EXCLUDE,
            names = {"EMPTY", "CUT", "FOLDER_UNDER_AN_EMPTY_ONE"})
    void aDamagedRegistryOfWhichNothingIsKeptIsNotServed(Registry damage) throws Exception {
        before();
        damage(damage);
        deleteTree(state.resolve("registry"));
        Files.delete(state.resolve("present/registry!index"));
        assertThatThrownBy(this::start).isInstanceOf(StateException.class).hasMessageContaining("WEFT-C094");
    }

    @Test
    void aDamagedStateDirectoryLoosensNothing() throws Exception {
        Served before = before();
        Path whole = directory.resolve("whole");
        copyTree(state, whole);
        List<Path> files;
        try (Stream<Path> all = Files.walk(whole)) {
            files = all.filter(Files::isRegularFile)
                    .map(whole::relativize)
                    .filter(file -> !file.startsWith("present") && !file.endsWith("lock"))
                    .sorted()
                    .toList();
        }
        assertThat(files.toString())
                .contains("anchor.pem", "bundle-sequence", "jwt-keys", "objects/revocations.yaml")
                .contains("objects/trust-domains.yaml", "machines/" + MACHINE + ".json", "registry/index", "descents")
                .contains("retired.json", "rotation.json")
                .contains(west.bundleFile().toString(), west.begunFile().toString());
        for (Path file : files) {
            byte[] bytes = Files.readAllBytes(whole.resolve(file));
            if (!file.equals(west.bundleFile())) { // operators delete it to begin again with the registry's anchors
                damaged(file, "missing", before, whole, target -> Files.delete(target));
            }
            for (int length : new int[] {0, bytes.length / 2}) {
                damaged(
                        file,
                        "cut to " + length,
                        before,
                        whole,
                        target -> Files.write(target, Arrays.copyOf(bytes, length)));
            }
            int lastLine =
                    new String(bytes, 0, Math.max(0, bytes.length - 1), StandardCharsets.ISO_8859_1).lastIndexOf('\n')
                            + 1;
            damaged(
                    file,
                    "cut before its last line",
                    before,
                    whole,
                    target -> Files.write(target, Arrays.copyOf(bytes, lastLine)));
            if (bytes.length > 0) {
                byte[] flipped = bytes.clone();
                flipped[bytes.length / 2] ^= 4;
                damaged(file, "flipped", before, whole, target -> Files.write(target, flipped));
            }
        }
        for (String missing : List.of("objects", "machines", "registry")) {
            damaged(Path.of(missing), "missing", before, whole, DamageTest::deleteTree);
        }
    }

    @Test
    void aDamagedTokenLetsNobodyIn() throws Exception {
        Instant now = Instant.parse("2030-01-01T00:00:00Z");
        JoinTokens tokens = new JoinTokens(state.resolve("tokens"), Clock.fixed(now, ZoneOffset.UTC));
        String token = tokens.create(SpiffeId.ofServiceAccount(DOMAIN, "shop", "web"), Duration.ofHours(1));
        Path file;
        try (Stream<Path> files = Files.list(state.resolve("tokens"))) {
            file = files.findFirst().orElseThrow();
        }
        byte[] whole = Files.readAllBytes(file);
        assertThat(tokens.check(token)).isInstanceOf(TokenCheck.Accepted.class);
        TokenCheck good = tokens.check(token);
        for (int bit = 0; bit < whole.length * Byte.SIZE; bit++) {
            byte[] flipped = whole.clone();
            flipped[bit / Byte.SIZE] ^= (byte) (1 << bit % Byte.SIZE);
            Files.write(file, flipped);
            TokenCheck found = tokens.check(token);
            assertThat(found instanceof TokenCheck.Refused || found.equals(good))
                    .as("bit %d", bit)
                    .isTrue();
        }
        for (int length = 0; length < whole.length; length++) {
            Files.write(file, Arrays.copyOf(whole, length));
            assertThat(tokens.check(token)).as("cut to %d", length).isInstanceOf(TokenCheck.Refused.class);
        }
    }

    private interface Change {
        void apply(Path file) throws IOException;
    }

    private void damaged(Path file, String how, Served before, Path whole, Change change) throws IOException {
        deleteTree(state);
        copyTree(whole, state);
        change.apply(state.resolve(file));
        startOrRefuse(before, file + " " + how);
    }

    /** A control plane that does not start tells nobody anything, and sidecars go on with what they hold. */
    private void startOrRefuse(Served before, String damage) throws IOException {
        try (Running running = start()) {
            Served.of(running.mesh()).assertNotLooserThan(before, damage);
        } catch (StateException e) {
            assertThat(e).as(damage).message().isNotBlank();
        } catch (UncheckedIOException | IOException e) {
            throw new AssertionError(damage + ": the reason is no sentence for an operator", e);
        }
    }

    private static void copyTree(Path from, Path to) throws IOException {
        try (Stream<Path> all = Files.walk(from)) {
            for (Path source : all.toList()) {
                Path target = to.resolve(from.relativize(source).toString());
                Files.copy(source, target, java.nio.file.StandardCopyOption.COPY_ATTRIBUTES);
            }
        }
    }

    private static void deleteTree(Path folder) throws IOException {
        List<Path> all;
        try (Stream<Path> walked = Files.walk(folder)) {
            all = new ArrayList<>(walked.toList());
        }
        for (Path path : all.reversed()) {
            Files.delete(path);
        }
    }
}
