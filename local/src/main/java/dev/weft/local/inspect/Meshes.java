package dev.weft.local.inspect;

import dev.weft.local.state.MeshName;
import dev.weft.local.state.MeshRecord;
import dev.weft.local.state.MeshState;
import dev.weft.local.state.StateDirectories;
import dev.weft.local.state.StateFiles;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The meshes of this user on this machine. */
public final class Meshes {

    private final StateDirectories directories;

    public Meshes(StateDirectories directories) {
        this.directories = directories;
    }

    /**
     * Returns the meshes that have state, sorted by name. {@link MeshHandle#alive()} is false for stale ones.
     *
     * @throws IOException if the record of one cannot be read
     */
    public List<MeshHandle> list() throws IOException {
        List<MeshHandle> meshes = new ArrayList<>();
        for (MeshName name : directories.names()) {
            find(name).ifPresent(meshes::add);
        }
        return List.copyOf(meshes);
    }

    /** Returns the meshes that have state, also if the records of some cannot be read. */
    public Survey survey() throws IOException {
        List<MeshHandle> readable = new ArrayList<>();
        List<MeshName> damaged = new ArrayList<>();
        for (MeshName name : directories.names()) {
            try {
                find(name).ifPresent(readable::add);
            } catch (IOException _) {
                damaged.add(name);
            }
        }
        return new Survey(readable, damaged);
    }

    /**
     * The meshes that have state, sorted by name.
     *
     * @param damaged those whose record cannot be read; they can only be taken down
     */
    public record Survey(List<MeshHandle> readable, List<MeshName> damaged) {
        public Survey {
            readable = List.copyOf(readable);
            damaged = List.copyOf(damaged);
        }
    }

    /**
     * Returns the mesh of this name, running or stale.
     *
     * @throws IOException if its record cannot be read
     */
    public Optional<MeshHandle> find(MeshName name) throws IOException {
        MeshState state = directories.of(name);
        try {
            return StateFiles.readJson(state.record(), MeshRecord.class)
                    .map(record -> new MeshHandle(name, state, record));
        } catch (IOException e) {
            throw new IOException("%s; `weft down --mesh %s` removes the mesh".formatted(e.getMessage(), name), e);
        }
    }

    /** Returns the mesh of this name, which must be running. */
    public MeshHandle require(MeshName name) throws IOException {
        Optional<MeshHandle> mesh = find(name);
        if (mesh.isPresent() && mesh.get().alive()) {
            return mesh.get();
        }
        String up = list().stream()
                .filter(MeshHandle::alive)
                .map(other -> other.name().value())
                .reduce((a, b) -> a + ", " + b)
                .map(names -> "these are up: " + names)
                .orElse("no mesh is up");
        throw new NoSuchMeshException(
                mesh.isPresent()
                        ? "mesh %s is no longer running; `weft down --mesh %s` removes what is left of it"
                                .formatted(name, name)
                        : "mesh %s is not up (%s); start it with `weft up FILE`".formatted(name, up));
    }
}
