package dev.weft.local.supervisor;

import java.nio.file.Path;
import java.util.List;

/** A control plane as a mesh runs it, in the namespaces that this process is in. */
public final class ControlPlaneProcess {

    private ControlPlaneProcess() {}

    /**
     * The program, ready to start, with the heap and the flags of a mesh's.
     *
     * @param flags of the control plane
     * @param temporary where it may write
     */
    public static ProcessBuilder process(List<String> flags, Path temporary) {
        return java("dev.weft.control.ControlMain", flags, temporary);
    }

    /** Another program in the same JVM as a control plane's. */
    public static ProcessBuilder java(String mainClass, List<String> arguments, Path temporary) {
        List<String> command = Programs.java(SidecarJvm.control(temporary), ClassCache.CONTROL, mainClass);
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().putAll(SidecarJvm.environment());
        return builder;
    }
}
