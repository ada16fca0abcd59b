package dev.weft.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.e2e.mesh.Eventually;
import dev.weft.e2e.mesh.JavaPrograms;
import dev.weft.e2e.mesh.Mesh;
import dev.weft.e2e.mesh.Shell;
import dev.weft.e2e.mesh.Yaml;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Calls of gRPC in one connection of a client, to a Service of three replicas. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class SpreadTest {

    private static final Duration START = Duration.ofMinutes(2);
    private static final List<String> REPLICAS = List.of("grpc-1", "grpc-2", "grpc-3");
    private static final int CALLS = 300;
    /** The least that each replica has of them: one that is slow has few. */
    private static final int FEW = CALLS / 30;

    private static final Pattern ALLOWED =
            Pattern.compile("weft_requests_total\\{[^}]*protocol=\"grpc\"[^}]*decision=\"allow\"[^}]*} (\\d+)");

    private Path directory;
    private JavaPrograms java;
    private Mesh mesh;

    @BeforeAll
    void up() throws Exception {
        directory = Files.createTempDirectory("weft-e2e-spread-");
        java = JavaPrograms.copy(directory);
        String serve = java.yaml("GrpcProgram", "serve", "8080");
        mesh = Mesh.up(Yaml.file(
                Yaml.idle("client"),
                replica(REPLICAS.get(0), serve),
                replica(REPLICAS.get(1), serve),
                replica(REPLICAS.get(2), serve),
                """
                apiVersion: v1
                kind: Service
                metadata: {name: grpc, namespace: shop}
                spec:
                  selector: {app: grpc}
                  ports: [{port: 80, targetPort: 8080, appProtocol: grpc}]
                """));
    }

    @AfterAll
    void down() throws Exception {
        mesh.close();
        Shell.run("rm", "-rf", directory.toString());
    }

    private static String replica(String name, String command) {
        return Yaml.workload(name, command, "ports: [{name: grpc, port: 8080}]")
                .replace("labels: {app: " + name + "}", "labels: {app: grpc}");
    }

    @Test
    void oneConnectionsCallsAreSpreadOverAllReplicas() throws Exception {
        for (String replica : REPLICAS) {
            Eventually.within(
                    START,
                    () -> mesh.exec("shop/" + replica, "nc", "-z", "127.0.0.1", "8080")
                            .ok());
        }
        // The first calls of a program take long, and who takes long is avoided for a while.
        for (String replica : REPLICAS) {
            String own = mesh.address("shop/" + replica) + ":8080";
            Eventually.within(START, () -> assertThat(called(own)).contains("Talk OK a b"));
        }
        Eventually.within(
                START,
                () -> assertThat(called("grpc.shop:80").lines())
                        .containsExactly("Say OK hello", "Count OK 1 2 3", "Sum OK 6", "Talk OK a b"));
        Eventually.within(START, this::eachReplicaHasAShareOfOneConnection);
    }

    private void eachReplicaHasAShareOfOneConnection() throws Exception {
        Map<String, Long> before = new HashMap<>();
        for (String replica : REPLICAS) {
            before.put(replica, calls(replica));
        }
        callInOneConnection();
        long all = 0;
        for (Map.Entry<String, Long> replica : before.entrySet()) {
            long calls = calls(replica.getKey()) - replica.getValue();
            assertThat(calls).as(replica.getKey()).isGreaterThan(FEW);
            all += calls;
        }
        assertThat(all).isGreaterThanOrEqualTo(CALLS);
    }

    private String called(String address) throws Exception {
        return mesh.exec("shop/client", java.command("GrpcProgram", "call", address))
                .out();
    }

    private void callInOneConnection() throws Exception {
        Path message =
                Files.write(directory.resolve("message"), "\0\0\0\0\5hello".getBytes(StandardCharsets.ISO_8859_1));
        assertThat(mesh.exec(
                                "shop/client",
                                "h2load",
                                "-n",
                                Integer.toString(CALLS),
                                "-c",
                                "1",
                                "-m",
                                "4",
                                "-d",
                                message.toString(),
                                "-H",
                                "content-type: application/grpc",
                                "-H",
                                "te: trailers",
                                "http://grpc.shop/weft.interop.Echo/Say")
                        .ok()
                        .out())
                .contains(CALLS + " succeeded, 0 failed")
                .contains("status codes: " + CALLS + " 2xx");
    }

    private long calls(String replica) throws Exception {
        String metrics = mesh.exec("shop/" + replica, "curl", "-sS", "-m", "10", "http://127.0.0.1:15020/metrics")
                .ok()
                .out();
        return ALLOWED.matcher(metrics)
                .results()
                .mapToLong(found -> Long.parseLong(found.group(1)))
                .sum();
    }
}
