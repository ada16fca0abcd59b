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

/** An identity that is revoked while it talks to a database. */
final class RevocationTest {

    private static final Duration SOON = Duration.ofSeconds(60);
    private static final String WAITING = "select pg_sleep(600)";

    private Path directory;
    private Mesh mesh;

    @BeforeEach
    void up() throws Exception {
        directory = Files.createTempDirectory("weft-e2e-revocation-");
        Shell.run("chmod", "755", directory.toString()).ok();
        mesh = Mesh.up(Yaml.file(
                Yaml.idle("client"),
                Yaml.idle("friend"),
                Yaml.workload("pg", Programs.postgres(directory), "ports: [{name: sql, port: 5432}]"),
                Yaml.service("pg", 5432, 5432)));
        Eventually.within(SOON, () -> psql("client", "select 1").ok());
        Eventually.within(SOON, () -> psql("friend", "select 1").ok());
    }

    @AfterEach
    void down() throws Exception {
        mesh.close();
        Shell.run("rm", "-rf", directory.toString());
    }

    @Test
    void cutsALivePsqlSessionUntilItIsTakenBack() throws Exception {
        try (Running cut = waiting("client");
                Running other = waiting("friend")) {
            Eventually.within(
                    SOON, () -> assertThat(sessions()).as("sessions that wait").isEqualTo("2"));
            JsonNode told = mesh.json(
                            "revoke", "identity", "shop/client", "--issued-before", "+10m", "--timeout", "60s")
                    .path("changed")
                    .path(0);
            assertThat(cut.exit(SOON)).as(cut.printed()).isNotZero();
            assertThat(told.path("cutOff").path(0).asString()).isEqualTo("shop/client");
            assertThat(told.path("acknowledged").size()).isEqualTo(2);
            assertThat(told.path("missing").size()).isZero();
            assertThat(other.process().isAlive()).as("another's session").isTrue();
        }
        psql("client", "select 1").failed();
        psql("friend", "select 1").ok();

        Shell.kill(mesh.json("ps").path("controlPlane").path("pid").asLong());
        Shell.kill(mesh.ps("shop/pg").path("sidecar").path("pid").asLong());
        Eventually.within(SOON, () -> assertThat(listed().size()).isEqualTo(1));
        Eventually.within(SOON, () -> psql("friend", "select 1").ok());
        psql("client", "select 1").failed();

        String id = listed().path(0).path("id").asString();
        mesh.weft("revoke", "undo", id, "--timeout", "60s").ok();
        Eventually.within(SOON, () -> psql("client", "select 1").ok());
        assertThat(listed().size()).isZero();
        comesBackByARestart();
    }

    /** Revoked for what it has now, a workload looks as it is, and a restart brings it a certificate that is good. */
    private void comesBackByARestart() throws Exception {
        assertThat(mesh.weft("revoke", "identity", "shop/client", "--timeout", "60s")
                        .ok()
                        .out())
                .contains("give it a new certificate: weft restart shop/client");
        psql("client", "select 1").failed();
        Eventually.within(
                SOON, () -> assertThat(mesh.weft("status").failed().out()).containsPattern("shop/client +revoked"));
        Eventually.within(
                SOON,
                () -> assertThat(mesh.weft("check", "-o", "short").failed().out())
                        .contains("failed revoked: 1 workload shut out"));
        mesh.weft("restart", "shop/client", "--timeout", "2m").ok();
        Eventually.within(SOON, () -> psql("client", "select 1").ok());
        Eventually.within(SOON, () -> mesh.weft("status").ok());
    }

    private JsonNode listed() throws Exception {
        return mesh.json("revoke", "list");
    }

    private Running waiting(String workload) throws Exception {
        return mesh.start("shop/" + workload, "psql", "-h", "pg.shop", "-U", "postgres", "-c", WAITING);
    }

    private String sessions() throws Exception {
        return psql("friend", "select count(*) from pg_stat_activity where query = '" + WAITING + "'")
                .out()
                .strip();
    }

    private Ran psql(String workload, String sql) throws Exception {
        return mesh.exec("shop/" + workload, "psql", "-h", "pg.shop", "-U", "postgres", "-At", "-c", sql);
    }
}
