package dev.weft.local.supervisor;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * A program to start, and how deep it is then: what enters namespaces stays as its parent and waits for it.
 *
 * @param builder starts it
 * @param wrappers how many processes stand above the program itself; the innermost of them is the first of a PID namespace, and
 *     all within ends with it
 */
record Launched(ProcessBuilder builder, int wrappers) {

    private static final Duration POLL = Duration.ofMillis(2);

    /** A program that is the process that is started. */
    static Launched plain(ProcessBuilder builder) {
        return new Launched(builder, 0);
    }

    /** The program of a process that was started, and what ends all that belongs to it. */
    record Running(ProcessHandle program, Optional<ProcessHandle> init) {}

    /** Waits until the program is there, or the process has ended without it. */
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

    /** The oldest child of a process. */
    static Optional<ProcessHandle> child(long pid) {
        String number = Long.toString(pid);
        try {
            String children = Files.readString(
                            Path.of("/proc", number, "task", number, "children"), StandardCharsets.US_ASCII)
                    .strip();
            return children.isEmpty() ? Optional.empty() : ProcessHandle.of(Long.parseLong(children.split(" ", 2)[0]));
        } catch (IOException e) {
            // A kernel without that list, or a process that is gone.
            return ProcessHandle.of(pid).flatMap(parent -> parent.children().findFirst());
        }
    }
}
