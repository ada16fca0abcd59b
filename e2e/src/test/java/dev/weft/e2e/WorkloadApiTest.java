package dev.weft.e2e;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.e2e.mesh.Eventually;
import dev.weft.e2e.mesh.GoPrograms;
import dev.weft.e2e.mesh.JavaPrograms;
import dev.weft.e2e.mesh.Mesh;
import dev.weft.e2e.mesh.Yaml;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Applications on the public SPIFFE libraries of Java and Go, in workloads of the mesh: they know nothing of Weft. */
final class WorkloadApiTest {

    private static final Duration START = Duration.ofMinutes(2);
    private static final Duration PACE = Duration.ofSeconds(15);
    private static final Duration ROTATION = Duration.ofMinutes(2);

    private static final String ID = "spiffe://cluster.local/ns/shop/sa/program";

    private static final String SERVER = "spiffe://cluster.local/ns/shop/sa/server";
    private static final String CLIENT = "spiffe://cluster.local/ns/shop/sa/client";

    @TempDir
    private static Path directory;

    private static @Nullable Mesh up;

    @BeforeAll
    static void bringUp() throws Exception {
        Path pair = GoPrograms.build(directory, "spiffe-pair");
        up = Mesh.upRenewing(
                PACE,
                Yaml.file(
                        Yaml.workload("program", JavaPrograms.copy(directory).yaml("SpiffeProgram")),
                        Yaml.idle("bystander"),
                        Yaml.idle("outsider", "meshed: false"),
                        Yaml.workload("server", "[" + pair + ", serve, \":9443\", " + CLIENT + "]"),
                        Yaml.service("server", 9443, 9443),
                        Yaml.workload("client", "[" + pair + ", call, \"server.shop:9443\", " + SERVER + "]")),
                "--leaf-lifetime",
                "1m");
    }

    @AfterAll
    static void takeDown() throws Exception {
        if (up != null) {
            up.close();
        }
    }

    private static Mesh mesh() {
        return requireNonNull(up, "mesh");
    }

    private static List<String> said(Mesh mesh, String what) throws Exception {
        return said(mesh, "program", what);
    }

    private static List<String> said(Mesh mesh, String workload, String what) throws Exception {
        Path log = mesh.state().resolve("workloads/shop_" + workload + "/app.log");
        if (!Files.exists(log)) {
            return List.of(); // not started yet
        }
        try (Stream<String> lines = Files.lines(log)) {
            return lines.filter(line -> line.contains(what)).toList();
        }
    }

    private static void awaitSaid(Mesh mesh, Duration limit, int times, String what) throws Exception {
        awaitSaid(mesh, "program", limit, times, what);
    }

    private static void awaitSaid(Mesh mesh, String workload, Duration limit, int times, String what) throws Exception {
        Eventually.within(
                limit,
                () -> assertThat(said(mesh, workload, what))
                        .as(() -> {
                            try {
                                return String.join("\n", said(mesh, workload, ""));
                            } catch (Exception e) {
                                return e.toString();
                            }
                        })
                        .hasSizeGreaterThanOrEqualTo(times));
    }

    @Test
    @DisplayName("WE-04 WA-01 WA-07 JW-10 the Java SPIFFE library fetches, watches and validates, and sees a rotation")
    void we04TheJavaSpiffeLibraryGetsAllThatItKnowsOf() throws Exception {
        Mesh mesh = mesh();
        awaitSaid(mesh, START, 1, "x509-fetched " + ID);
        awaitSaid(mesh, START, 1, "jwt-keys-watched cluster.local");
        assertThat(said(mesh, "x509-fetched").getFirst()).contains("PKCS#8", "[cluster.local]");
        assertThat(said(mesh, "jwt-fetched " + ID).getFirst()).contains("db", "cache");
        assertThat(said(mesh, "jwt-validated " + ID)).hasSize(1);
        assertThat(said(mesh, "jwt-refused for somebody else")).hasSize(1);
        assertThat(said(mesh, "jwt-verified-offline " + ID)).hasSize(1);
        isNobodyElses(mesh);

        awaitSaid(mesh, ROTATION, 2, "x509-watched " + ID);
        assertThat(said(mesh, "x509-watched " + ID).stream()
                        .map(line -> line.split(" ", -1)[2])
                        .distinct())
                .as("serial numbers")
                .hasSizeGreaterThanOrEqualTo(2);
        assertThat(said(mesh, "x509-error")).isEmpty();
    }

    @Test
    @DisplayName(
            "WE-04 WA-01 JW-10 programs on the Go SPIFFE library speak mutual TLS with each other across a renewal")
    void we04ProgramsOnTheGoSpiffeLibrarySpeakMutualTlsAcrossARenewal() throws Exception {
        Mesh mesh = mesh();
        String answered = "answered peer " + CLIENT + " token " + CLIENT + " elsewhere true";
        awaitSaid(mesh, "client", START, 1, answered);
        int failedBeforeTheServerWasThere = said(mesh, "client", "failed").size();
        awaitSaid(mesh, "server", ROTATION, 2, "certificate " + SERVER);
        awaitSaid(mesh, "client", ROTATION, 2, "certificate " + CLIENT);
        awaitSaid(mesh, "client", START, said(mesh, "client", answered).size() + 2, answered);
        assertThat(said(mesh, "client", "failed")).hasSize(failedBeforeTheServerWasThere);
        assertThat(said(mesh, "server", "refused")).isEmpty();
    }

    /** Other workloads have another socket, or none, and are refused at this one. */
    private static void isNobodyElses(Mesh mesh) throws Exception {
        Path socket = mesh.state().resolve("workloads/shop_program/spiffe/api.sock");
        assertThat(mesh.exec("shop/bystander", "printenv", "SPIFFE_ENDPOINT_SOCKET")
                        .out()
                        .strip())
                .isEqualTo("unix://" + mesh.state().resolve("workloads/shop_bystander/spiffe/api.sock"));
        assertThat(mesh.exec("shop/outsider", "printenv", "SPIFFE_ENDPOINT_SOCKET")
                        .out())
                .isEmpty();
        assertThat(mesh.state().resolve("workloads/shop_outsider/spiffe")).doesNotExist();

        assertThat(mesh.exec("shop/program", "test", "-S", socket.toString()).exit())
                .isZero();
        assertThat(mesh.exec("shop/bystander", "test", "-e", socket.toString()).exit())
                .as("what another workload sees of it")
                .isEqualTo(1);
    }
}
