package dev.weft.local.supervisor;

import dev.weft.local.inspect.AppUser;
import dev.weft.local.state.MeshState.WorkloadFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * How a workload's application comes to the SPIFFE Workload API of its sidecar: a directory that only its user may enter, and a
 * variable that says where it is.
 *
 * @param meshed whether there is a sidecar at all
 */
record WorkloadApiAccess(WorkloadFiles files, boolean meshed) {

    /** The workload's directory, that of all workloads, that of the mesh, that of all meshes. */
    private static final int DEPTH = 4;

    private static final String UID = "unix:uid";
    private static final Set<PosixFilePermission> OWNER = PosixFilePermissions.fromString("rwx------");
    private static final Set<PosixFilePermission> PASS = PosixFilePermissions.fromString("--x--x--x");

    /** The environment with the variable, unless the user has set it. */
    Map<String, String> addedTo(Map<String, String> environment) {
        if (!meshed) {
            return environment;
        }
        String[] variable = files.workloadApiVariable().split("=", 2);
        Map<String, String> added = new TreeMap<>(environment);
        added.putIfAbsent(variable[0], variable[1]);
        return added;
    }

    /** Makes the directory, for the user that the application runs as; root, or who started the mesh, if empty. */
    void open(Optional<String> user) throws IOException {
        if (!meshed) {
            return;
        }
        Path directory = files.workloadApi();
        if (!Files.isDirectory(directory)) {
            Files.createDirectory(directory);
        }
        Files.setPosixFilePermissions(directory, OWNER);
        Optional<AppUser> other = Programs.user(user);
        if (other.isPresent()) {
            Files.setAttribute(directory, UID, other.get().uid());
            letPass(files.directory());
        } else {
            // It may have been another user's until now.
            Files.setAttribute(directory, UID, Files.getAttribute(files.directory(), UID));
        }
    }

    /** Lets others pass through the mesh's own directories, not look into them: what is in there has modes of its own. */
    private static void letPass(Path workload) throws IOException {
        Path directory = workload;
        for (int depth = 0; depth < DEPTH && directory != null; depth++) {
            Set<PosixFilePermission> mode = new HashSet<>(Files.getPosixFilePermissions(directory));
            if (mode.addAll(PASS)) {
                Files.setPosixFilePermissions(directory, mode);
            }
            directory = directory.getParent();
        }
    }
}
