package dev.weft.cli.mesh;

import dev.weft.cli.failure.CommandFailure;
import dev.weft.daemon.text.Guess;
import dev.weft.local.inspect.MeshHandle;
import dev.weft.local.inspect.Meshes;
import dev.weft.local.state.MeshName;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** Finds the mesh that a command is about: the mesh that was named, or the one that is up. */
public final class ChosenMesh {

    private ChosenMesh() {}

    /**
     * Returns the mesh that the command is about.
     *
     * @param name the name that was given; if empty, the only mesh that is up, or {@code default} if several are up
     * @throws CommandFailure when it is not clear which mesh is meant, or the mesh does not run
     * @throws IOException if the record of a mesh that may be meant cannot be read
     */
    public static MeshHandle of(Meshes meshes, Optional<String> name) throws IOException {
        if (name.isPresent()) {
            return named(name.get(), meshes);
        }
        List<MeshHandle> up = up(meshes.list());
        if (up.size() == 1) {
            return up.getFirst();
        }
        if (up.isEmpty()) {
            throw CommandFailure.notFound(
                    "WEFT-L101", "no mesh is up", "start one with 'weft up FILE', or try 'weft demo'");
        }
        return up.stream()
                .filter(mesh -> mesh.name().equals(MeshName.DEFAULT))
                .findFirst()
                .orElseThrow(() -> CommandFailure.misuse(
                        "WEFT-L102",
                        "several meshes are up, and it is not clear which is meant",
                        "choose one with --mesh: " + names(up)));
    }

    private static List<MeshHandle> up(List<MeshHandle> meshes) {
        return meshes.stream().filter(MeshHandle::alive).toList();
    }

    private static MeshHandle named(String name, Meshes meshes) throws IOException {
        Meshes.Survey survey = meshes.survey();
        for (MeshName damaged : survey.damaged()) {
            if (damaged.value().equals(name)) {
                return meshes.require(damaged); // says why it cannot be read
            }
        }
        List<MeshHandle> all = survey.readable();
        List<MeshHandle> up = up(all);
        Optional<MeshHandle> found =
                up.stream().filter(mesh -> mesh.name().value().equals(name)).findFirst();
        if (found.isPresent()) {
            return found.get();
        }
        if (all.stream().anyMatch(mesh -> mesh.name().value().equals(name))) {
            throw CommandFailure.notFound(
                    "WEFT-L105",
                    "mesh " + name + " is no longer running",
                    "'weft down --mesh " + name + "' removes what is left of it");
        }
        List<String> guesses =
                Guess.near(name, up.stream().map(mesh -> mesh.name().value()).toList());
        String advice = up.isEmpty() ? "no mesh is up: start one with 'weft up FILE'" : "these are up: " + names(up);
        throw CommandFailure.notFound(
                "WEFT-L101", "mesh " + name + " is not up", guesses.isEmpty() ? advice : Guess.question(guesses));
    }

    private static String names(List<MeshHandle> meshes) {
        return String.join(
                ", ", meshes.stream().map(mesh -> mesh.name().value()).toList());
    }
}
