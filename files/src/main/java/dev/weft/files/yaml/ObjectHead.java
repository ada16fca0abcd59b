package dev.weft.files.yaml;

import dev.weft.mesh.kind.Field;
import dev.weft.mesh.kind.Kind;
import dev.weft.mesh.kind.Kinds;
import dev.weft.mesh.kind.SidecarSetting;
import dev.weft.mesh.model.ObjectName;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.Node;

/** The parts that objects of all kinds have: kind, name, labels and annotations. */
record ObjectHead(Kind kind, ObjectName name, Map<String, String> labels, Map<String, String> annotations) {

    private static final List<String> WORDS =
            Kinds.WRITTEN.stream().map(Kind::kindName).toList();
    /** Prefix of the annotations that have a meaning in Weft. */
    private static final String OURS = Kind.GROUP + "/";

    private static final String DEFAULT_NAMESPACE = "default";

    /** Reports annotations under {@code weft.dev/} that the kind does not have: they are misspelt or have no effect. */
    void checkAnnotations(Fields object) {
        List<String> known = kind.annotations().stream().map(Field::name).toList();
        annotations.keySet().stream()
                .filter(key -> key.startsWith(OURS) && !known.contains(key))
                .sorted()
                .forEach(key -> object.problem("metadata.annotations: unknown annotation " + key
                        + (known.isEmpty()
                                ? " (expected: none under " + OURS + ", a " + kind.kindName() + " has none)"
                                : Suggestion.of(key, known))));
    }

    /** Returns the settings of the sidecar in the annotations, by the names of its flags. */
    Map<String, String> sidecarSettings(Fields object) {
        Map<String, String> settings = new HashMap<>();
        for (SidecarSetting setting : SidecarSetting.ALL) {
            String value = annotations.get(setting.annotation());
            if (value != null && setting.accepts(value)) {
                settings.put(setting.name(), value);
            } else if (value != null) {
                object.problem("metadata.annotations." + setting.annotation() + ": " + value + " (expected: "
                        + setting.expected() + ")");
            }
        }
        return settings;
    }

    /** Returns kind and name. */
    String object() {
        return kind.kindName() + " " + (kind.namespaced() ? name.toString() : name.name());
    }

    /** Reads the head of an object; null if an error leaves the kind or the name unknown. */
    static @Nullable ObjectHead read(Problems problems, Fields object) {
        String version = object.text("apiVersion");
        String word = object.text("kind");
        Optional<Kind> kind = word == null ? Optional.empty() : Kinds.inFiles(word);
        if (word != null && kind.isEmpty()) {
            object.problem("unknown kind " + word + Suggestion.of(word, WORDS));
        } else if (kind.isPresent()
                && version != null
                && !kind.get().apiVersions().contains(version)) {
            object.problem("apiVersion: " + version + " (expected for " + word + ": "
                    + String.join(" or ", kind.get().apiVersions()) + ")");
        }
        Node metadata = object.node("metadata");
        if (metadata == null) {
            object.problem("metadata is missing (expected: metadata: {name, namespace})");
        }
        return metadata == null || kind.isEmpty() ? null : of(kind.get(), problems, metadata);
    }

    private static @Nullable ObjectHead of(Kind kind, Problems problems, Node node) {
        Fields metadata = Fields.read(problems, node, "metadata", kind.metadata());
        String name = metadata.text("name");
        if (name == null) {
            return null;
        }
        String namespace = Objects.requireNonNullElse(metadata.text("namespace"), DEFAULT_NAMESPACE);
        return new ObjectHead(
                kind, new ObjectName(namespace, name), metadata.map("labels"), metadata.map("annotations"));
    }
}
