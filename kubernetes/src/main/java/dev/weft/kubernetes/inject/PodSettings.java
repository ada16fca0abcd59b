package dev.weft.kubernetes.inject;

import dev.weft.mesh.kind.SidecarSetting;
import java.util.List;
import java.util.stream.Stream;

/** The settings of sidecars on Kubernetes. Pods have them as annotations, or their namespaces, in this order. */
public final class PodSettings {

    private static final String CPU = "[1-9][0-9]{0,5}m|[1-9][0-9]{0,2}|[0-9]{1,3}[.][0-9]{1,3}";
    private static final String MEMORY = "[1-9][0-9]{0,11}|[1-9][0-9]{0,5}(Ki|Mi|Gi|k|M|G)";

    private static final SidecarSetting LOG_LEVEL = new SidecarSetting(
            "log-level",
            "error|warn|info|debug|trace",
            "error, warn, info, debug, or trace",
            "debug",
            "How much the sidecar logs.",
            "info");

    /** The resources of the sidecar, and of the init container before it. */
    static final List<SidecarSetting> AMOUNTS = List.of(
            amount("proxy-cpu-request", CPU, "CPUs, for example 50m or 0.5", "50m", "10m"),
            amount("proxy-cpu-limit", CPU, "CPUs, for example 500m or 1", "500m", ""),
            amount("proxy-memory-request", MEMORY, "an amount of memory, for example 96Mi", "96Mi", "96Mi"),
            amount("proxy-memory-limit", MEMORY, "an amount of memory, for example 160Mi", "160Mi", "160Mi"));

    /** All settings. */
    public static final List<SidecarSetting> ALL = Stream.of(List.of(LOG_LEVEL), AMOUNTS, SidecarSetting.ALL)
            .flatMap(List::stream)
            .toList();

    private PodSettings() {}

    static SidecarSetting named(String name) {
        return ALL.stream()
                .filter(setting -> setting.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static SidecarSetting amount(
            String name, String pattern, String expected, String example, String defaultText) {
        return new SidecarSetting(name, pattern, expected, example, "A resource of the sidecar.", defaultText);
    }
}
