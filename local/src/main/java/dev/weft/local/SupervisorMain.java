package dev.weft.local;

import dev.weft.local.supervisor.MeshSupervision;
import dev.weft.local.supervisor.SupervisorOptions;
import java.io.IOException;
import java.util.List;

/** The supervisor of a mesh. It runs inside the mesh's namespaces, and is started by {@code weft up}, not by people. */
public final class SupervisorMain {

    private SupervisorMain() {}

    /** Runs a mesh until it is asked to stop, or until the command that it is attached to has ended. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        MeshSupervision.run(SupervisorOptions.parse(List.of(arguments)), System.in);
    }
}
