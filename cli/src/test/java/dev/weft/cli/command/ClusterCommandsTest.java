package dev.weft.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.cli.cluster.FakeKubectl;
import dev.weft.cli.failure.ExitCode;
import dev.weft.cli.failure.FailurePrinter;
import dev.weft.control.ControlPlane;
import dev.weft.control.Planes;
import dev.weft.local.inspect.Meshes;
import dev.weft.local.state.StateDirectories;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Commands about workloads for the mesh of a cluster: a real control plane, and a program that carries connections as kubectl does. */
final class ClusterCommandsTest {

    private static final String PODS = """
        apiVersion: weft.dev/v1alpha1
        kind: Workload
        metadata: {name: api-7d4b9, namespace: shop, labels: {app: api, tier: front}}
        spec: {serviceAccount: api, addresses: [10.1.0.1], ports: [{port: 80}]}
        ---
        apiVersion: weft.dev/v1alpha1
        kind: Workload
        metadata: {name: batch-1, namespace: jobs, labels: {app: batch}}
        spec: {serviceAccount: batch, addresses: [10.1.0.2], ports: [{port: 80}]}
        """;

    private final Printed printed = new Printed();

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    private Path directory;

    @BeforeEach
    void prepare() throws IOException {
        Files.writeString(directory.resolve("mesh.yaml"), PODS);
    }

    private int run(Function<Session, Callable<Integer>> command, String... arguments) throws IOException {
        Session session = new Session(
                printed.screen(),
                new Meshes(new StateDirectories(directory.resolve("meshes"), false)),
                Clock.systemUTC(),
                Map.of(
                        "WEFT_KUBECTL",
                        FakeKubectl.write(directory, directory.resolve("state")).toString(),
                        "WEFT_CLUSTER",
                        "true"));
        FailurePrinter failures = new FailurePrinter(printed.screen(), FailureTranslation::of);
        try (ControlPlane _ =
                Planes.start(directory.resolve("mesh.yaml"), directory.resolve("state"), Clock.systemUTC())) {
            return new CommandLine(command.apply(session))
                    .setExecutionExceptionHandler(failures)
                    .setParameterExceptionHandler(failures)
                    .execute(arguments);
        }
    }

    @Test
    void statusIsWhatSidecarsHaveToldTheControlPlane() throws Exception {
        assertThat(run(StatusCommand::new)).isEqualTo(ExitCode.FAILED);
        assertThat(printed.out())
                .contains("shop/api-7d4b9", "jobs/batch-1", "spiffe://cluster.local/ns/shop/sa/api")
                .contains("POLICY")
                .contains("shop/api-7d4b9 is not ready: its sidecar has not connected since the control plane started");
    }

    @Test
    void statusOfOneNamespace() throws Exception {
        assertThat(run(StatusCommand::new, "-n", "jobs", "-o", "json")).isEqualTo(ExitCode.FAILED);
        assertThat(printed.out()).contains("jobs/batch-1").doesNotContain("shop/api");
        assertThat(run(StatusCommand::new, "-n", "shopp")).isEqualTo(ExitCode.NOT_FOUND);
        assertThat(printed.err()).contains("WEFT-L212", "did you mean shop");
    }

    @Test
    void listsAreOfWorkloadsWithLabels() throws Exception {
        assertThat(run(StatusCommand::new, "-l", "app=api", "-o", "name")).isEqualTo(ExitCode.FAILED);
        assertThat(run(StatCommand::new, "-l", "app!=api,tier!=front", "-o", "name"))
                .isEqualTo(ExitCode.OK);
        assertThat(printed.out().lines()).containsExactly("shop/api-7d4b9", "jobs/batch-1");
        assertThat(run(EdgesCommand::new, "-l", "!tier")).isEqualTo(ExitCode.OK);
        assertThat(run(TopCommand::new, "-l", "tier")).isEqualTo(ExitCode.OK);
    }

    @Test
    void refusesOptionsThatExcludeOneAnother() throws Exception {
        assertThat(run(StatCommand::new, "api-7d4b9", "-l", "app=api")).isEqualTo(ExitCode.USAGE);
        assertThat(run(EdgesCommand::new, "-A", "-n", "shop")).isEqualTo(ExitCode.USAGE);
        assertThat(run(StatusCommand::new, "-A", "-n", "shop")).isEqualTo(ExitCode.USAGE);
        assertThat(run(StatusCommand::new, "-l", "app in (api)")).isEqualTo(ExitCode.USAGE);
        assertThat(printed.err())
                .contains("-l selects workloads by label", "-A is for every namespace", "expected: labels");
    }

    @Test
    void wideStatusHasEachColumn() throws Exception {
        assertThat(run(StatusCommand::new, "-o", "wide")).isEqualTo(ExitCode.FAILED);
        assertThat(printed.out()).contains("CONTROL", "SERIAL", "VERSION");
    }

    @Test
    void checkNamesWhatIsNotConnected() throws Exception {
        assertThat(run(CheckCommand::new, "-o", "short")).isEqualTo(ExitCode.FAILED);
        assertThat(printed.out()).contains("failed sidecars: ");
    }

