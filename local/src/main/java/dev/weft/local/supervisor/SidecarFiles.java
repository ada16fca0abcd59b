package dev.weft.local.supervisor;

import dev.weft.local.inspect.AppUser;
import dev.weft.local.state.MeshState;
import dev.weft.local.state.MeshState.WorkloadFiles;
import dev.weft.local.state.StateFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The files that a sidecar reads and writes, in a directory that only its user may access.
 *
 * @param user user of the sidecar; empty for the user who runs the mesh
 */
record SidecarFiles(MeshState state, WorkloadFiles files, Optional<AppUser> user) {

    private static final String UID = "unix:uid";

    void open() throws IOException {
        StateFiles.createDirectories(files.sidecar());
        own(files.sidecar());
    }

    /** Copies the currently published anchors, if they differ from the sidecar's copy. */
    void copyAnchors() throws IOException {
        String published = Files.readString(state.anchors());
        Path copy = files.anchors();
        if (!Files.exists(copy) || !Files.readString(copy).equals(published)) {
            write(copy, published);
        }
    }

    /** Replaces a file of the sidecar atomically. The new file belongs to the sidecar from the start. */
    void write(Path file, String text) throws IOException {
        StateFiles.write(file, text, this::own);
    }

    private void own(Path path) throws IOException {
        if (user.isPresent()) {
            Files.setAttribute(path, UID, user.get().uid());
        }
    }
}
