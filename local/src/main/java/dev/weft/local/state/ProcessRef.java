package dev.weft.local.state;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * One process. Its start time distinguishes it from a later process with the same pid.
 *
 * @param pid process id as seen from this side of the PID namespace
 * @param startTicks clock ticks from boot to its start, as in /proc
 */
public record ProcessRef(long pid, long startTicks) {

    private static final int START_FIELD_AFTER_NAME = 19;
    private static final int STATE_FIELD_AFTER_NAME = 0;

    /** Returns the process that has this pid now; empty if there is none or it has ended. */
    public static Optional<ProcessRef> of(long pid) {
        return stat(pid)
                .filter(fields -> !isDead(fields[STATE_FIELD_AFTER_NAME]))
                .map(fields -> new ProcessRef(pid, Long.parseLong(fields[START_FIELD_AFTER_NAME])));
    }

    /** Returns this process. */
    public static ProcessRef self() {
        long pid = ProcessHandle.current().pid();
        return of(pid).orElseThrow(() -> new IllegalStateException("/proc/" + pid + "/stat cannot be read"));
    }

    /** Whether the process still runs. */
    public boolean alive() {
        return of(pid).equals(Optional.of(this));
    }

    private static boolean isDead(String state) {
        return state.equals("Z") || state.equals("X");
    }

    /** Returns the fields after the process's name, which itself may contain spaces and brackets. */
    private static Optional<String[]> stat(long pid) {
        try {
            String line = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
            return Optional.of(line.substring(line.lastIndexOf(')') + 2).split(" ", -1));
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
