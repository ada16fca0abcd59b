package dev.weft.local;

import dev.weft.local.launch.MeshLauncher;
import dev.weft.local.launch.RunningMesh;
import dev.weft.local.launch.UpOptions;
import dev.weft.local.state.MeshName;
import dev.weft.local.state.StateDirectories;
import java.io.IOException;
import java.nio.file.Path;

/** A command that brings a mesh up and stays attached, to be killed by a test. */
final class ForegroundMesh {

    private ForegroundMesh() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        StateDirectories directories = new StateDirectories(Path.of(arguments[1]), true);
        UpOptions options = Options.of(Path.of(arguments[0]), new MeshName("t"), false);
        try (RunningMesh mesh = new MeshLauncher(directories, _ -> {}).up(options)) {
            System.out.println("up");
            mesh.await(_ -> {});
        }
    }
}