    @Test
    void connectionsAreThoseThatThePodsSidecarSays() throws Exception {
        answering("shop.api-7d4b9", """
            {"connections": [{"id": "1", "direction": "inbound", "secure": true, "bytesIn": 7, "bytesOut": 9,
            "ageSeconds": 3, "destination": "10.1.0.1:80",
            "peerIdentity": "spiffe://cluster.local/ns/jobs/sa/batch"}], "leftOut": 0}
            """);
        assertThat(run(ConnectionsCommand::new, "api-7d4b9")).isEqualTo(ExitCode.OK);
        assertThat(printed.out()).contains("spiffe://cluster.local/ns/jobs/sa/batch", "10.1.0.1:80", "mTLS");
    }

    @Test
    void whatPodsAreAskedForIsWhatTheirSidecarsHaveToldTheControlPlane() throws Exception {
        assertThat(run(StatCommand::new)).isEqualTo(ExitCode.OK);
        assertThat(printed.out()).contains("jobs/batch-1", "shop/api-7d4b9", "REFUSED/S");
        assertThat(run(TopCommand::new)).isEqualTo(ExitCode.OK);
        assertThat(printed.out()).contains("no connection was seen");
        assertThat(run(TopCommand::new, "--routes")).isEqualTo(ExitCode.USAGE);
        assertThat(run(TapCommand::new, "api-7d4b9", "--for", "5s")).isEqualTo(ExitCode.FAILED);
        assertThat(printed.err()).contains("WEFT-L320");
        assertThat(run(StatCommand::new, "-A", "-n", "shop")).isEqualTo(ExitCode.USAGE);
        assertThat(run(StatCommand::new, "--window", "1s")).isEqualTo(ExitCode.USAGE);
        assertThat(run(TapCommand::new, "api-7d4b9", "--limit", "0")).isEqualTo(ExitCode.USAGE);
    }

    @Test
    void policiesAreDrawnFromWhatTheSidecarsOfPodsHaveTold() throws Exception {
        assertThat(run(PolicySuggestCommand::new, "-n", "shop")).isEqualTo(ExitCode.OK);
        assertThat(printed.out()).contains("# No calls were seen");
        assertThat(run(PolicySuggestCommand::new, "-n", "shopp")).isEqualTo(ExitCode.NOT_FOUND);
        assertThat(run(PolicySuggestCommand::new, "--since", "2h")).isEqualTo(ExitCode.USAGE);
        assertThat(printed.err()).contains("WEFT-L212", "--since: 7200s (expected: 1s to 1h)");
    }

    @Test
    void saysWhatKubectlSaidOfAPodThatCannotBeAsked() throws Exception {
        assertThat(run(IdentityCommand::new, "jobs/batch-1")).isNotEqualTo(ExitCode.OK);
        assertThat(printed.err()).contains("sidecar of jobs/batch-1 does not answer", "jobs.batch-1");
    }

    @Test
    void asksManyPodsInTurnsAndVeryManyNotAtAll() throws Exception {
        writePods(32);
        assertThat(run(ConnectionsCommand::new)).as("none of them answers").isEqualTo(ExitCode.FAILED);
        assertThat(printed.err()).contains("asked 32 of 34 pods\n", "shop/w31", "WEFT-L108");
        writePods(1_000);
        assertThat(run(ConnectionsCommand::new)).isEqualTo(ExitCode.USAGE);
        assertThat(printed.err()).contains("WEFT-L305", "pods: 1002", "weft edges --cluster");
    }

    private void writePods(int more) throws IOException {
        StringBuilder many = new StringBuilder(PODS);
        for (int i = 0; i < more; i++) {
            many.append("---\n")
                    .append(PODS.substring(0, PODS.indexOf("---"))
                            .replace("api-7d4b9", "w" + i)
                            .replace("10.1.0.1", "10.2." + i / 250 + "." + i % 250));
        }
        Files.writeString(directory.resolve("mesh.yaml"), many.toString());
    }

    @Test
    void logsAreThoseOfKubectl() throws Exception {
        assertThat(run(LogsCommand::new, "api-7d4b9", "--sidecar", "--tail", "5"))
                .isEqualTo(ExitCode.OK);
        assertThat(run(LogsCommand::new, "shop/api-7d4b9", "-f")).isEqualTo(ExitCode.OK);
        assertThat(run(LogsCommand::new, "--control")).isEqualTo(ExitCode.OK);
        assertThat(printed.out().lines())
                .containsExactly(
                        "log of shop/pod/api-7d4b9 --container weft-proxy --tail=5",
                        "log of shop/pod/api-7d4b9 --follow",
                        "log of weft-system/deployment/weft-control --container weft-control");
    }

    @Test
    void logsOfAClusterAreOfOnePodOrOfTheControlPlane() throws Exception {
        assertThat(run(LogsCommand::new)).isEqualTo(ExitCode.USAGE);
        assertThat(run(LogsCommand::new, "--events")).isEqualTo(ExitCode.USAGE);
        assertThat(run(LogsCommand::new, "--control", "api-7d4b9")).isEqualTo(ExitCode.USAGE);
    }

    private void answering(String name, String body) throws IOException {
        ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(directory.resolve(name)));
        byte[] answer = ("HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body)
                .getBytes(StandardCharsets.US_ASCII);
        Thread.ofVirtual().start(() -> {
            try (server;
                    SocketChannel client = server.accept()) {
                var _ = client.read(ByteBuffer.allocate(1024));
                var _ = client.write(ByteBuffer.wrap(answer));
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
    }
}
