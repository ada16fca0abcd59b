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
 * What a sidecar reads and writes: in a directory that is its user's alone.
 *
 * @param user of the sidecar; nothing for the user who runs the mesh
 */
record SidecarFiles(MeshState state, WorkloadFiles files, Optional<AppUser> user) {

    private static final String UID = "unix:uid";

    /** Makes the directory. */
    void open() throws IOException {
        StateFiles.createDirectories(files.sidecar());
        own(files.sidecar());
    }

    /** Copies the anchors that are published now, if they are others than those that are there. */
    void copyAnchors() throws IOException {
        String published = Files.readString(state.anchors());
        Path copy = files.anchors();
        if (!Files.exists(copy) || !Files.readString(copy).equals(published)) {
            write(copy, published);
        }
    }

    /** Replaces a file of the sidecar's in one step; it is the sidecar's from the start. */
    void write(Path file, String text) throws IOException {
        StateFiles.write(file, text, this::own);
    }

    private void own(Path path) throws IOException {
        if (user.isPresent()) {
            Files.setAttribute(path, UID, user.get().uid());
        }
    }
}
