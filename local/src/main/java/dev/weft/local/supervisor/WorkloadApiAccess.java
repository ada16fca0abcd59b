package dev.weft.local.supervisor;

import dev.weft.local.inspect.AppUser;
import dev.weft.local.state.MeshState.WorkloadFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Gives a workload's application access to the SPIFFE Workload API of its sidecar: by a directory that belongs to the
 * sidecar and that the application's group may enter, and by an environment variable with the address.
 *
 * @param meshed whether the workload has a sidecar
 */
record WorkloadApiAccess(WorkloadFiles files, boolean meshed) {

    /**
     * Number of directories to open for others: the workload's, that of all workloads, the mesh's, that of all meshes.
     */
    private static final int DEPTH = 4;

    private static final String UID = "unix:uid";
    private static final Set<PosixFilePermission> OWNER_AND_GROUP = PosixFilePermissions.fromString("rwxr-x---");
    private static final Set<PosixFilePermission> PASS = PosixFilePermissions.fromString("--x--x--x");

    /** Returns the environment with the variable, unless the user has set it. */
    Map<String, String> addedTo(Map<String, String> environment) {
        if (!meshed) {
            return environment;
        }
        String[] variable = files.workloadApiVariable().split("=", 2);
        Map<String, String> added = new TreeMap<>(environment);
        added.putIfAbsent(variable[0], variable[1]);
        return added;
    }

    /**
     * Creates the directory.
     *
     * @param sidecar user of the sidecar; empty for the user who runs the mesh
     * @param application user of the application, who may enter; empty for the user who runs the mesh
     */
    void open(Optional<AppUser> sidecar, Optional<AppUser> application) throws IOException {
        if (!meshed) {
            return;
        }
        Path directory = files.workloadApi();
        if (!Files.isDirectory(directory)) {
            Files.createDirectory(directory);
        }
        Files.setPosixFilePermissions(directory, OWNER_AND_GROUP);
        // Owner and group may have been different until now.
        Path own = files.directory();
        Files.setAttribute(directory, UID, sidecar.isPresent() ? sidecar.get().uid() : Files.getAttribute(own, UID));
        PosixFileAttributeView view = Files.getFileAttributeView(directory, PosixFileAttributeView.class);
        view.setGroup(
                application.isPresent()
                        ? group(application.get())
                        : Files.getFileAttributeView(own, PosixFileAttributeView.class)
                                .readAttributes()
                                .group());
        if (sidecar.isPresent() || application.isPresent()) {
            letPass(own);
        }
    }

    /** Returns the user's group, which is given by name or number. */
    private GroupPrincipal group(AppUser user) throws IOException {
        return files.directory()
                .getFileSystem()
                .getUserPrincipalLookupService()
                .lookupPrincipalByGroupName(user.group());
    }

    /**
     * Lets other users pass through the mesh's own directories, but not list them. The files inside have their own
     * modes.
     */
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
