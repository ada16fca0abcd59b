package dev.weft.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.e2e.mesh.Eventually;
import dev.weft.e2e.mesh.GoPrograms;
import dev.weft.e2e.mesh.Shell;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Programs on a public SPIFFE library in containers beside a sidecar: they know nothing of Weft, and get what is their pod's. */
final class WorkloadApiInPodsTest {

    private static final Duration SOON = Duration.ofSeconds(30);
    private static final Duration COPIED = Duration.ofMinutes(2);
    private static final String PROGRAM = "/tmp/spiffe-pair";
    private static final String IDLE = "while :; do sleep 1; done";

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    @BeforeEach
    void installed() throws Exception {
        Cluster.installed();
    }

    @Test
    void programsProveTheIdentitiesOfTheirPodsToEachOther() throws Exception {
        Path program = GoPrograms.buildStatic(directory, "spiffe-pair");
        try (Space space = Space.meshed("weft.dev/workload-api: enabled")) {
            // The socket is open to whatever user a container runs as.
            space.apply(
                    Space.account("server"),
                    pod("server", 0),
                    Space.account("client"),
                    pod("client", 1000),
                    Space.account("without"),
                    Space.pod("without", "without", IDLE)
                            .replace("labels: {", "annotations: {weft.dev/workload-api: disabled}, labels: {"));
            for (String pod : List.of("server", "client")) {
                space.awaitReady(pod);
                copy(space, program, pod);
            }
            start(space, "server", "serve :9443 " + space.identity("client"));
            String address = space.kubectl("get", "pod", "server", "-o", "jsonpath={.status.podIP}")
                    .ok()
                    .out();
            start(space, "client", "call " + address + ":9443 " + space.identity("server"));
            Eventually.within(
                    SOON,
                    () -> assertThat(said(space, "client"))
                            .contains("certificate " + space.identity("client"))
                            .contains("answered peer " + space.identity("client") + " token " + space.identity("client")
                                    + " elsewhere true"));
            assertThat(said(space, "server")).contains("certificate " + space.identity("server"));
            space.exec("client", "sh", "-c", "echo >/var/run/weft/workload-api/mine")
                    .failed();
            space.awaitReady("without");
            assertThat(space.exec("without", "sh", "-c", "echo $SPIFFE_ENDPOINT_SOCKET")
                            .ok()
                            .out())
                    .isBlank();
        }
    }

    @Test
    void anAnnotationThatMeansNothingIsRefused() throws Exception {
        try (Space space = Space.meshed()) {
            for (String wrong : List.of("weft.dev/workload-api: \"true\"", "weft.dev/workloadapi: enabled")) {
                assertThat(space.tryApply(Space.pod("wrong", "default", "sleep 1")
                                        .replace("labels: {", "annotations: {" + wrong + "}, labels: {"))
                                .failed()
                                .err())
                        .contains("expected: ")
                        .contains("weft.dev/workload-api");
            }
        }
    }

    private static String pod(String name, int user) {
        return Space.pod(name, name, IDLE)
                .replace("terminationGracePeriodSeconds: 1", """
            terminationGracePeriodSeconds: 1
              securityContext: {runAsUser: %d}
              volumes: [{name: tmp, emptyDir: {}}]\
            """.formatted(user))
                .replace("command: [", "volumeMounts: [{name: tmp, mountPath: /tmp}], command: [");
    }

    private static void copy(Space space, Path program, String pod) throws Exception {
        String into = "cat >" + PROGRAM + " && chmod +x " + PROGRAM;
        List<String> command = List.of(
                "sh",
                "-c",
                "exec kubectl -n \"$1\" exec -i \"$2\" -c app -- sh -c \"$3\" <\"$4\"",
                "sh",
                space.name(),
                pod,
                into,
                program.toString());
        Shell.run(command, Map.of(), COPIED).ok();
    }

    private static void start(Space space, String pod, String arguments) throws Exception {
        space.exec(pod, "sh", "-c", PROGRAM + " " + arguments + " >/tmp/said 2>&1 &")
                .ok();
    }

    private static String said(Space space, String pod) throws Exception {
        return space.exec(pod, "cat", "/tmp/said").ok().out();
    }
}
