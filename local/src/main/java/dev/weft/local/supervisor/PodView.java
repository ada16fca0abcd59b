package dev.weft.local.supervisor;

import dev.weft.local.state.MeshState;
import dev.weft.local.state.MeshState.WorkloadFiles;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Limits what programs of a pod see of the state directories to their own files. Everything else there (the issuer's
 * key, other workloads' tokens, the operator's socket) is hidden by an empty file system, in a mount namespace that
 * they cannot change.
 *
 * @param hidden the directories that are hidden; the first holds the mesh's own state
 */
record PodView(List<Path> hidden) {

    /**
     * A part of a shell script. Its variables are {@code view}, the directory in which the view is built, and {@code
     * hidden}, the first hidden directory. The function {@code keep} makes a directory inside the first hidden
     * directory visible.
     */
    static final String SCRIPT = """
        keep() {
            mkdir -p "$view/${1#"$hidden"/}"
            mount --bind "$1" "$view/${1#"$hidden"/}"
        }
        hide() {
            mount --move "$view" "$hidden"
            mount -o remount,bind,ro,mode=0711 "$hidden"
            for other in "$@"; do
                mount -t tmpfs -o ro,size=4k,mode=0555 weft-hidden "$other"
            done
        }
        mount -t tmpfs -o mode=0711,size=256k weft-hidden "$view"
        """;

    PodView {
        hidden = List.copyOf(hidden);
    }

    /**
     * Returns the view for the pods of a mesh.
     *
     * @param needed files that must stay visible; if one of them is next to the mesh's state, only the mesh's own
     *     directory is hidden
     * @param issuer directory in which another program keeps the issuer; empty if there is none
     */
    static PodView of(MeshState state, List<Path> needed, Optional<Path> issuer) {
        Path own = state.directory();
        Path all = own.getParent();
        boolean whole =
                all != null && all.getParent() != null && needed.stream().noneMatch(path -> path.startsWith(all));
        List<Path> hidden = new ArrayList<>(List.of(whole && all != null ? all : own));
        issuer.ifPresent(hidden::add);
        return new PodView(hidden);
    }

    /** Returns the arguments for a script that begins with {@link #SCRIPT}. */
    List<String> arguments(WorkloadFiles files) {
        return List.of(hidden.getFirst().toString(), files.view().toString());
    }

    List<String> others() {
        return hidden.stream().skip(1).map(Path::toString).toList();
    }
}
