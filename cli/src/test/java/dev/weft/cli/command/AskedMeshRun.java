package dev.weft.cli.command;

import dev.weft.cli.cluster.FakeKubectl;
import dev.weft.cli.command.revoke.RevokeCommand;
import dev.weft.cli.command.trust.TrustCommand;
import dev.weft.cli.failure.FailurePrinter;
import dev.weft.control.ControlPlane;
import dev.weft.control.Planes;
import dev.weft.local.inspect.Meshes;
import dev.weft.local.state.StateDirectories;
import dev.weft.testing.Waiting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.FutureTask;
import java.util.function.Predicate;
import picocli.CommandLine;

/** Asks the same question of a mesh's file, and of a control plane behind a program that carries connections as kubectl does. */
final class AskedMeshRun {

    private static final int WIDE = 200;

    private final Path folder;
    private final Path mesh;

    /** @param objects of the mesh */
    AskedMeshRun(Path folder, String objects) throws IOException {
        this.folder = folder;
        this.mesh = Files.writeString(folder.resolve("mesh.yaml"), objects);
    }

    /** What came of it. */
    record Ended(int code, String out, String err) {}

    /** Of the file. */
    Ended ofFile(String... words) throws IOException {
        return run(withFile(words), new Printed());
    }

    /** Of the file, in a terminal of this width. */
    Ended ofFile(int columns, String... words) throws IOException {
        return run(withFile(words), new Printed(columns));
    }

    private List<String> withFile(String... words) {
        List<String> all = new ArrayList<>(List.of(words));
        all.addAll(List.of("--file", mesh.toString()));
        return all;
    }

    /** Of a control plane that has the file's objects. */
    Ended ofCluster(String... words) throws IOException {
        try (ControlPlane _ = Planes.start(mesh, folder.resolve("state"), Clock.systemUTC())) {
            List<String> all = new ArrayList<>(List.of(words));
            all.add("--cluster");
            return run(all, new Printed());
        }
    }

    /** Of a control plane that has the file's objects, on a terminal, until a text is there that ends it. */
    String watched(Predicate<String> ends, String... words) throws IOException, InterruptedException {
        Printed printed = new Printed(WIDE);
        List<String> all = new ArrayList<>(List.of(words));
        all.add("--cluster");
        try (ControlPlane _ = Planes.start(mesh, folder.resolve("state"), Clock.systemUTC())) {
            FutureTask<Ended> command = new FutureTask<>(() -> run(all, printed));
            Thread thread = Thread.ofVirtual().start(command);
            Waiting.until(() -> command.isDone() || ends.test(printed.out()));
            thread.interrupt();
            thread.join();
        }
        return printed.out();
    }

    private Ended run(List<String> words, Printed printed) throws IOException {
        Session session = new Session(
                printed.screen(),
                new Meshes(new StateDirectories(folder.resolve("meshes"), false)),
                Clock.systemUTC(),
                Map.of(
                        "WEFT_KUBECTL",
                        FakeKubectl.write(folder, folder.resolve("state")).toString()));
        FailurePrinter failures = new FailurePrinter(printed.screen(), FailureTranslation::of);
        int code = new CommandLine(new WeftCommand())
                .addSubcommand(new PolicyCommand(session).commandLine())
                .addSubcommand(new AnalyzeCommand(session))
                .addSubcommand(new RoutesCommand(session))
                .addSubcommand(new TokenCommand(session).commandLine())
                .addSubcommand(new MachineCommand(session).commandLine())
                .addSubcommand(new RevokeCommand(session).commandLine())
                .addSubcommand(new TrustCommand(session).commandLine())
                .setExecutionExceptionHandler(failures)
                .setParameterExceptionHandler(failures)
                .execute(words.toArray(String[]::new));
        return new Ended(code, printed.out(), printed.err());
    }
}
