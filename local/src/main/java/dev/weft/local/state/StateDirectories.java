package dev.weft.local.state;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/**
 * The parent of the state directories of this user's meshes: {@code WEFT_HOME}, or {@code /run/weft} for root, or
 * {@code $XDG_RUNTIME_DIR/weft}, or {@code /tmp/weft-<uid>}. Each mesh has a directory in it.
 *
 * @param parent the parent directory
 * @param ours whether Weft chose the parent, and so removes it with the last mesh
 */
public record StateDirectories(Path parent, boolean ours) {

    /** Returns the directories of the user who runs this process. */
    public static StateDirectories ofProcess() {
        return of(System.getenv(), Uid.own());
    }

    /** Returns the directories of a user with this environment and user id. */
    public static StateDirectories of(Map<String, String> environment, int uid) {
        String home = environment.getOrDefault("WEFT_HOME", "");
        if (!home.isEmpty()) {
            return new StateDirectories(Path.of(home).toAbsolutePath().normalize(), false);
        }
        if (uid == 0) {
            return new StateDirectories(Path.of("/run/weft"), true);
        }
        String runtime = environment.getOrDefault("XDG_RUNTIME_DIR", "");
        if (!runtime.isEmpty() && Files.isDirectory(Path.of(runtime))) {
            return new StateDirectories(Path.of(runtime, "weft"), true);
        }
        return new StateDirectories(Path.of("/tmp/weft-" + uid), true);
    }

    /** Returns the state directory of one mesh, whether it exists or not. */
    public MeshState of(MeshName name) {
        return new MeshState(parent.resolve(name.value()));
    }

    /** Returns the meshes that have a state directory, sorted by name; some may be stale. */
    public List<MeshName> names() throws IOException {
        if (!Files.isDirectory(parent)) {
            return List.of();
        }
        List<String> names = new ArrayList<>();
        try (DirectoryStream<Path> directories = Files.newDirectoryStream(parent)) {
            for (Path directory : directories) {
                if (Files.exists(new MeshState(directory).record())) {
                    names.add(directory.getFileName().toString());
                }
            }
        }
        Collections.sort(names);
        return names.stream()
                .filter(name -> !name.startsWith("."))
                .map(MeshName::new)
                .toList();
    }
}
