package dev.weft.files.yaml;

import dev.weft.mesh.kind.SidecarSetting;
import java.util.HashMap;
import java.util.Map;

/** Reads the settings of sidecars, which are annotations of workloads and of namespaces. */
final class SidecarSettings {
    private SidecarSettings() {}

    /** Returns the settings of the sidecar in the annotations, by the names of its flags. */
    static Map<String, String> read(ObjectHead head, Fields object) {
        Map<String, String> settings = new HashMap<>();
        for (SidecarSetting setting : SidecarSetting.ALL) {
            String value = head.annotations().get(setting.annotation());
            if (value != null && setting.accepts(value)) {
                settings.put(setting.name(), value);
            } else if (value != null) {
                object.problem("metadata.annotations." + setting.annotation() + ": " + value + " (expected: "
                        + setting.expected() + ")");
            }
        }
        return settings;
    }
}
