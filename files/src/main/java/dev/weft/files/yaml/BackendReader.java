package dev.weft.files.yaml;

import dev.weft.mesh.model.ObjectName;
import dev.weft.mesh.route.Backend;
import dev.weft.mesh.route.HeadChanges;
import dev.weft.mesh.route.Match;
import dev.weft.mesh.route.RouteName;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads the backends of a route's rule.
 *
 * @param matches the matches of the rule
 */
record BackendReader(RouteName route, ReferenceMode references, List<Match> matches) {

    /** Reads one entry of {@code backendRefs}; null if it cannot be used, which is reported. */
    @Nullable
    Backend read(Fields fields) {
        int weight = fields.number("weight", 1);
        RouteFilterReader filters = new RouteFilterReader(this, matches);
        filters.read(fields);
        return reference(fields, weight, filters.changes());
    }

    /** Reads the Service that a mirror refers to; null if it cannot be used, which is reported. */
    @Nullable
    Backend mirrored(Fields fields) {
        return reference(fields, 1, HeadChanges.NONE);
    }

    private @Nullable Backend reference(Fields fields, int weight, HeadChanges changes) {
        String group = fields.text("group");
        String kind = fields.text("kind");
        String name = fields.text("name");
        String namespace = fields.text("namespace");
        boolean service = ReferenceMode.isCore(group, "") && (kind == null || kind.equals(Backend.SERVICE));
        int port = fields.number("port", 0);
        if (service && !fields.has("port")) {
            fields.missing("port");
        }
        String home = route.name().namespace();
        if (references == ReferenceMode.OF_FILES && !service) {
            fields.problem("kind " + kind + " of group " + (group == null ? "\"\"" : group)
                    + " (expected: a Service, with its port)");
            return null;
        }
        if (name == null || (service && port == 0)) {
            return null;
        }
        return new Backend(
                service ? Backend.SERVICE : group + "/" + kind,
                new ObjectName(namespace == null ? home : namespace, name),
                port,
                weight,
                changes);
    }
}
