package dev.weft.cli.link;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.cli.command.FailureTranslation;
import dev.weft.cli.command.Printed;
import dev.weft.cli.command.Session;
import dev.weft.cli.command.TokenCommand;
import dev.weft.cli.failure.ExitCode;
import dev.weft.cli.failure.FailurePrinter;
import dev.weft.cli.join.JoinFile;
import dev.weft.control.ControlPlane;
import dev.weft.control.Planes;
import dev.weft.local.inspect.Meshes;
import dev.weft.local.state.StateDirectories;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The join file of a machine that joins the mesh of a cluster: where the machine reaches the control plane. */
final class TokenOfAClusterTest {

    private final Printed printed = new Printed();

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    private Path directory;

    @SuppressWarnings("NullAway.Init")
    private TwoContexts contexts;

    @SuppressWarnings("NullAway.Init")
    private ControlPlane east;

    @BeforeEach
    void start() throws IOException {
        contexts = new TwoContexts(directory);
        Files.writeString(contexts.registry("east").resolve("machines.yaml"), """
            apiVersion: weft.dev/v1alpha1
            kind: Workload
            metadata: {name: db-1, namespace: shop}
            spec: {serviceAccount: db, addresses: [192.0.2.7]}
            """);
        east = Planes.start(
                contexts.registry("east"), contexts.state("east"), Clock.systemUTC(), "--listen", "0.0.0.0:0");
    }

    @AfterEach
    void end() {
        east.close();
    }

    private int create(Path file, String... more) {
        String[] arguments = {"create", "--context", "east", "--workload", "shop/db-1", "--out", file.toString()};
        return run(Stream.of(arguments, more).flatMap(Stream::of).toArray(String[]::new));
    }

    private int run(String... arguments) {
        Session session = new Session(
                printed.screen(),
                new Meshes(new StateDirectories(directory.resolve("meshes"), false)),
                Clock.systemUTC(),
                Map.of("WEFT_KUBECTL", contexts.kubectl().toString()));
        FailurePrinter failures = new FailurePrinter(printed.screen(), FailureTranslation::of);
        return new TokenCommand(session)
                .commandLine()
                .setExecutionExceptionHandler(failures)
                .execute(arguments);
    }

    @Test
    void theMachineComesByTheServiceOfTheControlPlane() throws Exception {
        contexts.service("east", 30_012, 30_013);
        Path file = directory.resolve("join.yaml");
        assertThat(create(file)).as(printed.err()).isEqualTo(ExitCode.OK);
        assertThat(JoinFile.read(file).spec().controlPlane()).isEqualTo("127.0.0.1:30012");
        assertThat(JoinFile.read(file).spec().serviceAccount()).isEqualTo("db");
    }

    @Test
    void withoutThatServiceSomebodyHasToSayHow() throws Exception {
        assertThat(create(directory.resolve("join.yaml"))).isEqualTo(ExitCode.FAILED);
        assertThat(printed.err()).contains("WEFT-J006", "no Service weft-peering", "--peering LoadBalancer");
        assertThat(run("list", "--context", "east", "-o", "json")).isEqualTo(ExitCode.OK);
        assertThat(printed.out()).as("the token that came into no file").doesNotContain("open");
        Path file = directory.resolve("said.yaml");
        assertThat(create(file, "--control", "192.0.2.1:15012")).isEqualTo(ExitCode.OK);
        assertThat(JoinFile.read(file).spec().controlPlane()).isEqualTo("192.0.2.1:15012");
    }
}
