package dev.weft.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.e2e.mesh.Eventually;
import dev.weft.e2e.mesh.Forger;
import dev.weft.e2e.mesh.Linked;
import dev.weft.e2e.mesh.Load;
import dev.weft.e2e.mesh.Mesh;
import dev.weft.e2e.mesh.Programs;
import dev.weft.e2e.mesh.Ran;
import dev.weft.e2e.mesh.Shell;
import dev.weft.e2e.mesh.Yaml;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import tools.jackson.databind.JsonNode;

/** Three meshes side by side, each a trust domain of its own, all linked. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class ClustersTest {

    private static final Duration SOON = Duration.ofSeconds(60);
    /** After the sidecars' acknowledgement. */
    private static final Duration PROMISED = Duration.ofSeconds(1);

    private static final Duration A_WHILE = Duration.ofSeconds(2);
    private static final String TO_A = "echo.shop.a.example:9002";
    private static final String TO_B = "echo.shop.b.example:9002";
    private static final String TO_C = "echo.shop.c.example:9002";

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
        directory = Files.createTempDirectory("weft-e2e-clusters-");
        Shell.run("chmod", "755", directory.toString()).ok();
        String python = "python3 " + Programs.python(directory, "echo.py");
        String echo = Yaml.workload("echo", "[sh, -c, \"%1$s 9003 & %1$s 9004 & exec %1$s 9002\"]".formatted(python));
        String file = Yaml.file(Yaml.idle("web"), echo, Yaml.service("echo", 9002, 9002));
        String policies = Yaml.file(
                file,
                allow("only-web-of-a", 9003, "identity: spiffe://a.example/ns/shop/sa/web"),
                allow("only-own-web", 9004, "serviceAccount: web"));
        List<Mesh> meshes = Linked.up(
                directory.resolve("home"),
                new Linked.Wanted("a.example", file, List.of()),
                new Linked.Wanted("b.example", policies, List.of()),
                new Linked.Wanted("c.example", file, List.of()));
        a = meshes.get(0);
        b = meshes.get(1);
        c = meshes.get(2);
        Linked.link(a, b);
        Linked.link(b, c);
        Linked.link(c, a);
    }

    @AfterAll
    void down() throws Exception {
        Linked.down(List.of(a, b, c));
        Shell.run("rm", "-rf", directory.toString());
    }

    @Test
    @Order(1)
    void workloadsCallAcrossByEachNameAndByIdentity() throws Exception {
        Eventually.within(SOON, () -> assertThat(Linked.echoed(a, TO_B)).isEqualTo("hello"));
        assertThat(Linked.echoed(a, "echo.shop.svc.b.example:9002")).isEqualTo("hello");
        Eventually.within(SOON, () -> assertThat(Linked.echoed(b, TO_A)).isEqualTo("hello"));
        Eventually.within(SOON, () -> assertThat(Linked.echoed(c, TO_A)).isEqualTo("hello"));
        b.awaitLogged("shop/echo", "spiffe://a.example/ns/shop/sa/web");
        assertThat(Linked.echoed(a, b.address("shop/web") + ":15001"))
                .as("the sidecar's own port")
                .isEmpty();
        assertThat(Linked.echoed(a, "10.243.255.254:80")).isEmpty();
        a.awaitLogged("shop/web", "WEFT-C062: trust domain b.example has no workload or Service at 10.243.255.254:80");
    }

    @Test
    @Order(2)
    void policiesNameTheOthersIdentities() throws Exception {
        String only = b.address("shop/echo") + ":9003";
        assertThat(Linked.echoed(a, only)).isEqualTo("hello");
        assertThat(Linked.echoed(c, only)).isEmpty();
        assertThat(Linked.echoed(b, only)).isEmpty();
        String own = b.address("shop/echo") + ":9004";
        assertThat(Linked.echoed(b, own)).isEqualTo("hello");
        assertThat(Linked.echoed(a, own))
                .as("a service account is one of the own trust domain")
                .isEmpty();
        a.awaitLogged("shop/web", "WEFT-P002");
    }

    @Test
    @Order(3)
    void anIssuerCannotMintAnothersNames() throws Exception {
        Forger forger = Forger.withKeyOf(a);
        Forger.Leaf good = forger.goodLeaf(directory, "good", "spiffe://a.example/ns/shop/sa/web");
        Forger.Leaf forged = forger.goodLeaf(directory, "forged", "spiffe://b.example/ns/shop/sa/web");
        String link = Linked.namespace(a);
        for (Mesh called : List.of(a, b, c)) {
            String address = called.address("shop/echo");
            assertThat(Linked.handshake(link, address, good))
                    .as("a's own name")
                    .contains("tunnel established, response 200");
            assertThat(Linked.handshake(link, address, forged))
                    .as("b's name under a's issuer")
                    .containsPattern("alert (bad certificate|unknown ca)")
                    .doesNotContain("tunnel established");
        }
        Ran verified = Shell.run(
                "openssl",
                "verify",
                "-CAfile",
                a.state().resolve("control/anchor.pem").toString(),
                "-untrusted",
                forged.chain().toString(),
                forged.chain().toString());
        assertThat(verified.failed().err() + verified.out()).contains("permitted subtree violation");
    }

    @Test
    @Order(4)
    void aDisabledTrustDomainIsShutOutAndNobodyElseFeelsIt() throws Exception {
        try (Load ofA = Load.start(a, "shop/web", List.of(TO_B, TO_C));
                Load ofB = Load.start(b, "shop/web", List.of(TO_A, TO_C));
                Load ofC = Load.start(c, "shop/web", List.of(TO_A, TO_B, TO_C))) {
            for (Load.Seen seen : all(ofA, ofB, ofC)) {
                assertThat(seen.broken()).isZero();
            }
            Eventually.within(SOON, () -> {
                for (Load.Seen seen : all(ofA, ofB, ofC)) {
                    assertThat(seen.ok()).isGreaterThan(20);
                }
            });
            Eventually.takesLessThan(PROMISED, () -> cuttingCOff(ofA, ofB, ofC), () -> {
                enableC(a);
                enableC(b);
            });
            Eventually.within(SOON, () -> {
                for (Load.Seen seen : betweenCAndOthers(ofA, ofB, ofC)) {
                    // The next call began after the cut.
                    assertThat(seen.failed()).isPositive();
                }
            });
            stayShut(ofA, ofB, ofC);
            a.awaitLogged("shop/web", "WEFT-C060: trust domain c.example is disabled: it was stolen");
            for (Load.Seen seen : List.of(ofA.to(TO_B), ofB.to(TO_A), ofC.to(TO_C))) {
                assertThat(seen.failed()).as(seen.reason()).isZero();
                assertThat(seen.broken()).isZero();
            }
            restartEverythingOf(a);
            Eventually.within(SOON, () -> assertThat(Linked.echoed(a, TO_B)).isEqualTo("hello"));
            stayShut(ofA, ofB, ofC);
            assertThat(ofC.to(TO_C).failed()).as("inside of c").isZero();
            enableC(a);
            enableC(b);
            long before = ofC.to(TO_A).ok();
            Eventually.within(SOON, () -> {
                assertThat(ofA.to(TO_C).kept()).isPositive();
                assertThat(ofB.to(TO_C).kept()).isPositive();
                assertThat(ofC.to(TO_A).ok()).isGreaterThan(before);
            });
        }
    }

    /** How long it takes, from the moment that the sidecars of both have acknowledged, until no session with c is left. */
    private Duration cuttingCOff(Load ofA, Load ofB, Load ofC) throws Exception {
        Eventually.within(SOON, () -> {
            for (Load.Seen seen : all(ofA, ofB, ofC)) {
                assertThat(seen.kept()).isGreaterThan(5);
            }
        });
        List<Load.Seen> before = betweenCAndOthers(ofA, ofB, ofC);
        disableC(a);
        disableC(b);
        return Eventually.within(SOON, () -> {
            List<Load.Seen> after = betweenCAndOthers(ofA, ofB, ofC);
            for (int i = 0; i < before.size(); i++) {
                assertThat(after.get(i).broken()).isGreaterThan(before.get(i).broken());
                assertThat(after.get(i).kept()).isZero();
            }
        });
    }

    @Test
    @Order(5)
    void aDisabledTrustDomainIsNotLetInByLinkingAgainNorByComingUpAnew() throws Exception {
        disableC(a);
        assertThat(shutOut(Linked.link(a, c))).isEqualTo("it was stolen");
        c.weft("down").ok();
        c.weft("up", c.file().toString(), "--detach", "--trust-domain", "c.example", "--network", "2")
                .ok();
        JsonNode link = Linked.link(a, c);
        assertThat(link.path("alreadyLinked").asBoolean()).isFalse();
        assertThat(shutOut(link)).isEqualTo("it was stolen");
        assertThat(Linked.echoed(a, c.address("shop/echo") + ":9002")).isEmpty();
        assertThat(Linked.echoed(c, a.address("shop/echo") + ":9002")).isEmpty();
        a.awaitLogged("shop/web", "WEFT-C060: trust domain c.example is disabled: it was stolen");
        enableC(a);
        Eventually.within(SOON, () -> assertThat(Linked.echoed(a, TO_C)).isEqualTo("hello"));
        Eventually.within(SOON, () -> assertThat(Linked.echoed(c, TO_A)).isEqualTo("hello"));
    }

    /** Why a trusts nothing of c, as linking them says. */
    private static String shutOut(JsonNode link) {
        JsonNode ofC = link.path("meshes").path(1);
        assertThat(ofC.path("trustDomain").asString()).isEqualTo("c.example");
        assertThat(ofC.path("disabledByOther").asBoolean()).isTrue();
        return ofC.path("reason").asString();
    }

    @Test
    @Order(6)
    void unlinkedMeshesKnowNothingOfEachOther() throws Exception {
        a.unnamed("unlink", a.name(), b.name()).ok();
        Eventually.within(
                SOON,
                () -> assertThat(a.exec("shop/web", "cat", "/etc/hosts").ok().out())
                        .doesNotContain("b.example")
                        .contains("c.example"));
        assertThat(Linked.echoed(a, b.address("shop/echo") + ":9002")).isEmpty();
        assertThat(Linked.echoed(a, TO_C)).isEqualTo("hello");
        String file = Files.readString(a.file());
        a.write(file + """
                ---
                apiVersion: weft.dev/v1alpha1
                kind: TrustDomain
                metadata: {name: b.example}
                spec: {state: Disabled, reason: not yet}
                """);
        JsonNode ofB = Linked.link(a, b).path("meshes").path(1);
        assertThat(ofB.path("disabledByOther").asBoolean()).as("%s", ofB).isTrue();
        assertThat(ofB.path("reason").asString()).isEqualTo("not yet");
        assertThat(Linked.echoed(a, b.address("shop/echo") + ":9002")).isEmpty();
        a.write(file);
        Eventually.within(SOON, () -> assertThat(Linked.echoed(a, TO_B)).isEqualTo("hello"));
    }

    private static List<Load.Seen> all(Load ofA, Load ofB, Load ofC) {
        return List.of(
                ofA.to(TO_B), ofA.to(TO_C), ofB.to(TO_A), ofB.to(TO_C), ofC.to(TO_A), ofC.to(TO_B), ofC.to(TO_C));
    }

    /** For a while, in which new connections fail and none succeeds. */
    private static void stayShut(Load ofA, Load ofB, Load ofC) throws Exception {
        List<Load.Seen> before = betweenCAndOthers(ofA, ofB, ofC);
        long end = System.nanoTime() + A_WHILE.toNanos();
        Eventually.within(SOON, () -> {
            assertThat(System.nanoTime()).isGreaterThan(end);
            List<Load.Seen> after = betweenCAndOthers(ofA, ofB, ofC);
            for (int i = 0; i < before.size(); i++) {
                assertThat(after.get(i).failed()).isGreaterThan(before.get(i).failed());
            }
        });
        List<Load.Seen> after = betweenCAndOthers(ofA, ofB, ofC);
        for (int i = 0; i < before.size(); i++) {
            assertThat(after.get(i).ok()).isEqualTo(before.get(i).ok());
        }
    }

    private static List<Load.Seen> betweenCAndOthers(Load ofA, Load ofB, Load ofC) {
        return List.of(ofA.to(TO_C), ofB.to(TO_C), ofC.to(TO_A), ofC.to(TO_B));
    }

    private static void restartEverythingOf(Mesh mesh) throws Exception {
        long control = mesh.json("ps").path("controlPlane").path("pid").asLong();
        long sidecar = mesh.ps("shop/web").path("sidecar").path("pid").asLong();
        ProcessHandle.of(control).orElseThrow().destroyForcibly();
        ProcessHandle.of(sidecar).orElseThrow().destroyForcibly();
        Eventually.within(SOON, () -> {
            assertThat(mesh.json("ps").path("controlPlane").path("restarts").asInt())
                    .isEqualTo(1);
            assertThat(mesh.ps("shop/web").path("ready").asBoolean()).isTrue();
            mesh.assertConnected();
        });
    }

    /** As whoever finds out about it does. */
    private static void disableC(Mesh mesh) throws Exception {
        assertThat(mesh.weft("trust", "disable", "c.example", "--reason", "it was stolen", "--timeout", "60s")
                        .ok()
                        .out())
                .contains("c.example is disabled", "2 sidecars acknowledged");
    }

    private static void enableC(Mesh mesh) throws Exception {
        assertThat(mesh.weft("trust", "enable", "c.example", "--timeout", "60s")
                        .ok()
                        .out())
                .contains("c.example is active");
    }

    private static String allow(String name, int port, String source) {
        return """
                apiVersion: weft.dev/v1alpha1
                kind: AuthorizationPolicy
                metadata: {name: %s, namespace: shop}
                spec:
                  workloads: {matchLabels: {app: echo}}
                  ports: [%d]
                  action: Allow
                  from: [{%s}]
                """.formatted(name, port, source);
    }
}
