package dev.weft.cli.command.kubernetes;

import dev.weft.kubernetes.install.ControlPod;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of the control plane's pods. What is not given stays as it is. */
final class ControlPodOptions {

    private static final String NONE = "none";

    @Option(
            names = "--control-memory",
            paramLabel = "MEMORY",
            description = {
                "memory of each pod of the control plane, 256Mi to 64Gi. 512Mi is enough for 4,000",
                "pods of applications, 1Gi for 10,000. Default of an installation: 512Mi."
            })
    private @Nullable String memory;

    @Option(
            names = "--image-pull-secret",
            paramLabel = "SECRET",
            description = "Secret in weft-system with which nodes pull the control plane's image, or none.")
    private @Nullable String pullSecret;

    @Option(
            names = "--priority-class",
            paramLabel = "CLASS",
            description = {
                "priority class of the control plane's pods, or none.",
                "Default of an installation: system-cluster-critical."
            })
    private @Nullable String priorityClass;

    /** @throws IllegalArgumentException if an option is invalid */
    ControlPod over(ControlPod installed) {
        return new ControlPod(
                memory == null ? installed.memory() : memory,
                name(pullSecret, installed.pullSecret()),
                name(priorityClass, installed.priorityClass()));
    }

    private static String name(@Nullable String said, String installed) {
        return said == null ? installed : said.equals(NONE) ? "" : said;
    }
}
