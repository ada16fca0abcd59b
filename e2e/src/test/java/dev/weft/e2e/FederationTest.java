package dev.weft.e2e;

import static dev.weft.api.v1.RotationStep.ROTATION_STEP_DONE;
import static dev.weft.api.v1.RotationStep.ROTATION_STEP_PUBLISH;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.v1.Awaited;
import dev.weft.api.v1.RotationStatus;
import dev.weft.e2e.mesh.Eventually;
import dev.weft.e2e.mesh.Forger;
import dev.weft.e2e.mesh.Linked;
import dev.weft.e2e.mesh.Mesh;
import dev.weft.e2e.mesh.Programs;
import dev.weft.e2e.mesh.Rotator;
import dev.weft.e2e.mesh.Running;
import dev.weft.e2e.mesh.Shell;
import dev.weft.e2e.mesh.Traffic;
import dev.weft.e2e.mesh.Yaml;
import dev.weft.identity.bundle.SpiffeBundle;
import dev.weft.identity.bundle.SpiffeBundles;
import dev.weft.identity.issue.TrustAnchor;
import dev.weft.identity.issue.TrustAnchors;
import dev.weft.identity.spiffe.TrustDomain;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import tools.jackson.databind.JsonNode;

/** Linked meshes that follow each other's trust bundles: a and c rest on one anchor, b on another. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class FederationTest {

    private static final Duration SOON = Duration.ofSeconds(60);
    private static final Duration ROTATION = Duration.ofMinutes(2);
    private static final String TO_A = "echo.shop.a.example:9002";
    private static final String TO_B = "echo.shop.b.example:9002";

    @SuppressWarnings("NullAway.Init")
    private Path directory;

    @SuppressWarnings("NullAway.Init")
    private Mesh a;

    @SuppressWarnings("NullAway.Init")
    private Mesh b;

    @SuppressWarnings("NullAway.Init")
    private Mesh c;

    @BeforeAll
    void up() throws Exception {
        directory = Files.createTempDirectory("weft-e2e-federation-");
        Shell.run("chmod", "755", directory.toString()).ok();
        Path secret = Files.writeString(directory.resolve("secret"), "correct horse battery\n");
        Shell.run(
                        Mesh.weft().toString(),
                        "trust",
                        "init",
                        "--out",
                        directory.resolve("anchor").toString(),
                        "--passphrase-file",
                        secret.toString())
                .ok();
        List<String> shared = List.of(
                "--anchor",
                directory.resolve("anchor/anchor.pem").toString(),
                "--anchor-key",
                directory.resolve("anchor/anchor-key.pem").toString(),
                "--passphrase-file",
                secret.toString());
        List<Mesh> meshes = Linked.up(
                directory.resolve("home"),
                new Linked.Wanted("a.example", file(Yaml.idle("trust", "meshed: false")), shared),
                new Linked.Wanted("b.example", file(deny(9004)), List.of()),
                new Linked.Wanted("c.example", file(), shared));
        a = meshes.get(0);
        b = meshes.get(1);
        c = meshes.get(2);
        assertThat(Linked.link(a, b).path("anchors").asString()).isEqualTo("separate");
        assertThat(Linked.link(a, c).path("anchors").asString()).isEqualTo("shared");
        Eventually.within(SOON, () -> assertThat(Linked.echoed(a, TO_B)).isEqualTo("hello"));
        Eventually.within(SOON, () -> assertThat(Linked.echoed(c, TO_A)).isEqualTo("hello"));
    }

    /** An echo server, at 9003 for a's web alone, and a caller. */
    private String file(String... more) throws Exception {
        String python = "python3 " + Programs.python(directory, "echo.py");
        String echo = "[sh, -c, \"%1$s 9003 & %1$s 9004 & exec %1$s 9002\"]".formatted(python);
        return Yaml.file(
                Yaml.idle("web"),
                Yaml.workload("echo", echo),
                Yaml.service("echo", 9002, 9002),
                policy("only-web-of-a", "Allow", 9003),
                Yaml.file(more.length == 0 ? new String[] {Yaml.idle("more")} : more));
    }

    private static String deny(int port) {
        return policy("not-web-of-a", "Deny", port);
    }

    private static String policy(String name, String action, int port) {
        return Yaml.policy(name, action, "echo", port, "web").replace("cluster.local", "a.example");
    }

    @AfterAll
    void down() throws Exception {
        Linked.down(List.of(a, b, c));
        Shell.run("rm", "-rf", directory.toString());
    }

    @Test
    @Order(1)
    void workloadsCallAcrossAndPoliciesNameTheOthersIdentities() throws Exception {
        String echo = b.address("shop/echo");
        assertThat(Linked.echoed(a, echo + ":9003")).as("allowed").isEqualTo("hello");
        assertThat(Linked.echoed(b, echo + ":9003")).as("b's own web").isEmpty();
        assertThat(Linked.echoed(b, echo + ":9004")).isEqualTo("hello");
        assertThat(Linked.echoed(a, echo + ":9004")).as("denied").isEmpty();
        Eventually.within(SOON, () -> {
            for (Mesh follower : List.of(b, c)) {
                assertThat(domain(follower, "a.example")
                                .path("followed")
                                .path("fetched")
                                .asString())
                        .isNotEmpty();
            }
        });
    }

    @Test
    @Order(2)
    void aRotationIsFollowedWithoutAFailedCallAndWaitsForTheOthers() throws Exception {
        Forger.Leaf former = Forger.withKeyOf(a).goodLeaf(directory, "former", "spiffe://a.example/ns/shop/sa/web");
        for (Mesh other : List.of(b, c)) {
            assertThat(Linked.handshake(a, other, former)).contains("tunnel established, response 200");
        }
        TrustAnchor next = TrustAnchors.create("next", Duration.ofDays(30), Clock.systemUTC());
        try (Traffic ofA = Traffic.start(a, List.of("shop/web"), List.of(TO_B, "echo.shop.c.example:9002"));
                Traffic ofB = Traffic.start(b, List.of("shop/web"), List.of(TO_A));
                Traffic ofC = Traffic.start(c, List.of("shop/web"), List.of(TO_A));
                Rotator rotator = new Rotator(a, TrustDomain.parse("a.example"))) {
            signalControlPlane("STOP", b);
            rotator.supply(next, rotator.begin(next, false));
            Eventually.within(SOON, () -> {
                RotationStatus status = rotator.status();
                assertThat(status.getStep()).isEqualTo(ROTATION_STEP_PUBLISH);
                assertThat(status.getWaitingForList())
                        .extracting(Awaited::getWorkload)
                        .containsExactly("b.example");
            });
            signalControlPlane("CONT", b);
            rotator.await(ROTATION_STEP_DONE, ROTATION);
            for (Mesh other : List.of(b, c)) {
                Eventually.within(SOON, () -> {
                    assertThat(domain(other, "a.example").path("anchors").asInt())
                            .isEqualTo(1);
                    assertThat(Linked.handshake(a, other, former))
                            .contains("alert")
                            .doesNotContain("tunnel established");
                });
            }
            for (Traffic traffic : List.of(ofA, ofB, ofC)) {
                traffic.goesOn();
            }
        }
        Forger.Leaf present = Forger.withKeyOf(a).goodLeaf(directory, "present", "spiffe://a.example/ns/shop/sa/web");
        for (Mesh other : List.of(b, c)) {
            assertThat(Linked.handshake(a, other, present)).contains("tunnel established, response 200");
        }
    }

    @Test
    @Order(3)
    void anEndpointOfTheWebIsFollowedAndWhenItTurnsHostileTheLastBundleStays() throws Exception {
        Path web = Files.createDirectories(directory.resolve("web"));
        Forger forger = Forger.ofTrustDomain("web.example");
        Forger.Leaf leaf = forger.goodLeaf(directory, "web", "spiffe://web.example/shop");
        String address = a.address("shop/trust");
        certificates(web, address);
        Files.writeString(
                web.resolve("bundle.json"),
                SpiffeBundles.encode(new SpiffeBundle(
                        List.of(forger.issuer()), List.of(), OptionalLong.of(1), Optional.of(Duration.ofSeconds(5)))));
        Files.writeString(web.resolve("mode"), "good");
        Path program = Programs.python(directory, "bundles.py");
        try (Running _ = a.start("shop/trust", "python3", program.toString(), web.toString(), "8443")) {
            assertThat(Linked.handshake(b, a, leaf)).doesNotContain("tunnel established");
            a.write(Files.readString(a.file()) + "---\n"
                    + """
                    apiVersion: weft.dev/v1alpha1
                    kind: TrustDomain
                    metadata: {name: web.example}
                    spec:
                      bundleEndpoint:
                        url: https://%s:8443/
                        profile: https_web
                        caCertificates: |
                          %s
                    """.formatted(
                            address,
                            Files.readString(web.resolve("ca.pem")).strip().replace("\n", "\n      ")));
            Eventually.within(
                    SOON, () -> assertThat(Linked.handshake(b, a, leaf)).contains("tunnel established, response 200"));
            turnsHostile(web, "huge", "WEFT-C053");
            turnsHostile(web, "bad", "WEFT-C054");
            turnsHostile(web, "wrong", "WEFT-C052");
            turnsHostile(web, "away", "WEFT-C05");
            assertThat(Linked.handshake(b, a, leaf)).contains("tunnel established, response 200");
            assertThat(a.weft("check", "-o", "json").out())
                    .contains("web.example: the bundle of ")
                    .contains(" ago stays in use. WEFT-C05");
            Files.writeString(web.resolve("mode"), "good");
            Eventually.within(
                    SOON,
                    () -> assertThat(domain(a, "web.example")
                                    .path("followed")
                                    .path("failures")
                                    .asInt())
                            .isZero());
        }
    }

    private void turnsHostile(Path web, String mode, String code) throws Exception {
        Files.writeString(web.resolve("mode"), mode);
        Eventually.within(SOON, () -> {
            JsonNode domain = domain(a, "web.example");
            assertThat(domain.path("followed").path("failure").path("code").asString())
                    .startsWith(code);
            assertThat(domain.path("anchors").asInt()).as("the last bundle").isEqualTo(1);
            assertThat(domain.path("followed").path("ageSeconds").asInt()).isPositive();
        });
    }

    /** For this address under a CA, and again under nobody's. */
    private static void certificates(Path folder, String address) throws Exception {
        openssl(folder, "req -x509 %s -keyout ca-key.pem -out ca.pem -subj /CN=ca -days 2");
        openssl(folder, "req %s -keyout tls-key.pem -out tls.csr -subj /CN=trust -addext subjectAltName=IP:" + address);
        openssl(
                folder,
                "x509 -req -in tls.csr -CA ca.pem -CAkey ca-key.pem -copy_extensions copy -days 2 -out tls.pem");
        openssl(
                folder,
                "req -x509 %s -keyout wrong-key.pem -out wrong.pem -subj /CN=trust -days 2 -addext subjectAltName=IP:"
                        + address);
    }

    private static void openssl(Path folder, String arguments) throws Exception {
        String key = "-newkey ec -pkeyopt ec_paramgen_curve:P-256 -noenc";
        Shell.run("sh", "-c", "cd %s && openssl %s".formatted(folder, arguments.replace("%s", key)))
                .ok();
    }

    /** What a mesh knows of a trust domain. */
    private static JsonNode domain(Mesh mesh, String name) throws Exception {
        for (JsonNode domain : mesh.json("trust", "domains")) {
            if (domain.path("trustDomain").asString().equals(name)) {
                return domain;
            }
        }
        throw new AssertionError(mesh.name() + " does not know " + name);
    }

    private static void signalControlPlane(String signal, Mesh mesh) throws Exception {
        Shell.run(
                        "kill",
                        "-" + signal,
                        mesh.json("ps").path("controlPlane").path("pid").asString())
                .ok();
    }
}
