package dev.weft.cli.command.trust;

import dev.weft.cli.command.FailureTranslation;
import dev.weft.cli.command.Printed;
import dev.weft.cli.command.Session;
import dev.weft.cli.failure.FailurePrinter;
import dev.weft.control.ControlPlane;
import dev.weft.control.Planes;
import dev.weft.local.inspect.Meshes;
import dev.weft.local.state.MeshName;
import dev.weft.local.state.MeshRecord;
import dev.weft.local.state.MeshState;
import dev.weft.local.state.ProcessRef;
import dev.weft.local.state.StateDirectories;
import dev.weft.local.state.StateFiles;
import dev.weft.testing.MovedClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;

/** A mesh as far as operators' commands can tell: its record, and a control plane in this process. Its sidecars never come. */
final class TestMesh implements AutoCloseable {

    static final String PASSPHRASE = "correct horse battery";

    private final StateDirectories directories;
    private final MeshState state;
    private final Path registry;
    /** The control plane's. */
    private final MovedClock clock = new MovedClock();

    private @Nullable ControlPlane plane;

    /** @param workloads names in namespace shop */
    TestMesh(Path home, String... workloads) throws IOException {
        directories = new StateDirectories(home, false);
        state = directories.of(new MeshName("m"));
        StateFiles.createDirectories(state.directory());
        StateFiles.writeJson(
                state.record(),
                new MeshRecord(
                        "m",
                        "mesh.yaml",
                        "cluster.local",
                        0,
                        true,
                        Instant.now(),
                        ProcessRef.self(),
                        Optional.of(ProcessRef.self())));
        StringBuilder yaml = new StringBuilder();
        for (String workload : workloads) {
            yaml.append("""
                ---
                apiVersion: weft.dev/v1alpha1
                kind: Workload
                metadata: {name: %1$s, namespace: shop}
                spec: {serviceAccount: %1$s}
                """.formatted(workload));
        }
        registry = Files.writeString(home.resolve("mesh.yaml"), yaml);
    }

    MeshState state() {
        return state;
    }

    /** Starts the control plane, anew if it has been killed. */
    void start() throws IOException {
        plane = Planes.start(registry, state.control(), clock);
    }

    /** As if so much more time had passed at the control plane. */
    void pass(Duration time) {
        clock.move(time);
    }

    /** Stops the control plane, and leaves what it has kept. */
    void stop() {
        if (plane != null) {
            plane.close();
            plane = null;
        }
    }

    /** Runs {@code weft} with these arguments; {@code trust …} or {@code issuer …}. */
    int run(Printed printed, Function<String, Optional<String>> person, String... arguments) {
        Session session = new Session(
                printed.screen(), new Meshes(directories), Clock.systemUTC(), Map.of("WEFT_PASSPHRASE", PASSPHRASE));
        FailurePrinter failures = new FailurePrinter(printed.screen(), FailureTranslation::of);
        return new CommandLine(new Root())
                .addSubcommand(new TrustCommand(session, () -> new Confirmation(person)).commandLine())
                .addSubcommand(new IssuerCommand(session, () -> new Confirmation(person)).commandLine())
                .setExecutionExceptionHandler(failures)
                .setParameterExceptionHandler(failures)
                .execute(arguments);
    }

    @CommandLine.Command(name = "weft")
    private static final class Root {}

    @Override
    public void close() {
        stop();
    }
}
