package dev.weft.cli.command;

import dev.weft.cli.failure.FailurePrinter;
import dev.weft.local.inspect.Meshes;
import dev.weft.local.state.StateDirectories;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Runs {@code weft policy} over the file {@code shop.yaml} of a folder, where no mesh is up. */
final class PolicyRun {

    private PolicyRun() {}

    /** The exit code. */
    static int of(Printed printed, Path folder, List<String> command, String... more) {
        List<String> words = new ArrayList<>(command);
        words.addAll(List.of("--file", folder.resolve("shop.yaml").toString()));
        words.addAll(List.of(more));
        Session session = new Session(
                printed.screen(),
                new Meshes(new StateDirectories(folder.resolve("state"), false)),
                Clock.systemUTC(),
                Map.of());
        FailurePrinter failures = new FailurePrinter(printed.screen(), FailurePrinter::unexpected);
        return new PolicyCommand(session)
                .commandLine()
                .setExecutionExceptionHandler(failures)
                .setParameterExceptionHandler(failures)
                .execute(words.toArray(String[]::new));
    }
}
