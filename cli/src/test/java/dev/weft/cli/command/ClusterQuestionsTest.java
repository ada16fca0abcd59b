package dev.weft.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.cli.command.AskedMeshRun.Ended;
import dev.weft.cli.failure.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A control plane answers questions about its objects as the command answers them from a file. */
final class ClusterQuestionsTest {

    private static final String OBJECTS = """
            apiVersion: weft.dev/v1alpha1
            kind: Workload
            metadata: {name: api-1, namespace: shop, labels: {app: api}}
            spec: {serviceAccount: api, addresses: [10.1.0.1], ports: [{name: http, port: 8080}], skipInboundPorts: [9000]}
            ---
            apiVersion: weft.dev/v1alpha1
            kind: Workload
            metadata: {name: web-1, namespace: shop, labels: {app: web}}
            spec: {serviceAccount: web, addresses: [10.1.0.2]}
            ---
            apiVersion: weft.dev/v1alpha1
            kind: Workload
            metadata: {name: old, namespace: shop}
            spec: {meshed: false, addresses: [10.1.0.3]}
            ---
            apiVersion: v1
            kind: Service
            metadata: {name: api, namespace: shop}
            spec: {selector: {app: api}, clusterIP: 10.96.0.1, ports: [{port: 80, targetPort: http}]}
            ---
            apiVersion: weft.dev/v1alpha1
            kind: AuthorizationPolicy
            metadata: {name: web-reads, namespace: shop}
            spec:
              workloads: {matchLabels: {app: api}}
              ports: [8080]
              action: Allow
              from: [{serviceAccount: web}]
              to: [{http: {methods: [GET], paths: [{prefix: /orders}]}}]
            ---
            apiVersion: weft.dev/v1alpha1
            kind: AuthorizationPolicy
            metadata: {name: for-nobody, namespace: shop}
            spec: {workloads: {matchLabels: {app: nothing}}, action: Allow, from: [{anyone: true}]}
            ---
            apiVersion: weft.dev/v1alpha1
            kind: EgressPolicy
            metadata: {name: bank, namespace: shop}
            spec:
              workloads: {matchLabels: {app: api}}
              action: Allow
              to: [{host: api.bank.example, ports: [443]}, {cidr: 10.20.0.0/16, ports: [5432]}]
            """;

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    private Path folder;

    @SuppressWarnings("NullAway.Init") // set before each test
    private AskedMeshRun mesh;

    @BeforeEach
    void write() throws IOException {
        mesh = new AskedMeshRun(folder, OBJECTS);
    }

    private Ended same(int code, String... words) throws IOException {
        Ended file = mesh.ofFile(words);
        Ended cluster = mesh.ofCluster(words);
        assertThat(cluster.out()).isEqualTo(file.out());
        assertThat(cluster.code()).as(cluster.err()).isEqualTo(file.code()).isEqualTo(code);
        return cluster;
    }

    @Test
    void explainsACallAsTheFileDoes() throws IOException {
        assertThat(same(ExitCode.FAILED, "policy", "explain", "--from", "web-1", "--to", "shop/api:80")
                        .out())
                .contains("per request", "shop/web-reads", "Service shop/api, port 80");
    }

    @Test
    void explainsARequestByItsMethodPathAndHeaders() throws IOException {
        String[] question = {
            "policy", "explain", "--from", "web-1", "--to", "api:80", "--method", "GET", "--path", "/orders/7"
        };
        assertThat(same(ExitCode.OK, question).out()).contains("GET /orders/7: allowed (WEFT-P100)");
        question[7] = "DELETE";
        assertThat(same(ExitCode.FAILED, question).out()).contains("DELETE /orders/7: refused");
    }

    @Test
    void givesProgramsTheSameDocuments() throws IOException {
        assertThat(same(ExitCode.FAILED, "policy", "explain", "--from", "old", "--to", "api:80", "-o", "json")
                        .out())
                .contains("\"code\" : \"WEFT-D013\"");
        assertThat(same(
                                ExitCode.OK,
                                "policy",
                                "explain",
                                "--from",
                                "unauthenticated",
                                "--to",
                                "api-1:9000",
                                "-o",
                                "yaml")
                        .out())
                .contains("skipInboundPorts");
    }

    @Test
    void refusesNamesThatMeanNothingWithTheSameCodes() throws IOException {
        for (String[] wrong : new String[][] {
            {"web-2", "api:80", "WEFT-L103"},
            {"web-1", "api:81", "WEFT-L109"},
            {"web-1", "apj:80", "WEFT-L103"}
        }) {
            Ended ended = same(ExitCode.NOT_FOUND, "policy", "explain", "--from", wrong[0], "--to", wrong[1]);
            assertThat(ended.err()).contains(wrong[2]);
        }
        assertThat(same(ExitCode.USAGE, "policy", "explain", "--from", "web-1", "--to", "api")
                        .err())
                .contains("WEFT-L100", "expected: NAME:PORT");
        assertThat(same(ExitCode.USAGE, "policy", "explain", "--from", "spiffe://a b", "--to", "api:80")
                        .err())
                .contains("WEFT-L100");
    }

    @Test
    void explainsWhatIsCalledOutside() throws IOException {
        assertThat(same(ExitCode.OK, "policy", "explain", "--egress", "--from", "api-1", "--to", "api.bank.example:443")
                        .out())
                .contains("shop/api-1 → api.bank.example:443, outside: allowed", "shop/bank allows the host");
        assertThat(same(ExitCode.FAILED, "policy", "explain", "--egress", "--from", "api-1", "--to", "10.1.0.2:80")
                        .out())
                .contains("not outside", "workload shop/web-1");
    }

    @Test
    void testsAssertionsAgainstTheCluster() throws IOException {
        Path file = Files.writeString(folder.resolve("expected.yaml"), """
                tests:
                - {from: shop/web-1, to: 'shop/api:80', method: GET, path: /orders/7, expect: allow}
                - {from: shop/web-1, to: 'shop/api:80', method: PUT, path: /orders/7, expect: allow}
                """);
        assertThat(same(ExitCode.FAILED, "policy", "test", file.toString()).out())
                .contains("1 of 2 tests not as expected");
    }

    @Test
    void judgesTheObjectsOfTheCluster() throws IOException {
        Ended lint = mesh.ofCluster("policy", "lint");
        assertThat(lint.code()).isEqualTo(ExitCode.FAILED);
        assertThat(lint.out())
                .contains("! AuthorizationPolicy shop/for-nobody: ", "WEFT-P018", "findings in mesh cluster");
        assertThat(mesh.ofCluster("analyze", "-o", "json").out()).contains("AuthorizationPolicy shop/for-nobody");
    }

    @Test
    void refusesAFileAndAClusterTogether() throws IOException {
        Ended explain = mesh.ofFile("policy", "explain", "--from", "web-1", "--to", "api:80", "--context", "prod");
        assertThat(explain.code()).isEqualTo(ExitCode.USAGE);
        assertThat(explain.err()).contains("--file and --cluster cannot be used together");
        Ended lint =
                mesh.ofCluster("policy", "lint", folder.resolve("mesh.yaml").toString());
        assertThat(lint.code()).isEqualTo(ExitCode.USAGE);
    }
}
