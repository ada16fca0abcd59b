package dev.weft.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.e2e.mesh.Eventually;
import dev.weft.e2e.mesh.Mesh;
import dev.weft.e2e.mesh.Programs;
import dev.weft.e2e.mesh.Ran;
import dev.weft.e2e.mesh.Running;
import dev.weft.e2e.mesh.Shell;
import dev.weft.e2e.mesh.Yaml;
import dev.weft.local.inspect.SidecarAdmin;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import tools.jackson.databind.JsonNode;

/** Parts of the mesh that die or freeze without a word. Certificates are short, so that renewal is seen. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class FailureTest {

    private static final Duration SOON = Duration.ofSeconds(60);
    private static final String LIFETIME = "1m";
    /** A sidecar waits 20 s for an answer: then 25 s are left to look at what it says. */
    private static final Duration PACE = Duration.ofSeconds(15);
    /** A certificate's life, and some time to hear of its end. */
    private static final Duration ONE_LIFE = Duration.ofMinutes(2);

    private static final Duration HARDLY = Duration.ofSeconds(5);

    private Path directory;
    private Mesh mesh;

    @BeforeAll
    void up() throws Exception {
        directory = Files.createTempDirectory("weft-e2e-failure-");
        Shell.run("chmod", "755", directory.toString()).ok();
        mesh = Mesh.upRenewing(
                PACE,
                Yaml.file(
                        Yaml.idle("client"),
                        Yaml.idle("outsider", "meshed: false"),
                        Yaml.workload("web", Programs.nginx(directory, 8080)),
                        Yaml.service("web", 80, 8080),
                        Yaml.workload("echo", "[python3, " + Programs.python(directory, "echo.py") + ", \"9002\"]"),
                        Yaml.service("echo", 9002, 9002)),
                "--leaf-lifetime",
                LIFETIME);
        Eventually.within(SOON, () -> curl().ok());
        mesh.awaitAnswer("shop/client", "echo.shop 9002");
    }

    @AfterAll
    void down() throws Exception {
        mesh.close();
        Shell.run("rm", "-rf", directory.toString());
    }

    @Test
    void aDeadControlPlaneStopsNeitherTrafficNorRenewalAfterItsReturn() throws Exception {
        String serial = serial("shop/client");
        try (Running live = mesh.start("shop/client", "nc", "echo.shop", "9002")) {
            says(live, "before");
            Shell.kill(mesh.json("ps").path("controlPlane").path("pid").asLong());
            says(live, "after");
            curl().ok();
        }
        Eventually.within(
                Duration.ofMinutes(3), () -> assertThat(serial("shop/client")).isNotEqualTo(serial));
        curl().ok();
    }

    @Test
    void aDeadSidecarIsStartedAgainAndNothingPassesMeanwhile() throws Exception {
        JsonNode before = mesh.ps("shop/web");
        String address = mesh.address("shop/web");
        // There is a way: no answer below is one that is refused.
        Eventually.within(
                SOON,
                () -> mesh.exec("shop/outsider", "nc", "-z", address, "15008").ok());
        try (Running stranger = triesAllTheTime("http://" + address + ":8080/")) {
            Eventually.within(SOON, () -> assertThat(stranger.printed()).isNotEmpty());
            Shell.kill(before.path("sidecar").path("pid").asLong());
            long tries = stranger.printed().lines().count();
            Eventually.within(
                    SOON,
                    () -> assertThat(mesh.ps("shop/web")
                                    .path("sidecar")
                                    .path("restarts")
                                    .asInt())
                            .isEqualTo(1));
            Eventually.within(SOON, () -> curl().ok());
            assertThat(stranger.printed().lines().toList())
                    .as("the status of each try in plaintext; 000 is none")
                    .hasSizeGreaterThan((int) tries)
                    .containsOnly("000");
        }
        assertThat(mesh.ps("shop/web").path("app").path("pid").asLong())
                .as("the application was left alone")
                .isEqualTo(before.path("app").path("pid").asLong());
    }

    /** Prints a line for each try: the status, or 000 where there is no answer. */
    private Running triesAllTheTime(String url) throws Exception {
        String once = "curl -s -m 1 -o /dev/null -w '%{http_code}\\n' " + url;
        return mesh.start("shop/outsider", "sh", "-c", "while :; do " + once + "; sleep 0.05; done");
    }

    @Test
    void aControlPlaneThatFreezesIsToldOfEarlyAndAllComesBackByItself() throws Exception {
        JsonNode before = mesh.json("ps");
        String controlPlane = before.path("controlPlane").path("pid").asString();
        SidecarAdmin client =
                new SidecarAdmin("shop/client", mesh.state().resolve("workloads/shop_client/proxy/admin.sock"));
        try (Running live = mesh.start("shop/client", "nc", "echo.shop", "9002")) {
            says(live, "before");
            try {
                Eventually.within(ONE_LIFE, () -> freezeIfTheClientsCertificateEndsFirst(controlPlane));
                Eventually.within(
                        ONE_LIFE,
                        () -> assertThat(client.readiness())
                                .satisfies(page -> assertThat(page.reason())
                                        .startsWith("ready; WEFT-D022: the certificate ends in ")));
                assertThat(mesh.weft("status").failed().out())
                        .contains("! it is not known what is revoked or not in force: ")
                        .containsPattern(
                                "shop/client is ready, but: WEFT-D022: the certificate ends in .* no certificate in"
                                        + " \\d+ attempt");
                says(live, "while the certificate counts");
                curl().ok();

                Eventually.within(
                        ONE_LIFE, () -> assertThat(client.readiness().ready()).isFalse());
                int _ = live.exit(SOON);
                Eventually.within(SOON, () -> curl().failed());
                assertThat(mesh.weft("status").failed().out())
                        .contains(
                                "shop/client is not ready: the certificate has ended; WEFT-D022: the certificate ended"
                                        + " at ");
                assertThat(mesh.weft("check", "-o", "short").failed().out()).contains("renewal: ", "leaf-end: ");
                assertThat(mesh.weft("logs", "shop/client", "--sidecar").ok().out())
                        .contains(
                                "WEFT-D022: the certificate ends in ",
                                "\"code\":\"WEFT-D015\"",
                                "the certificate of this workload ended at ");
            } finally {
                Shell.run("kill", "-CONT", controlPlane).ok();
            }
        }
        Eventually.within(SOON, () -> curl().ok());
        Eventually.within(SOON, () -> assertThat(mesh.weft("status").ok().out()).doesNotContain("WEFT-D022"));
        assertThat(processes(mesh.json("ps"))).isEqualTo(processes(before));
    }

    /** Frozen, it issues none meanwhile. Or hardly later: what it is to reach while its certificate counts has one that counts, too. */
    private void freezeIfTheClientsCertificateEndsFirst(String controlPlane) throws Exception {
        Shell.run("kill", "-STOP", controlPlane).ok();
        try {
            assertTheClientsCertificateEndsFirst();
        } catch (AssertionError e) {
            Shell.run("kill", "-CONT", controlPlane).ok();
            throw e;
        }
    }

    private void assertTheClientsCertificateEndsFirst() throws Exception {
        Instant first = end("shop/client").minus(HARDLY);
        assertThat(end("shop/web")).isAfter(first);
        assertThat(end("shop/echo")).isAfter(first);
    }

    private Instant end(String workload) throws Exception {
        return Instant.parse(mesh.json("identity", workload).path("notAfter").asString());
    }

    private static void says(Running live, String words) throws Exception {
        live.type(words + "\n");
        Eventually.within(SOON, () -> assertThat(live.printed()).contains(words));
    }

    /** The control plane's, and each sidecar's. */
    private static List<String> processes(JsonNode ps) {
        List<String> pids = new ArrayList<>();
        pids.add(ps.path("controlPlane").path("pid").asString());
        ps.path("workloads")
                .forEach(workload ->
                        pids.add(workload.path("sidecar").path("pid").asString()));
        return pids;
    }

    private String serial(String workload) throws Exception {
        return mesh.json("identity", workload).path("serialNumber").asString();
    }

    private Ran curl() throws Exception {
        return mesh.exec("shop/client", "curl", "-sS", "-m", "20", "http://web.shop/");
    }
}
