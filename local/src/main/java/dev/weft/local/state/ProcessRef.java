package dev.weft.local.state;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * One process, told from a later one with the same pid by its start time.
 *
 * @param pid process id as this side of the PID namespace sees it
 * @param startTicks clock ticks from boot to its start, as /proc tells
 */
public record ProcessRef(long pid, long startTicks) {

    private static final int START_FIELD_AFTER_NAME = 19;
    private static final int STATE_FIELD_AFTER_NAME = 0;

    /** The process that has this pid now, unless there is none or it has ended. */
    public static Optional<ProcessRef> of(long pid) {
        return stat(pid)
                .filter(fields -> !isDead(fields[STATE_FIELD_AFTER_NAME]))
                .map(fields -> new ProcessRef(pid, Long.parseLong(fields[START_FIELD_AFTER_NAME])));
    }

    /** This process. */
    public static ProcessRef self() {
        long pid = ProcessHandle.current().pid();
        return of(pid).orElseThrow(() -> new IllegalStateException("/proc/" + pid + "/stat cannot be read"));
    }

    /** Whether it still runs. */
    public boolean alive() {
        return of(pid).equals(Optional.of(this));
    }

    private static boolean isDead(String state) {
        return state.equals("Z") || state.equals("X");
    }

    /** The fields after the process's name, which may itself hold spaces and brackets. */
    private static Optional<String[]> stat(long pid) {
        try {
            String line = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
            return Optional.of(line.substring(line.lastIndexOf(')') + 2).split(" ", -1));
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
