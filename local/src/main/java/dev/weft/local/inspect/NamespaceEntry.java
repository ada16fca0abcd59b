package dev.weft.local.inspect;

import dev.weft.local.state.Uid;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Builds command lines that enter the namespaces of a mesh. */
public final class NamespaceEntry {

    /**
     * The capabilities that an application keeps: the usual ones of container engines, without CAP_NET_RAW and
     * CAP_NET_ADMIN. With either of these a program could mark its own packets as the sidecar's, or remove the capture
     * rules.
     */
    private static final String APPLICATION_CAPABILITIES =
            "-all,+chown,+dac_override,+fowner,+fsetid,+kill,+setgid,+setuid,"
                    + "+setpcap,+net_bind_service,+sys_chroot,+audit_write,+setfcap";

    private static final String CHANGE_DIRECTORY = "cd \"$1\" 2>/dev/null || cd /; shift; exec \"$@\"";

    private NamespaceEntry() {}

    /**
     * Returns a command prefix that runs a command like an application. A user other than root has no capabilities.
     * Root has no more capabilities than root of a container.
     *
     * @param user empty for the user who runs the mesh
     */
    public static List<String> asApplication(Optional<AppUser> user) {
        if (user.isPresent() && !user.get().root()) {
            return user.get().commandWithoutPrivileges();
        }
        List<String> command =
                new ArrayList<>(List.of("setpriv", "--bounding-set", APPLICATION_CAPABILITIES, "--no-new-privs", "--"));
        user.ifPresent(root -> command.addAll(root.command()));
        return command;
    }

    /** Returns a command prefix that runs a command with these capabilities only, as the user who runs the mesh. */
    public static List<String> withOnly(String capabilities) {
        List<String> command = new ArrayList<>(List.of("setpriv"));
        command.addAll(only(capabilities));
        command.add("--");
        return command;
    }

    static List<String> only(String capabilities) {
        String set = "=-all," + capabilities;
        return List.of("--inh-caps" + set, "--ambient-caps" + set, "--bounding-set" + set, "--no-new-privs");
    }

    /** Returns a command line for a workload's namespaces. The directory is entered after switching to the user. */
    static List<String> intoWorkload(long pausePid, List<String> becoming, Path directory, List<String> command) {
        List<String> line = new ArrayList<>(enter(pausePid));
        line.addAll(List.of("--net", "--uts", "--"));
        line.addAll(becoming);
        return in(directory, command, line);
    }

    static List<String> intoMesh(long initPid, Path directory, List<String> command) {
        List<String> line = new ArrayList<>(enter(initPid));
        line.addAll(List.of("--net", "--"));
        return in(directory, command, line);
    }

    private static List<String> enter(long pid) {
        List<String> line = new ArrayList<>(List.of("nsenter", "--target", Long.toString(pid)));
        if (Uid.own() != 0) {
            line.addAll(List.of("--user", "--preserve-credentials"));
        }
        line.addAll(List.of("--mount", "--pid"));
        return line;
    }

    private static List<String> in(Path directory, List<String> command, List<String> line) {
        line.addAll(List.of("sh", "-c", CHANGE_DIRECTORY, "weft", directory.toString()));
        line.addAll(command);
        return List.copyOf(line);
    }
}
