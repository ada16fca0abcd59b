package dev.weft.e2e;

import static dev.weft.api.v1.RotationStep.ROTATION_STEP_DONE;
import static dev.weft.api.v1.RotationStep.ROTATION_STEP_PUBLISH;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.v1.Awaited;
import dev.weft.api.v1.RotationStatus;
import dev.weft.e2e.mesh.Eventually;
import dev.weft.e2e.mesh.Forger;
import dev.weft.e2e.mesh.Load;
import dev.weft.e2e.mesh.Mesh;
import dev.weft.e2e.mesh.Programs;
import dev.weft.e2e.mesh.Ran;
import dev.weft.e2e.mesh.Rotator;
import dev.weft.e2e.mesh.Shell;
import dev.weft.e2e.mesh.Yaml;
import dev.weft.identity.issue.TrustAnchor;
import dev.weft.identity.issue.TrustAnchors;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import tools.jackson.databind.JsonNode;

/** Anchors and issuers that are rotated under load, in a mesh of twenty workloads. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class RotationTest {

    private static final int WORKLOADS = 20;
    private static final Duration SOON = Duration.ofSeconds(30);
    /** Tunnels are given 10 s of it to be proven anew. */
    private static final Duration ROTATION = Duration.ofSeconds(60);

    private static final Duration A_WHILE = Duration.ofSeconds(3);
    private static final String HTTP = "http://web.shop:80";
    private static final String ECHO = "echo.shop:9002";
    private static final List<String> CALLERS = List.of("caller-1", "caller-2");
    private static final String FROZEN = "shop/idle-1";

    @SuppressWarnings("NullAway.Init")
    private Path directory;

    @SuppressWarnings("NullAway.Init")
    private Mesh mesh;

    @SuppressWarnings("NullAway.Init")
    private Rotator rotator;

    @SuppressWarnings("NullAway.Init")
    private String web;

    @BeforeAll
    void up() throws Exception {
        directory = Files.createTempDirectory("weft-e2e-rotation-");
        Shell.run("chmod", "755", directory.toString()).ok();
        List<String> objects = new ArrayList<>(List.of(
                Yaml.workload("web", Programs.nginx(directory, 8080)),
                Yaml.service("web", 80, 8080),
                Yaml.workload("echo", "[python3, " + Programs.python(directory, "echo.py") + ", \"9002\"]"),
                Yaml.service("echo", 9002, 9002),
                Yaml.idle("outsider", "meshed: false")));
        CALLERS.forEach(caller -> objects.add(Yaml.idle(caller)));
        IntStream.rangeClosed(1, WORKLOADS - 2 - CALLERS.size())
                .forEach(number -> objects.add(Yaml.idle("idle-" + number)));
        mesh = Mesh.up(Yaml.file(objects.toArray(String[]::new)));
        rotator = new Rotator(mesh);
        web = mesh.address("shop/web");
    }

    @AfterAll
    void down() throws Exception {
        rotator.close();
        mesh.close();
        Shell.run("rm", "-rf", directory.toString());
    }

    @Test
    void rotatesTheAnchorUnderLoadAndRefusesTheOldOneAfterwards() throws Exception {
        Forger.Leaf former =
                Forger.withKeyOf(mesh).goodLeaf(directory, "former", "spiffe://cluster.local/ns/shop/sa/echo");
        assertThat(handshake(former)).contains("tunnel established, response 200");
        TrustAnchor next = anchor("next");
        try (Traffic traffic = new Traffic()) {
            begin(next);
            rotator.await(ROTATION_STEP_DONE, ROTATION);
            traffic.goesOn();
        }
        assertThat(handshake(former)).contains("alert").doesNotContain("tunnel established");
        assertRestsOn(next, former);
        comesBackAfter("KILL", FROZEN);
    }

    @Test
    void waitsForASidecarThatIsFrozenAndNamesIt() throws Exception {
        TrustAnchor next = anchor("thawed");
        try (Traffic traffic = new Traffic()) {
            signal("STOP", FROZEN);
            try {
                begin(next);
                Eventually.within(SOON, () -> assertWaitsFor(FROZEN));
                long end = System.nanoTime() + A_WHILE.toNanos();
                while (System.nanoTime() < end) {
                    assertWaitsFor(FROZEN);
                }
                assertThat(anchors()).as("the old one is there still").hasSize(2);
                traffic.goesOn();
            } finally {
                signal("CONT", FROZEN);
            }
            rotator.await(ROTATION_STEP_DONE, ROTATION);
            traffic.goesOn();
        }
    }

    private void begin(TrustAnchor next) throws Exception {
        rotator.supply(next, rotator.begin(next, false));
    }

    private void assertWaitsFor(String workload) {
        RotationStatus status = rotator.status();
        assertThat(status.getStep()).isEqualTo(ROTATION_STEP_PUBLISH);
        assertThat(status.getWaitingForList()).extracting(Awaited::getWorkload).containsExactly(workload);
        assertThat(status.getDone()).isEqualTo(WORKLOADS - 1);
    }

    /** Every sidecar has a certificate under this anchor alone, by our own word and by OpenSSL's. */
    private void assertRestsOn(TrustAnchor anchor, Forger.Leaf former) throws Exception {
        assertThat(anchors()).hasSize(1);
        Path bundle = Files.writeString(
                directory.resolve("bundle.pem"),
                mesh.weft("trust", "bundle", "-o", "pem").ok().out());
        assertThat(Shell.run("openssl", "x509", "-in", bundle.toString(), "-noout", "-subject")
                        .ok()
                        .out())
                .contains(
                        anchor.certificate().getSubjectX500Principal().getName().substring("CN=".length()));
        verify(bundle, former.chain()).failed();
        Path chain = Files.writeString(
                directory.resolve("present.pem"),
                mesh.json("identity", "shop/web").path("chainPem").asString());
        verify(bundle, chain).ok();
        JsonNode shown = mesh.json("trust", "show");
        assertThat(shown.path("issuers").path(0).path("liveLeaves").asInt()).isEqualTo(WORKLOADS);
        assertThat(shown.path("workloads"))
                .hasSize(WORKLOADS)
                .allMatch(workload -> workload.path("holdsAll").asBoolean());
    }

    private static Ran verify(Path bundle, Path chain) throws Exception {
        return Shell.run(
                "openssl", "verify", "-CAfile", bundle.toString(), "-untrusted", chain.toString(), chain.toString());
    }

    private JsonNode anchors() throws Exception {
        return mesh.json("trust", "show").path("anchors");
    }

    private static TrustAnchor anchor(String name) {
        return TrustAnchors.create(name, Duration.ofDays(30), Clock.systemUTC());
    }

    private void signal(String signal, String workload) throws Exception {
        String pid = mesh.ps(workload).path("sidecar").path("pid").asString();
        Shell.run("kill", "-" + signal, pid).ok();
    }

    /** A sidecar that starts now trusts what is published now. */
    private void comesBackAfter(String signal, String workload) throws Exception {
        int restarts = mesh.ps(workload).path("sidecar").path("restarts").asInt();
        signal(signal, workload);
        Eventually.within(SOON, () -> {
            JsonNode now = mesh.ps(workload);
            assertThat(now.path("sidecar").path("restarts").asInt()).isGreaterThan(restarts);
            assertThat(now.path("ready").asBoolean()).as("ready").isTrue();
        });
    }

    /** What comes of a CONNECT to the web server, from a machine on its network. */
    private String handshake(Forger.Leaf leaf) throws Exception {
        return mesh.exec(
                        "shop/outsider",
                        "curl",
                        "-sSv",
                        "-m",
                        "10",
                        "--proxy-http2",
                        "-p",
                        "-x",
                        "https://" + web + ":15008",
                        "--proxy-insecure",
                        "--proxy-cert",
                        leaf.chain().toString(),
                        "--proxy-key",
                        leaf.key().toString(),
                        "http://" + web + ":8080/")
                .err();
    }

    /** Requests over a connection that is kept, over a new one each, and one connection that stays; none may fail. */
    private final class Traffic implements AutoCloseable {

        private final List<Load> loads = new ArrayList<>();
        private final int restarts = restarts();

        Traffic() throws Exception {
            for (String caller : CALLERS) {
                loads.add(Load.start(mesh, "shop/" + caller, List.of(HTTP, ECHO)));
            }
            goesOn();
        }

        /** Another second of it has come through, all before as well, and no sidecar or program was started again. */
        void goesOn() throws Exception {
            List<Load.Seen> before = seen();
            Eventually.within(SOON, () -> {
                List<Load.Seen> now = seen();
                for (int i = 0; i < now.size(); i++) {
                    assertThat(now.get(i).ok()).isGreaterThan(before.get(i).ok() + 10);
                    assertThat(now.get(i).kept()).isGreaterThan(before.get(i).kept() + 5);
                }
            });
            for (Load.Seen seen : seen()) {
                assertThat(seen.failed()).as(seen.reason()).isZero();
                assertThat(seen.broken()).isZero();
            }
            assertThat(restarts()).as("restarts").isEqualTo(restarts);
        }

        private List<Load.Seen> seen() {
            return loads.stream()
                    .flatMap(load -> Stream.of(load.to(HTTP), load.to(ECHO)))
                    .toList();
        }

        @Override
        public void close() {
            loads.forEach(Load::close);
        }
    }

    private int restarts() throws Exception {
        int restarts = 0;
        for (JsonNode workload : mesh.json("ps").path("workloads")) {
            restarts += workload.path("sidecar").path("restarts").asInt()
                    + workload.path("app").path("restarts").asInt();
        }
        return restarts;
    }
}
