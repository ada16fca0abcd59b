package dev.weft.files.yaml;

import dev.weft.mesh.model.ObjectName;
import dev.weft.mesh.route.ReferenceGrant;
import org.jspecify.annotations.Nullable;

/** Reads the {@code spec} of a ReferenceGrant. */
final class GrantReader {

    private GrantReader() {}

    static ReferenceGrant read(ObjectName name, Fields spec) {
        return new ReferenceGrant(name, spec.mappings("from", GrantReader::from), spec.mappings("to", GrantReader::to));
    }

    private static ReferenceGrant.@Nullable From from(Fields fields) {
        String group = fields.text("group");
        String kind = fields.text("kind");
        String namespace = fields.text("namespace");
        return group == null || kind == null || namespace == null
                ? null
                : new ReferenceGrant.From(group, kind, namespace);
    }

    private static ReferenceGrant.@Nullable To to(Fields fields) {
        String group = fields.text("group");
        String kind = fields.text("kind");
        return group == null || kind == null
                ? null
                : new ReferenceGrant.To(ReferenceMode.isCore(group, "") ? "" : group, kind, fields.text("name"));
    }
}
