package dev.weft.cli.command;

import dev.weft.cli.failure.ExitCode;
import dev.weft.cli.mesh.ChosenMesh;
import dev.weft.local.launch.MeshLauncher;
import dev.weft.local.state.MeshName;
import dev.weft.local.state.StateDirectories;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "down",
        description = "Take a mesh down and remove all that is left of it, also after a crash.",
        footer = {
            "  weft down                   # the mesh that is up",
            "  weft down --mesh staging    # one of several, or what is left of it",
            "  weft down --all             # every mesh of this user",
        })
public final class DownCommand extends SessionCommand {

    private final StateDirectories directories;

    @Mixin
    private MeshOption meshOption = new MeshOption();

    @Option(
            names = {"-a", "--all"},
            description = "take every mesh of this user down")
    private boolean all;

    public DownCommand(Session session, StateDirectories directories) {
        super(session);
        this.directories = directories;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        MeshLauncher launcher = new MeshLauncher(directories, line -> {});
        for (MeshName name : meant()) {
            launcher.down(name);
            session.screen().note("mesh " + name + " is down");
        }
        return ExitCode.OK;
    }

    private List<MeshName> meant() throws IOException {
        List<MeshName> meshes = directories.names(); // also those whose record cannot be read
        if (all) {
            return meshes;
        }
        Optional<String> name = meshOption.name(session);
        // The remains of a mesh that no longer runs are found by its name, or if there is nothing else.
        Optional<MeshName> left = meshes.stream()
                .filter(mesh -> name.map(mesh.value()::equals).orElse(meshes.size() == 1))
                .findFirst();
        return List.of(
                left.isPresent()
                        ? left.get()
                        : ChosenMesh.of(session.meshes(), name).name());
    }
}
