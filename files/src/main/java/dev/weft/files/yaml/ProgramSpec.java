package dev.weft.files.yaml;

import static java.util.Objects.requireNonNull;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * How the program of a workload is run, where a mesh starts the programs of its workloads itself.
 *
 * @param command the program and its arguments; empty for a process that the mesh does not start
 * @param environment variables that are added to the program's environment
 * @param workingDirectory directory in which the program starts; empty for the default
 * @param user user and group, by name or number, to run as; empty for the user that runs the mesh
 * @param restart what happens when the program ends
 * @param sidecar flags of the workload's sidecar that its owner chose, with their values
 */
public record ProgramSpec(
        List<String> command,
        Map<String, String> environment,
        Optional<String> workingDirectory,
        Optional<String> user,
        Restart restart,
        Map<String, String> sidecar) {

    /** No program. */
    public static final ProgramSpec NONE =
            new ProgramSpec(List.of(), Map.of(), Optional.empty(), Optional.empty(), Restart.ALWAYS, Map.of());

    /** When a program that has ended is started again. */
    public enum Restart {
        ALWAYS,
        /** Only if its exit status was not 0. */
        ON_FAILURE,
        NEVER;

        /** Whether a program that ended with this status is started again. */
        public boolean after(int exitStatus) {
            return switch (this) {
                case ALWAYS -> true;
                case ON_FAILURE -> exitStatus != 0;
                case NEVER -> false;
            };
        }
    }

    public ProgramSpec {
        command = List.copyOf(command);
        environment = Collections.unmodifiableMap(new TreeMap<>(environment));
        requireNonNull(workingDirectory, "workingDirectory");
        requireNonNull(user, "user");
        requireNonNull(restart, "restart");
        sidecar = Collections.unmodifiableMap(new TreeMap<>(sidecar));
    }

    /** Returns the same program with another environment. */
    public ProgramSpec in(Map<String, String> otherEnvironment) {
        return new ProgramSpec(command, otherEnvironment, workingDirectory, user, restart, sidecar);
    }

    /** Returns another program with the same settings. */
    public ProgramSpec running(List<String> otherCommand) {
        return new ProgramSpec(otherCommand, environment, workingDirectory, user, restart, sidecar);
    }

    /** Returns the same program; where its sidecar has no setting of its own, it has this one. */
    public ProgramSpec withSidecar(Map<String, String> otherwise) {
        Map<String, String> all = new TreeMap<>(otherwise);
        all.putAll(sidecar);
        return new ProgramSpec(command, environment, workingDirectory, user, restart, all);
    }
}
