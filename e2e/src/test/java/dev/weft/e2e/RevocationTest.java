package dev.weft.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.v1.IdentityTarget;
import dev.weft.api.v1.ListRevocationsRequest;
import dev.weft.api.v1.RevocationInfo;
import dev.weft.api.v1.RevocationOperatorGrpc;
import dev.weft.api.v1.RevocationOperatorGrpc.RevocationOperatorBlockingStub;
import dev.weft.api.v1.RevocationTarget;
import dev.weft.api.v1.RevokeRequest;
import dev.weft.api.v1.Spread;
import dev.weft.api.v1.UndoRevocationRequest;
import dev.weft.api.v1.UndoRevocationResponse;
import dev.weft.control.operator.OperatorChannel;
import dev.weft.e2e.mesh.Eventually;
import dev.weft.e2e.mesh.Mesh;
import dev.weft.e2e.mesh.Programs;
import dev.weft.e2e.mesh.Ran;
import dev.weft.e2e.mesh.Running;
import dev.weft.e2e.mesh.Shell;
import dev.weft.e2e.mesh.Yaml;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** An identity that is revoked while it talks to a database. */
final class RevocationTest {

    private static final Duration SOON = Duration.ofSeconds(60);
    private static final Duration PROMISED = Duration.ofSeconds(1);
    private static final Duration WAIT = Duration.ofSeconds(60);
    private static final String CLIENT = "spiffe://cluster.local/ns/shop/sa/client";

    private Path directory;
    private Mesh mesh;
    private int tries;

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
        try (OperatorChannel channel = OperatorChannel.open(mesh.state().resolve("control"))) {
            RevocationOperatorBlockingStub operator = RevocationOperatorGrpc.newBlockingStub(channel.channel());
            Eventually.takesLessThan(PROMISED, () -> cutting(operator), () -> takeAllBack(operator));
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

    /** How long it takes from an operator's call until the client's session is closed; that of another goes on. */
    private Duration cutting(RevocationOperatorBlockingStub operator) throws Exception {
        String sql = "select pg_sleep(600) as try_" + ++tries; // the server goes on after its client is gone
        try (Running cut = starting("client", sql);
                Running other = starting("friend", sql)) {
            Eventually.within(
                    SOON,
                    () -> assertThat(sessions(sql)).as("sessions that wait").isEqualTo("2"));
            RevokeRequest request = request();
            long begun = System.nanoTime();
            Spread spread = operator.revoke(request).getSpread();
            assertThat(cut.exit(SOON)).as(cut.printed()).isNotZero();
            Duration took = Duration.ofNanos(System.nanoTime() - begun);
            assertThat(spread.getCutOffList()).containsExactly("shop/client");
            assertThat(spread.getAcknowledgedList()).containsExactlyInAnyOrder("shop/friend", "shop/pg");
            assertThat(spread.getMissingList()).isEmpty();
            assertThat(other.process().isAlive()).as("another's session").isTrue();
            return took;
        }
    }

    private static RevokeRequest request() {
        long then = Clock.systemUTC().instant().plus(Duration.ofMinutes(10)).getEpochSecond();
        IdentityTarget identity = IdentityTarget.newBuilder()
                .setSpiffeId(CLIENT)
                .setIssuedBefore(then)
                .build();
        return RevokeRequest.newBuilder()
                .setTarget(RevocationTarget.newBuilder().setIdentity(identity))
                .setWaitMillis((int) WAIT.toMillis())
                .build();
    }

    private void takeAllBack(RevocationOperatorBlockingStub operator) throws Exception {
        for (RevocationInfo revocation : operator.listRevocations(ListRevocationsRequest.getDefaultInstance())
                .getRevocationsList()) {
            UndoRevocationResponse _ = operator.undoRevocation(UndoRevocationRequest.newBuilder()
                    .setId(revocation.getId())
                    .setWaitMillis((int) WAIT.toMillis())
                    .build());
        }
        Eventually.within(SOON, () -> psql("client", "select 1").ok());
    }

    /** Revoked for what it has now, a workload looks as it is, and a restart brings it a certificate that is good. */
    private void comesBackByARestart() throws Exception {
        assertThat(mesh.weft("revoke", "identity", "shop/client", "--timeout", "60s")
                        .ok()
                        .out())
                .contains(
                        "2 sidecars acknowledged, cut off: shop/client",
                        "give it a new certificate: weft restart shop/client");
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

    private Running starting(String workload, String sql) throws Exception {
        return mesh.start("shop/" + workload, "psql", "-h", "pg.shop", "-U", "postgres", "-c", sql);
    }

    private String sessions(String sql) throws Exception {
        return psql("friend", "select count(*) from pg_stat_activity where query = '" + sql + "'")
                .out()
                .strip();
    }

    private Ran psql(String workload, String sql) throws Exception {
        return mesh.exec("shop/" + workload, "psql", "-h", "pg.shop", "-U", "postgres", "-At", "-c", sql);
    }
}
