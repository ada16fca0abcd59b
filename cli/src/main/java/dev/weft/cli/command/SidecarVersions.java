package dev.weft.cli.command;

import dev.weft.cli.mesh.SidecarStatus;
import dev.weft.cli.screen.Human;
import dev.weft.cli.screen.Screen;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Reports which versions the sidecars of a mesh run. */
final class SidecarVersions {

    private static final int MOST_NAMED = 10;

    private SidecarVersions() {}

    /** Prints the versions if they differ: an update is in progress, or some sidecars were left behind. */
    static void print(Screen screen, List<StatusCommand.Entry> sidecars) {
        Map<String, List<String>> byVersion = new TreeMap<>();
        for (StatusCommand.Entry entry : sidecars) {
            SidecarStatus status = entry.status();
            if (status != null && status.version() != null) {
                byVersion
                        .computeIfAbsent(status.version(), _ -> new ArrayList<>())
                        .add(entry.workload());
            }
        }
        if (byVersion.size() > 1) {
            byVersion.forEach((version, who) -> screen.text("version " + version + ": "
                    + (who.size() > MOST_NAMED ? Human.count(who.size(), "sidecar") : String.join(", ", who))));
        }
    }
}
