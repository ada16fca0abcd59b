package dev.weft.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.e2e.mesh.Eventually;
import dev.weft.e2e.mesh.Mesh;
import dev.weft.e2e.mesh.Ran;
import dev.weft.e2e.mesh.Yaml;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** An application on the public Java SPIFFE library, in a workload of the mesh: it knows nothing of Weft. */
final class WorkloadApiTest {

    private static final Duration START = Duration.ofSeconds(30);
    /** The shortest certificates last a minute, and are renewed at half of it, give or take a tenth. */
    private static final Duration ROTATION = Duration.ofSeconds(45);

    private static final String ID = "spiffe://cluster.local/ns/shop/sa/program";
    private static final Path INTEROP =
            Path.of("../interop/target").toAbsolutePath().normalize();

    private static String program() throws IOException {
        String classPath = INTEROP.resolve("classes") + ":"
                + Files.readString(INTEROP.resolve("classpath")).strip();
        return "[" + Path.of(System.getProperty("java.home"), "bin", "java") + ", -XX:TieredStopAtLevel=1, -cp, \""
                + classPath + "\", dev.weft.interop.SpiffeProgram]";
    }

    private static List<String> said(Mesh mesh, String what) throws Exception {
        Path log = mesh.state().resolve("workloads/shop_program/app.log");
        if (!Files.exists(log)) {
            return List.of(); // not started yet
        }
        try (Stream<String> lines = Files.lines(log)) {
            return lines.filter(line -> line.contains(what)).toList();
        }
    }

    private static void awaitSaid(Mesh mesh, Duration limit, int times, String what) throws Exception {
        Eventually.within(
                limit,
                () -> assertThat(said(mesh, what))
                        .as(() -> {
                            try {
                                return String.join("\n", said(mesh, ""));
                            } catch (Exception e) {
                                return e.toString();
                            }
                        })
                        .hasSizeGreaterThanOrEqualTo(times));
    }

    @Test
    @DisplayName("WE-04 WA-01 WA-07 JW-10 the Java SPIFFE library fetches, watches and validates, and sees a rotation")
    void we04TheJavaSpiffeLibraryGetsAllThatItKnowsOf() throws Exception {
        String bystander = Yaml.idle("bystander");
        String outsider = Yaml.idle("outsider", "meshed: false");
        try (Mesh mesh =
                Mesh.up(Yaml.file(Yaml.workload("program", program()), bystander, outsider), "--leaf-lifetime", "1m")) {
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

        Ran stranger = mesh.exec(
                "shop/bystander",
                Stream.concat(
                                Stream.of("env", "SPIFFE_ENDPOINT_SOCKET=unix://" + socket),
                                Stream.of(program().replaceAll("[\\[\\]\"]", "").split(", ", -1)))
                        .toArray(String[]::new));
        assertThat(stranger.out() + stranger.err()).contains("WEFT-S011").doesNotContain("x509-fetched");
    }
}
