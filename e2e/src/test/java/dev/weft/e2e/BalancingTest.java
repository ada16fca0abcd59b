package dev.weft.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.e2e.mesh.Eventually;
import dev.weft.e2e.mesh.Mesh;
import dev.weft.e2e.mesh.Programs;
import dev.weft.e2e.mesh.Running;
import dev.weft.e2e.mesh.Shell;
import dev.weft.e2e.mesh.Yaml;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Three replicas behind a Service, of which one is slow and one fails: with requests balanced, and with connections. */
final class BalancingTest {

    private static final Duration START = Duration.ofSeconds(60);
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final int CONNECTIONS = 12;
    private static final int REQUESTS = 30;
    /** A machine that stands still makes the fast one slow for a while. */
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    private static String replica(String kind, String app, Path program) {
        return """
                apiVersion: weft.dev/v1alpha1
                kind: Workload
                metadata: {name: %1$s, namespace: shop, labels: {app: %3$s}}
                spec:
                  serviceAccount: api
                  command: [python3, %2$s, "8080", %1$s]
                  ports: [{name: web, port: 8080}]
                """.formatted(kind, program, app);
    }

    private static String service(String name, String app, String more) {
        return """
                apiVersion: v1
                kind: Service
                metadata: {name: %s, namespace: shop}
                spec:
                  selector: {app: %s}
                  ports: [{port: 80, targetPort: 8080%s}]
                """.formatted(name, app, more);
    }

    @Test
    void requestsAvoidTheSlowAndTheFailingReplica() throws Exception {
        Path directory = Files.createTempDirectory("weft-e2e-balancing-");
        Shell.run("chmod", "755", directory.toString()).ok();
        Path replica = Programs.python(directory, "replica.py");
        Path ask = Programs.python(directory, "ask.py");
        try (Mesh mesh = Mesh.up(Yaml.file(
                Yaml.idle("web"),
                replica("fast", "api", replica),
                replica("slow", "api", replica),
                replica("failing", "api", replica),
                service("by-request", "api", ", appProtocol: http"),
                service("by-connection", "api", ", appProtocol: tcp")))) {
            for (String name : new String[] {"fast", "slow", "failing"}) {
                String address = mesh.address("shop/" + name);
                Eventually.within(
                        START,
                        () -> mesh.exec("shop/web", "curl", "-s", "-m", "5", "http://" + address + ":8080/")
                                .ok());
            }
            JsonNode connections = ask(mesh, ask, "by-connection.shop");
            System.out.println("by connection: " + connections);
            Eventually.within(PATIENCE, () -> avoidsBoth(ask(mesh, ask, "by-request.shop"), connections));
        } finally {
            Shell.run("rm", "-rf", directory.toString());
        }
    }

    @Test
    void aKeptConnectionSpreadsOnceTheOnlyReplicaGetsAnother() throws Exception {
        Path directory = Files.createTempDirectory("weft-e2e-balancing-");
        Shell.run("chmod", "755", directory.toString()).ok();
        Path replica = Programs.python(directory, "replica.py");
        String one = Yaml.file(
                Yaml.idle("web"), replica("first", "api", replica), service("api", "api", ", appProtocol: http"));
        try (Mesh mesh = Mesh.up(one);
                Running kept = mesh.start(
                        "shop/web",
                        "python3",
                        Programs.python(directory, "kept.py").toString(),
                        "api.shop",
                        "80")) {
            Eventually.within(START, () -> assertThat(kept.printed()).isEqualTo("first\n"));
            mesh.write(Yaml.file(one, replica("second", "api", replica)));
            assertThat(kept.exit(PATIENCE)).as(kept.printed()).isZero();
            assertThat(kept.printed()).isEqualTo("first\nsecond over connection 2\n");
        } finally {
            Shell.run("rm", "-rf", directory.toString());
        }
    }

    private static void avoidsBoth(JsonNode requests, JsonNode connections) {
        System.out.println("by request: " + requests);
        int total = CONNECTIONS * REQUESTS;
        assertThat(requests.path("requests").asInt()).isEqualTo(total);
        assertThat(requests.path("failed").asInt())
                .isLessThan(total / 10)
                .isLessThan(connections.path("failed").asInt() + total / 20);
        assertThat(requests.path("answers").path("slow").asInt()).isLessThan(total / 4);
        assertThat(requests.path("answers").path("fast").asInt()).isGreaterThan(total / 2);
    }

    private static JsonNode ask(Mesh mesh, Path program, String host) throws Exception {
        return JSON.readTree(mesh.exec(
                        "shop/web",
                        "python3",
                        program.toString(),
                        host,
                        "80",
                        Integer.toString(CONNECTIONS),
                        Integer.toString(REQUESTS))
                .ok()
                .out());
    }
}
