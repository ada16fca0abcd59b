package dev.weft.local.supervisor;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * A program to start, and the number of processes above it. A program that enters namespaces remains as the parent, and
 * waits.
 *
 * @param builder starts the program
 * @param wrappers number of processes above the program itself; the innermost is the first of a PID namespace, whose
 *     processes all end with it
 */
record Launched(ProcessBuilder builder, int wrappers) {

    private static final Duration POLL = Duration.ofMillis(2);

    static Launched plain(ProcessBuilder builder) {
        return new Launched(builder, 0);
    }

    /** A started program, and the first process of its PID namespace, which ends the whole namespace. */
    record Running(ProcessHandle program, Optional<ProcessHandle> init) {}

    /** Waits until the program has started, or the process has ended without it. */
    Running find(Process process) throws InterruptedException {
        ProcessHandle program = process.toHandle();
        Optional<ProcessHandle> init = Optional.empty();
        for (int depth = 0; depth < wrappers; depth++) {
            init = Optional.of(program);
            Optional<ProcessHandle> child = child(program.pid());
            while (child.isEmpty() && process.isAlive()) {
                Thread.sleep(POLL);
                child = child(program.pid());
            }
            if (child.isEmpty()) {
                return new Running(process.toHandle(), Optional.empty());
            }
            program = child.get();
        }
        return new Running(program, init);
    }

    static Optional<ProcessHandle> child(long pid) {
        String number = Long.toString(pid);
        try {
            String children = Files.readString(
                            Path.of("/proc", number, "task", number, "children"), StandardCharsets.US_ASCII)
                    .strip();
            return children.isEmpty() ? Optional.empty() : ProcessHandle.of(Long.parseLong(children.split(" ", 2)[0]));
        } catch (IOException e) {
            // The kernel does not have this list, or the process has ended.
            return ProcessHandle.of(pid).flatMap(parent -> parent.children().findFirst());
        }
    }
}
