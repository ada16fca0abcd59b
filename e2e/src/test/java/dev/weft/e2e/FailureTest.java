package dev.weft.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.e2e.mesh.Eventually;
import dev.weft.e2e.mesh.Mesh;
import dev.weft.e2e.mesh.Programs;
import dev.weft.e2e.mesh.Ran;
import dev.weft.e2e.mesh.Running;
import dev.weft.e2e.mesh.Shell;
import dev.weft.e2e.mesh.Yaml;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Parts of the mesh that die without a word. Certificates live one minute, so that renewal is seen. */
final class FailureTest {

    private Path directory;
    private Mesh mesh;

    @BeforeEach
    void up() throws Exception {
        directory = Files.createTempDirectory("weft-e2e-failure-");
        Shell.run("chmod", "755", directory.toString()).ok();
        mesh = Mesh.up(
                Yaml.file(
                        Yaml.idle("client"),
                        Yaml.workload("web", Programs.nginx(directory, 8080)),
                        Yaml.service("web", 80, 8080),
                        Yaml.workload("echo", "[python3, " + Programs.python(directory, "echo.py") + ", \"9002\"]"),
                        Yaml.service("echo", 9002, 9002)),
                "--leaf-lifetime",
                "1m");
        Eventually.within(Duration.ofSeconds(30), () -> curl().ok());
        Eventually.within(
                Duration.ofSeconds(30),
                () -> mesh.exec("shop/client", "nc", "-z", "echo.shop", "9002").ok());
    }

    @AfterEach
    void down() throws Exception {
        mesh.close();
        Shell.run("rm", "-rf", directory.toString());
    }

    @Test
    void aDeadControlPlaneStopsNeitherTrafficNorRenewalAfterItsReturn() throws Exception {
        String serial = serial("shop/client");
        try (Running live = mesh.start("shop/client", "nc", "echo.shop", "9002")) {
            live.type("before\n");
            Eventually.within(
                    Duration.ofSeconds(10), () -> assertThat(live.printed()).contains("before"));
            Shell.kill(mesh.json("ps").path("controlPlane").path("pid").asLong());
            live.type("after\n");
            Eventually.within(
                    Duration.ofSeconds(10), () -> assertThat(live.printed()).contains("after"));
            curl().ok();
        }
        Eventually.within(
                Duration.ofSeconds(90), () -> assertThat(serial("shop/client")).isNotEqualTo(serial));
        curl().ok();
    }

    @Test
    void aDeadSidecarIsStartedAgainAndNothingPassesMeanwhile() throws Exception {
        JsonNode before = mesh.ps("shop/web");
        Shell.kill(before.path("sidecar").path("pid").asLong());
        Eventually.within(
                Duration.ofSeconds(30),
                () -> assertThat(mesh.ps("shop/web")
                                .path("sidecar")
                                .path("restarts")
                                .asInt())
                        .isEqualTo(1));
        Eventually.within(Duration.ofSeconds(30), () -> curl().ok());
        assertThat(mesh.ps("shop/web").path("app").path("pid").asLong())
                .as("the application was left alone")
                .isEqualTo(before.path("app").path("pid").asLong());
    }

    private String serial(String workload) throws Exception {
        return mesh.json("identity", workload).path("serialNumber").asString();
    }

    private Ran curl() throws Exception {
        return mesh.exec("shop/client", "curl", "-sS", "-m", "10", "http://web.shop/");
    }
}
