package dev.weft.local.supervisor;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Describes the process of a control plane, as a mesh starts it, but in the namespaces of this process. */
public final class ControlPlaneProcess {

    private ControlPlaneProcess() {}

    /**
     * Returns a builder that starts a control plane with the heap and the JVM flags of a mesh.
     *
     * @param temporary directory for temporary files
     */
    public static ProcessBuilder process(List<String> flags, Path temporary) {
        return java("dev.weft.control.ControlMain", flags, temporary);
    }

    /**
     * Returns a process builder for another program with the JVM settings of a control plane.
     *
     * @param temporary directory for temporary files
     */
    public static ProcessBuilder java(String mainClass, List<String> arguments, Path temporary) {
        List<String> command =
                new ArrayList<>(Programs.java(SidecarJvm.control(temporary), ClassCache.CONTROL, mainClass));
        command.addAll(arguments);
        return Programs.process(command);
    }
}
